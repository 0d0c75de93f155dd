// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
#include <stdio.h>
#include <string.h>

#include "engine.h"
#include "tests/native/tracker.h"

static struct native_tracker tracker;
static struct conditions conditions;
static struct flow_key newest;

static int open_native(char *error)
{
	return 0;
}

static int begin(const struct conditions *c, char *error)
{
	native_clear(&tracker);
	tracker.settings = c->settings;
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
	tracker.told = told;
	tracker.arg = o;
}

static void observe(struct observation *o)
{
	const struct flow *f = native_find(&tracker, &newest);

	o->has_flow = f;
	if (f)
		o->flow = *f;
	o->counters = tracker.counters;
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
		native_track(&tracker, &p, locality(w), now);
	else
		tracker.counters.passed_over[PASSED_ICMP_ERROR]++;
	newest = p.key;
	observe(o);
	return 0;
}

static int sweep(__u64 now, struct observation *o, char *error)
{
	start(o);
	native_sweep(&tracker, now);
	observe(o);
	return 0;
}

static void close_native(void)
{
	native_clear(&tracker);
}

const struct engine engine_native = {
	.name = "native",
	.open = open_native,
	.begin = begin,
	.feed = feed,
	.sweep = sweep,
	.close = close_native,
};
