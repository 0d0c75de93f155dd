/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* Events that were told nowhere, as a number. */
#ifndef TCPSTATE_USER_FLOW_LOST_EVENT_H
#define TCPSTATE_USER_FLOW_LOST_EVENT_H

#include "tcpstate/abi.h"

/*
 * Why an event is told nowhere. Beside enum lost_reason: the events file or the journal did not take it; and, from
 * LEFT_OUT on, enum left_out: it was beyond its budget, and is not lost.
 */
enum { LOST_IN_WRITING = LOST_COUNT, ALL_LOST_REASONS, LEFT_OUT = ALL_LOST_REASONS, UNTOLD_REASONS = LEFT_OUT + LEFT_OUT_COUNT };

struct lost_event {
	__u64 time;
	unsigned int kind;   /* enum event_type */
	unsigned int reason; /* one of UNTOLD_REASONS */
	__u64 count;         /* since the one before */
};

#endif
