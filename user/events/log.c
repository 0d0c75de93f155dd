// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
#include "events/log_parts.h"

#include <string.h>

#include "base/error.h"
#include "tcpstate/units.h"
#include "base/clock.h"

static struct event_log *log_of(struct sink *sink)
{
	return (struct event_log *)sink;
}

static void on_start(struct sink *sink)
{
}

static void on_state(struct sink *sink, const struct event *event)
{
	log_of(sink)->backend->state(log_of(sink), event);
}

static void on_time_wait(struct sink *sink, const struct wait_event *event)
{
	log_of(sink)->backend->time_wait(log_of(sink), event);
}

static void on_stray(struct sink *sink, const struct stray_event *event)
{
	log_of(sink)->backend->stray(log_of(sink), event);
}

static void on_flow(struct sink *sink, const struct flow_record *record)
{
	log_of(sink)->backend->flow(log_of(sink), record);
}

static void on_lost(struct sink *sink, const struct lost_event *event)
{
	log_of(sink)->backend->lost(log_of(sink), event);
}

void event_log_init(struct event_log *log, const struct log_backend *backend, const char *name,
		    struct wall_clock *clock)
{
	*log = (struct event_log){
		.sink = {
			.start = on_start,
			.state = on_state,
			.time_wait = on_time_wait,
			.stray = on_stray,
			.flow = on_flow,
			.lost = on_lost,
			.clock = clock,
		},
		.idle.fd = -1,
		.backend = backend,
		.name = name,
		.clock = clock,
	};
	log->sink.out = &log->idle;
}

struct sink *event_log_sink(struct event_log *log)
{
	return &log->sink;
}

/* ---- what gets lost ------------------------------------------------------ */

void event_log_lose(struct event_log *log, const struct log_entry *entry)
{
	log->owes = true;
	log->owed[entry->reason][entry->kind] += entry->count;
	if (!entry->tells_loss)
		log->counts.lost[entry->kind] += entry->count;
}

struct log_counts event_log_counts(const struct event_log *log)
{
	return log->counts;
}

static __u64 all_lost(const struct event_log *log)
{
	__u64 sum = 0;

	for (unsigned int kind = 0; kind < EVENT_TYPES; kind++)
		sum += log->counts.lost[kind];
	return sum;
}

/* Called before the loss that it causes is counted. */
void event_log_fails(struct event_log *log, int err)
{
	log->failed_ns = monotonic_ns();
	if (log->failing)
		return;
	log->failing = true;
	log->lost_then = all_lost(log);
	fail(err, "writing events to %s: %s. They are lost, and counted, until that works again", log->name,
	     strerror(-err));
}

/* A disk that is full takes a short line now and then: only a second without failure is an end of it. */
void event_log_works(struct event_log *log)
{
	if (!log->failing || monotonic_ns() - log->failed_ns < NS_PER_SECOND)
		return;
	log->failing = false;
	notice("writing events to %s works again; %llu were lost", log->name, all_lost(log) - log->lost_then);
}

/* Writes what is owed of lost events; if that fails, it is owed again. */
static void tell_losses(struct event_log *log)
{
	__u64 now = monotonic_ns();

	if (!log->owes || now - log->retried_ns < NS_PER_SECOND)
		return;
	log->retried_ns = now;
	log->owes = false;
	for (unsigned int reason = 0; reason < UNTOLD_REASONS; reason++)
		for (unsigned int kind = 0; kind < EVENT_TYPES; kind++) {
			struct lost_event event = { now, kind, reason, log->owed[reason][kind] };

			log->owed[reason][kind] = 0;
			if (event.count)
				log->backend->lost(log, &event);
		}
}

/* ---- the rest ------------------------------------------------------------ */

void event_log_bound(struct event_log *log, __u64 max_bytes, unsigned int keep)
{
	log->max_bytes = max_bytes / (keep + 1);
	log->keep = keep;
}

void event_log_flush(struct event_log *log)
{
	tell_losses(log);
	log->backend->flush(log);
}

int event_log_reopen(struct event_log *log)
{
	return log->backend->reopen(log);
}

void event_log_check_reopen(const struct event_log *log)
{
	log->backend->check_reopen(log);
}

void event_log_close(struct event_log *log)
{
	if (!log)
		return;
	log->retried_ns = 0;
	event_log_flush(log);
	log->backend->close(log);
}
