/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* What a flow's record says of its connection as a whole. */
#ifndef TCPSTATE_USER_FLOW_FLOW_FACTS_H
#define TCPSTATE_USER_FLOW_FLOW_FACTS_H

#include <stdbool.h>

#include "tcpstate/abi.h"

/* Only one end was ever heard. */
bool is_one_sided(const struct flow *flow);

/* A FIN came again and again, and nothing acknowledged it: that it arrived is not known (RULES 41). */
bool is_unacknowledged(const struct flow *flow);

/* A state rests on what one end's numbers say of the other, and not on its own segments. */
bool is_inferred(const struct flow *flow);

/* SYNs of the opener beyond the one, or in a simultaneous open two, that a handshake needs. */
unsigned int syns_sent_again(const struct flow *flow);

/* When the flow's wait in TIME_WAIT (the later one, if both ends wait) began, or began again; 0: never. */
__u64 wait_start(const struct history *history);

#endif
