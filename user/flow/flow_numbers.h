/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* What is known of a flow as a whole, in numbers: what a filter compares, and a list is sorted by. */
#ifndef TCPSTATE_USER_FLOW_FLOW_NUMBERS_H
#define TCPSTATE_USER_FLOW_FLOW_NUMBERS_H

#include "tcpstate/abi.h"

/* By role where there are two: [0] the initiator's, which it has sent. */
struct flow_numbers {
	__u64 age_ns;          /* since its first segment */
	__u64 idle_ns;         /* since its newest one */
	__u64 packets[2];
	__u64 bytes[2];        /* payload, retransmissions included */
	__u64 retransmits[2];
	__u64 strays;          /* of all kinds */
	__u32 lifetime_max_ms; /* the longest that one of them was under way; 0: unknown */
	__u8 by;               /* enum closer */
	__u8 how;              /* enum close_how */
	__u8 cause;            /* enum cause: what closed it; CAUSE_NONE while it is open */
	__u8 pad;
};

/* Segments that went astray, of all kinds. */
__u64 strays_of(const struct history *history);

/* enum cause: that of the event that closed the flow, as far as it tells. */
unsigned int closing_cause(const struct flow *flow);

/* now: ns, as the flow's times; of a flow that has ended, when it did. */
void flow_numbers(struct flow_numbers *numbers, const struct flow *flow, const struct history *history, __u64 now);

#endif
