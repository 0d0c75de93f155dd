/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* Groups of what has something in common, found by it. */
#ifndef TCPSTATE_USER_FINDINGS_GROUPS_H
#define TCPSTATE_USER_FINDINGS_GROUPS_H

#include <stddef.h>

#include <linux/types.h>

/* What all members of a group have in common; what they need not share is zero. */
struct group_key {
	__u8 addr[2][16];
	__be16 port[2];
	__u8 state;
	__u8 role;         /* 1: the initiator's end */
	__u16 pad;
	__u32 pid;
};

/* A struct of zeros has no groups; groups_get says how large they are. */
struct groups {
	char *list;        /* each begins with its struct group_key */
	size_t count, room, size;
	__u32 *index;      /* of list, plus one; open addressing */
	unsigned int index_bits;
	__u64 seed;        /* so that nobody who chooses addresses and ports can choose their places */
};

/* Forget the groups, but not their room. */
void groups_clear(struct groups *groups);
void groups_free(struct groups *groups);

/* The group of that key; one of zeros but for its key if there is none. size: of each. NULL: out of memory. */
void *groups_get(struct groups *groups, const struct group_key *key, size_t size);

static inline void *group_at(const struct groups *groups, size_t i)
{
	return groups->list + i * groups->size;
}

/* Sort them. After it they can't be found by their keys until they are cleared. */
void groups_sort(struct groups *groups, int (*order)(const void *one, const void *other));

#endif
