// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
#include "dispatch.h"

#include <errno.h>
#include <string.h>

#include "error.h"
#include "filter.h"
#include "options.h"
#include "out.h"
#include "sink.h"
#include "tally.h"
#include "time_wait.h"
#include "wall_clock.h"

int dispatch_init(struct dispatch *d, struct sink *sink, const struct filter *filter, const struct options *options)
{
	*d = (struct dispatch){
		.sink = sink,
		.filter = filter,
		.events = options->events,
		.limit = options->count,
		.two_msl_ns = options_timeout(options, STATE_TIME_WAIT),
		.waits = time_waits_new(),
	};
	sink->two_msl_ns = d->two_msl_ns;
	return d->waits ? 0 : fail(-ENOMEM, "out of memory while starting");
}

void dispatch_free(struct dispatch *d)
{
	time_waits_free(d->waits);
	d->waits = NULL;
}

static bool is_wanted(const struct dispatch *d, enum event_type type)
{
	return d->events >> type & 1;
}

static bool is_full(const struct dispatch *d)
{
	return d->limit && d->printed >= d->limit;
}

static void on_state(struct dispatch *d, const struct event *e)
{
	const struct filter_subject subject = { &e->key, e->state, e->initiator & 1 };
	struct time_wait_event wait;
	bool waits = is_wanted(d, EVENT_TIME_WAIT) && time_wait_of(d->waits, e, &wait);

	if (!filter_match(d->filter, &subject))
		return;
	if (is_wanted(d, EVENT_STATE)) {
		d->sink->state(d->sink, e);
		d->printed++;
	}
	if (waits && !is_full(d)) {
		d->sink->time_wait(d->sink, &wait);
		d->printed++;
	}
}

static void on_flow(struct dispatch *d, const struct flow_record *r)
{
	const struct filter_subject subject = { &r->flow.key, r->flow.state, r->flow.initiator & 1 };

	if (!is_wanted(d, EVENT_FLOW) || !filter_match(d->filter, &subject))
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
	else if (type == EVENT_FLOW && size >= sizeof(struct flow_record))
		on_flow(d, record);
	if (d->sink->out->error)
		return d->sink->out->error;
	return is_full(d) ? DISPATCH_DONE : 0;
}

/* A wait without an end for this long: the event of its end was lost. */
#define PURGE_SLACK_NS (60ULL * 1000000000)

int dispatch_lost(struct dispatch *d, int counters_fd)
{
	struct counters sum;
	__u64 now = monotonic_ns();
	int err = tally_read(counters_fd, &sum);

	if (err)
		return fail(err, "reading the programs' counters: %s", strerror(-err));
	for (unsigned int reason = 0; reason < LOST_COUNT; reason++)
		for (unsigned int kind = 0; kind < EVENT_TYPES; kind++) {
			struct lost_event lost = { now, kind, reason, sum.lost[reason][kind] - d->lost[reason][kind] };

			if (!lost.count)
				continue;
			d->sink->lost(d->sink, &lost);
			d->lost[reason][kind] = sum.lost[reason][kind];
		}
	if (now > d->two_msl_ns + PURGE_SLACK_NS)
		time_waits_purge(d->waits, now - d->two_msl_ns - PURGE_SLACK_NS);
	return 0;
}
