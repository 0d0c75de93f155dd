/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* Events to be logged, and a small disk of the tests' own. */
#ifndef TCPSTATE_TESTS_SERVICE_EVENTS_H
#define TCPSTATE_TESTS_SERVICE_EVENTS_H

#include "unit.h"

#include "events/log.h"
#include "base/clock.h"

extern struct wall_clock wall;
extern char disk[]; /* where it is mounted, in a mount namespace of ours */

void send_state(struct event_log *log);
void send_stray(struct event_log *log);
/* state, stray, time_wait, flow, lost: one of each */
void send_all_kinds(struct event_log *log);

/* Of all kinds, as the log counts them. */
__u64 all_losses(const struct event_log *log);

struct content {
	__u64 lines, states, strays, told_lost; /* told_lost: counts of "lost" lines with reason write */
	bool whole;                             /* every line is an object, and the last one ends */
};

struct content read_content(const char *name);

/* A second must pass between a failure and what counts as its end. */
void pass_a_second(void);

#endif
