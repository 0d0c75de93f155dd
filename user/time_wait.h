/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* time_wait events, made from those of states: who began to wait, and what ended it. */
#ifndef TCPSTATE_USER_TIME_WAIT_H
#define TCPSTATE_USER_TIME_WAIT_H

#include <stdbool.h>

#include "tcpstate/abi.h"

struct time_wait_event {
	const struct event *event;  /* the change of state behind it */
	bool ended;                 /* else started */
	unsigned int ends;          /* who waits, or waited: 1 << index of the end */
	bool start_known;           /* false: the event of its start was lost, or came before ours */
	__u64 elapsed_ns;           /* since the start */
	const char *outcome;        /* of one that ended */
};

/* Who waits, and since when. */
struct time_waits;

struct time_waits *time_waits_new(void);
void time_waits_free(struct time_waits *waits);

/* Does the change begin or end a TIME_WAIT? True: *result says which. */
bool time_wait_of(struct time_waits *waits, const struct event *event, struct time_wait_event *result);

/* Forget those that began before then: the event of their end was lost. */
void time_waits_purge(struct time_waits *waits, __u64 then);

#endif
