/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* Sums over flows that have something in common. */
#ifndef TCPSTATE_USER_FINDINGS_GROUPS_H
#define TCPSTATE_USER_FINDINGS_GROUPS_H

#include <stddef.h>

#include "tcpstate/abi.h"

struct top_flow;

/* What they have in common; what they need not is zero. */
struct top_group_key {
	__u8 addr[2][16];
	__be16 port[2];
	__u8 state;
	__u8 role;         /* 1: the initiator's end */
	__u8 local;
	__u8 pad;
};

struct top_group {
	struct top_group_key key;
	__u64 connections;
	__u64 open;        /* of these, neither closed nor waiting at the initiator's end */
	__u64 waiting;     /* of these, in TIME_WAIT at the initiator's end */
	__u64 packets[2], bytes[2];
	__u64 new_packets[2], new_bytes[2];
	__u64 retransmits, new_retransmits, strays, new_strays;
	__u64 oldest;      /* ns: the earliest of what the caller says */
	__u64 last_seen;
};

struct top_groups {
	struct top_group *list;
	size_t count, room;
	__u32 *index;      /* of list, plus one; open addressing */
	unsigned int index_bits;
};

/* Forget the groups, but not their room. */
void groups_clear(struct top_groups *groups);
void groups_free(struct top_groups *groups);

/* The group of that key, NULL if there is none. */
struct top_group *groups_find(const struct top_groups *groups, const struct top_group_key *key);

/* The same; a new one if there is none. NULL: out of memory. */
struct top_group *groups_get(struct top_groups *groups, const struct top_group_key *key);

/* since: of this flow, for oldest. */
void group_add(struct top_group *group, const struct top_flow *flow, __u64 since);

#endif
