/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* A loaded object as it was before its first packet, for the next capture. */
#ifndef TCPSTATE_USER_REPLAY_CLEAR_H
#define TCPSTATE_USER_REPLAY_CLEAR_H

struct object;

/*
 * Empties every map that the programs fill, and their variables: flows, what is
 * known of hosts, counters. What user space chose stays. The ring must have
 * been drained. 0 or a reported error.
 */
int clear_object(const struct object *object);

#endif
