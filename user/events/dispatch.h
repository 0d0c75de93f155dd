/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* From a record of the ring buffer to the sink: decode, filter, count. */
#ifndef TCPSTATE_USER_EVENTS_DISPATCH_H
#define TCPSTATE_USER_EVENTS_DISPATCH_H

#include <stddef.h>

#include "tcpstate/abi.h"

struct filter;
struct event_choice;
struct sink;
struct whose_source;

#define DISPATCH_DONE 2 /* --count has been reached; no value that ring_drain has a meaning for */

struct dispatch {
	struct sink *sink;
	const struct filter *filter;
	const struct whose_source *whose;    /* for filters that ask for it; NULL: nobody knows */
	__u32 events;                        /* 1 << enum event_type: which to print */
	__u64 limit;                         /* 0: none */
	__u64 printed;
	__u64 lost[LOST_COUNT][EVENT_TYPES]; /* as reported so far */
	__u64 left_out[LEFT_OUT_COUNT][EVENT_TYPES]; /* likewise */
};

void dispatch_init(struct dispatch *dispatch, struct sink *sink, const struct filter *filter,
		   const struct event_choice *choice,
		     __u64 two_msl_ns);

/* From now on with this filter, these events and timeouts. */
void dispatch_change(struct dispatch *dispatch, const struct filter *filter, const struct event_choice *choice,
		     __u64 two_msl_ns);

/* 0; DISPATCH_DONE; or the sink's error, negative errno. For ring_open. */
int dispatch_record(void *dispatch, const void *record, size_t size);

/* About once a second, and at the end: what was lost or left out since the last time. 1: something, and it was told; 0; or a reported error. */
int dispatch_lost(struct dispatch *dispatch, int counters_fd);

#endif
