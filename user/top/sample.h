/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * What top looks at: all flows and counters at one moment, and what has
 * happened since the moment before. It knows of no map and of no terminal.
 */
#ifndef TCPSTATE_USER_TOP_SAMPLE_H
#define TCPSTATE_USER_TOP_SAMPLE_H

#include <stdbool.h>
#include <stddef.h>

#include "tcpstate/abi.h"
#include "top/newest_strays.h"

/* A flow, and what it has done since the sample before. By role: [0] the initiator's. */
struct top_flow {
	struct flow_key key;
	__u64 id;
	__u64 start, last_seen, changed;
	__u64 wait_since[2];                /* by end of the key: when its TIME_WAIT began */
	__u64 packets[2], bytes[2];         /* since its start */
	__u64 new_packets[2], new_bytes[2]; /* since the sample before */
	__u32 retransmits, new_retransmits; /* of both ends */
	__u32 retransmits_of[2];            /* of each */
	__u32 strays, new_strays;           /* of all kinds */
	__u8 state[2];                      /* by end of the key, as a filter wants it */
	__u8 initiator;                     /* index of the end */
	__u8 local;                         /* enum locality */
	__u16 traits;                       /* enum flow_trait */
	__u8 seeded;                        /* seeded_ends() */
	__u8 by, how, cause;                /* as in struct flow_numbers */
	__u32 lifetime_max_ms;              /* likewise */
};

struct top_past;
struct top_marks;

struct top_sample {
	__u64 time;                 /* CLOCK_MONOTONIC, ns, when it was begun */
	__u64 before;               /* of the sample before; 0: there is none */
	struct counters now, then;

	struct top_flow *flows;     /* in the order of the table */
	size_t count, room;

	/* What the rates of flows need of the sample before, found by the flow's id. */
	struct top_past *past;
	size_t past_count, past_room;
	__u32 *index;               /* of past, plus one; open addressing */
	unsigned int index_bits;

	/* Strays by kind, of those few flows that have some: as of now, and before. */
	struct top_marks *marks, *past_marks;
	size_t mark_count, mark_room, past_mark_count, past_mark_room;

	struct top_log log;         /* the newest strays of flows */
};

/* A struct of zeros is an empty sample. */
void sample_free(struct top_sample *sample);

/* The next look begins: what was new is now past. 0 or -ENOMEM. */
int sample_begin(struct top_sample *sample, __u64 time);
int sample_add(struct top_sample *sample, const struct flow *flow, const struct history *history);
void sample_end(struct top_sample *sample, const struct counters *counters);

/* Is there a sample before, so that there are rates? */
bool sample_has_rates(const struct top_sample *sample);

/* Between the two, seconds. */
double sample_seconds(const struct top_sample *sample);

/* How much it grew a second if it has grown by so much since the sample before; 0 if there is none. */
double sample_rate(const struct top_sample *sample, __u64 growth);

/* What a counter has grown by. One that is smaller than before was begun anew. */
__u64 growth(__u64 now, __u64 then);

/* The same of a member of struct counters, per second. */
#define COUNTER_RATE(sample, member) \
	sample_rate(sample, growth((sample)->now.member, (sample)->then.member))

#endif
