/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* What lingers in a view: clients' ports that a TIME_WAIT keeps, and ends left half closed. */
#ifndef TCPSTATE_USER_TOP_LINGERING_H
#define TCPSTATE_USER_TOP_LINGERING_H

#include "top_view.h"

/* The three steps of view_make; the second: 0 or -ENOMEM. */
void lingering_begin(struct top_view *view);
int lingering_look_at(struct top_view *view, const struct top_flow *flow);
void lingering_end(struct top_view *view);

/* The range of ports that a client on this machine takes; elsewhere, and where it is not known, Linux's default. */
struct top_port_range {
	bool known;
	__u16 low, high;
};
unsigned int port_count(const struct top_port_range *local, const struct top_group *pair, bool *assumed);

#endif
