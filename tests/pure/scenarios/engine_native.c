// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/*
 * The core under tests/pure/native/tracker.c, twice: as it is, and with the slow path
 * alone, to which the fast one is but a short cut.
 */
#include <stdio.h>
#include <string.h>

#include "engine.h"
#include "tests/pure/native/tracker.h"

static struct native_tracker trackers[2];
static struct native_tracker *tracker;
static struct conditions conditions;
static struct flow_key newest;

static int open_native(char *error)
{
	return 0;
}

static int begin(const struct conditions *c, char *error)
{
	tracker->slow = tracker == &trackers[1];
	native_clear(tracker);
	tracker->settings = c->settings;
	conditions = *c;
	return 0;
}

static void told(void *arg, const void *record)
{
	observe_record(arg, record);
}

static void start(struct observation *o)
{
	memset(o, 0, sizeof(*o));
	tracker->told = told;
	tracker->arg = o;
}

static void observe(struct observation *o)
{
	const struct flow *f = native_find(tracker, &newest);

	o->has_flow = f;
	if (f) {
		o->flow = *f;
		o->history = *native_find_history(tracker, &newest);
	}
	for (int x = 0; x < 2; x++) {
		const struct host_reuse *reuse = native_find_reuse(&tracker->hosts, &newest, x);
		const struct pair_clock *pair = native_find_pair(&tracker->hosts, &newest, x);

		if (reuse)
			o->reuse[x] = *reuse;
		if (pair)
			o->pair[x] = *pair;
	}
	native_count_gauges(tracker);
	o->counters = tracker->counters;
}

static enum locality locality(const struct wire *w)
{
	if (!conditions.local)
		return LOCAL_TRANSIT;
	return (conditions.local == 1) == (wire_initiator(w) == 0) ? LOCAL_END_0 : LOCAL_END_1;
}

static int feed(const struct wire *w, __u64 now, struct observation *o, char *error)
{
	struct packet p;

	start(o);
	if (wire_packet(w, conditions.checksums, &p))
		native_track(tracker, &p, locality(w), now);
	else
		tracker->counters.passed_over[PASSED_ICMP_ERROR]++;
	newest = p.key;
	observe(o);
	return 0;
}

static int sweep(__u64 now, struct observation *o, char *error)
{
	start(o);
	native_sweep(tracker, now);
	observe(o);
	return 0;
}

#define ENGINE(which, called)                                                                                   \
	static int begin_##which(const struct conditions *c, char *error)                                       \
	{                                                                                                       \
		tracker = &trackers[which];                                                                     \
		return begin(c, error);                                                                         \
	}                                                                                                       \
	static int feed_##which(const struct wire *w, __u64 now, struct observation *o, char *error)            \
	{                                                                                                       \
		tracker = &trackers[which];                                                                     \
		return feed(w, now, o, error);                                                                  \
	}                                                                                                       \
	static int sweep_##which(__u64 now, struct observation *o, char *error)                                 \
	{                                                                                                       \
		tracker = &trackers[which];                                                                     \
		return sweep(now, o, error);                                                                    \
	}                                                                                                       \
	static void close_##which(void)                                                                         \
	{                                                                                                       \
		native_clear(&trackers[which]);                                                                 \
	}                                                                                                       \
	const struct engine called = {                                                                          \
		.name = #called + sizeof("engine"),                                                             \
		.open = open_native,                                                                            \
		.begin = begin_##which,                                                                         \
		.feed = feed_##which,                                                                           \
		.sweep = sweep_##which,                                                                         \
		.close = close_##which,                                                                         \
		.slow = which,                                                                                  \
	}

ENGINE(0, engine_native);
ENGINE(1, engine_slow);
