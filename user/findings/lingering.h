/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* What lingers in a view: clients' ports that a TIME_WAIT keeps, and ends left half closed. */
#ifndef TCPSTATE_USER_FINDINGS_LINGERING_H
#define TCPSTATE_USER_FINDINGS_LINGERING_H

#include "host/port_range.h"
#include "top/view.h"

/* The three steps of view_make; the second: 0 or -ENOMEM. */
void lingering_begin(struct top_view *view);
int lingering_look_at(struct top_view *view, const struct top_flow *flow);
void lingering_end(struct top_view *view);

/* How many ports the pair's client may take. local: a client's on this machine. */
unsigned int port_count(const struct port_range *local, const struct top_group *pair, bool *assumed);

#endif
