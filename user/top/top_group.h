/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* Sums over flows of a sample that have something in common. */
#ifndef TCPSTATE_USER_TOP_TOP_GROUP_H
#define TCPSTATE_USER_TOP_TOP_GROUP_H

#include "findings/groups.h"

struct top_flow;

struct top_group {
	struct group_key key;
	__u64 connections;
	__u64 open;        /* of these, neither closed nor waiting at the initiator's end */
	__u64 waiting;     /* of these, in TIME_WAIT at the initiator's end */
	__u64 packets[2], bytes[2];
	__u64 new_packets[2], new_bytes[2];
	__u64 retransmits, new_retransmits, strays, new_strays;
	__u64 oldest;      /* ns: the earliest start */
	__u64 last_seen;
};

void group_add(struct top_group *group, const struct top_flow *flow);

#endif
