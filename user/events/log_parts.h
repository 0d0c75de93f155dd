/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* What the events file and the journal have in common: log.c. */
#ifndef TCPSTATE_USER_EVENTS_LOG_PARTS_H
#define TCPSTATE_USER_EVENTS_LOG_PARTS_H

#include <stdbool.h>

#include "events/log.h"
#include "base/out.h"
#include "events/sink.h"

/* What was written about, to be counted if it gets lost. */
struct log_entry {
	unsigned int kind;            /* enum event_type */
	unsigned int reason;          /* LOST_IN_WRITING; of a lost event: what it told, of UNTOLD_REASONS */
	__u64 count;                  /* 1; of a lost event: how many */
	bool tells_loss;              /* a lost event, not one of kind */
};

struct log_backend {
	/* One event. Calls event_log_lose for what can't be written, event_log_works or _fails to say how it goes. */
	void (*state)(struct event_log *log, const struct event *event);
	void (*time_wait)(struct event_log *log, const struct wait_event *event);
	void (*stray)(struct event_log *log, const struct stray_event *event);
	void (*flow)(struct event_log *log, const struct flow_record *record);
	void (*lost)(struct event_log *log, const struct lost_event *event);
	void (*flush)(struct event_log *log);
	int (*reopen)(struct event_log *log);
	void (*check_reopen)(const struct event_log *log);
	void (*close)(struct event_log *log);
};

struct event_log {
	struct sink sink;             /* what dispatch sees; first, so that it can be cast back */
	struct out idle;              /* its out: empty, and always well */
	const struct log_backend *backend;
	const char *name;             /* for messages */
	struct wall_clock *clock;
	bool failing;                 /* and told */
	__u64 failed_ns;              /* when it failed last */
	__u64 lost_then;              /* all losses, when that was told */
	__u64 retried_ns;             /* when it was last told of losses */
	bool owes;
	__u64 owed[UNTOLD_REASONS][EVENT_TYPES]; /* losses that it has not been told of */
	struct log_counts counts;
	__u64 max_bytes;              /* of each file; 0: no bound */
	unsigned int keep;            /* files beside it */
};

/* The part of a log that both backends have; their constructors call this. */
void event_log_init(struct event_log *log, const struct log_backend *backend, const char *name,
		    struct wall_clock *clock);

void event_log_lose(struct event_log *log, const struct log_entry *entry);
void event_log_fails(struct event_log *log, int err);
void event_log_works(struct event_log *log);

#endif
