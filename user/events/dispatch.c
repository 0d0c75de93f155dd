// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
#include "events/dispatch.h"

#include <string.h>

#include "base/error.h"
#include "events/choice.h"
#include "flow/filter.h"
#include "base/out.h"
#include "events/sink.h"
#include "kernel/counter_sums.h"
#include "base/clock.h"

void dispatch_init(struct dispatch *d, struct sink *sink, const struct filter *filter, const struct event_choice *choice,
		     __u64 two_msl_ns)
{
	*d = (struct dispatch){ .sink = sink, .limit = choice->count };
	dispatch_change(d, filter, choice, two_msl_ns);
}

void dispatch_change(struct dispatch *d, const struct filter *filter, const struct event_choice *choice,
		     __u64 two_msl_ns)
{
	d->filter = filter;
	d->events = choice->types;
	d->sink->two_msl_ns = two_msl_ns;
}

static bool is_wanted(const struct dispatch *d, enum event_type type)
{
	return d->events >> type & 1;
}

static bool is_full(const struct dispatch *d)
{
	return d->limit && d->printed >= d->limit;
}

static bool is_chosen(const struct dispatch *d, enum event_type type, const struct event *e)
{
	const struct filter_subject subject = subject_of_event(e, d->whose);

	return is_wanted(d, type) && filter_match(d->filter, &subject);
}

static void on_state(struct dispatch *d, const struct event *e)
{
	if (!is_chosen(d, EVENT_STATE, e))
		return;
	d->sink->state(d->sink, e);
	d->printed++;
}

static void on_time_wait(struct dispatch *d, const struct wait_event *w)
{
	if (!is_chosen(d, EVENT_TIME_WAIT, &w->event))
		return;
	d->sink->time_wait(d->sink, w);
	d->printed++;
}

static void on_stray(struct dispatch *d, const struct stray_event *s)
{
	if (!is_chosen(d, EVENT_STRAY, &s->event))
		return;
	d->sink->stray(d->sink, s);
	d->printed++;
}

static void on_flow(struct dispatch *d, const struct flow_record *r)
{
	if (!is_wanted(d, EVENT_FLOW) || !filter_match_flow(d->filter, &r->flow, &r->history, r->time, d->whose))
		return;
	d->sink->flow(d->sink, r);
	d->printed++;
}

int dispatch_record(void *arg, const void *record, size_t size)
{
	struct dispatch *d = arg;
	__u32 type = size >= sizeof(type) ? *(const __u32 *)record : 0;

	if (type == EVENT_STATE && size >= sizeof(struct event))
		on_state(d, record);
	else if (type == EVENT_TIME_WAIT && size >= sizeof(struct wait_event))
		on_time_wait(d, record);
	else if (type == EVENT_STRAY && size >= sizeof(struct stray_event))
		on_stray(d, record);
	else if (type == EVENT_FLOW && size >= sizeof(struct flow_record))
		on_flow(d, record);
	if (d->sink->out->error)
		return d->sink->out->error;
	return is_full(d) ? DISPATCH_DONE : 0;
}

/* Tells what has been counted for the reason since it was told last. 1: there was something. */
static int tell_more(struct dispatch *d, unsigned int reason, const __u64 counted[EVENT_TYPES], __u64 told[EVENT_TYPES])
{
	__u64 now = monotonic_ns();
	int more = 0;

	for (unsigned int kind = 0; kind < EVENT_TYPES; kind++) {
		struct lost_event lost = { now, kind, reason, counted[kind] - told[kind] };

		if (!lost.count)
			continue;
		d->sink->lost(d->sink, &lost);
		told[kind] = counted[kind];
		more = 1;
	}
	return more;
}

int dispatch_lost(struct dispatch *d, int counters_fd)
{
	struct counters sum;
	int err = tally_read(counters_fd, &sum), told = 0;

	if (err)
		return fail(err, "reading the programs' counters: %s", strerror(-err));
	for (unsigned int reason = 0; reason < LOST_COUNT; reason++)
		told |= tell_more(d, reason, sum.lost[reason], d->lost[reason]);
	for (unsigned int reason = 0; reason < LEFT_OUT_COUNT; reason++)
		told |= tell_more(d, LEFT_OUT + reason, sum.left_out[reason], d->left_out[reason]);
	return told;
}
