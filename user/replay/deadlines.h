/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * When to look at which slot of the flow table again: a heap with at most one
 * entry a slot, so that its size does not depend on how long it is in use.
 */
#ifndef TCPSTATE_USER_REPLAY_DEADLINES_H
#define TCPSTATE_USER_REPLAY_DEADLINES_H

#include <linux/types.h>

#define NO_DEADLINE (~0ULL)

struct deadlines {
	__u64 *due;    /* by slot */
	__u32 *place;  /* by slot: in heap[], counted from 1; 0: it is not there */
	__u32 *heap;   /* slots */
	__u32 count;
};

/* 0 or -ENOMEM. */
int deadlines_init(struct deadlines *deadlines, __u32 slots);
void deadlines_free(struct deadlines *deadlines);

/* All are forgotten, as after deadlines_init. */
void deadlines_clear(struct deadlines *deadlines);

/* The earliest, and its slot; NO_DEADLINE: there is none. Of equal ones, that of the lowest slot. */
__u64 deadlines_first(const struct deadlines *deadlines, __u32 *slot);

/* The slot has to be looked at then, whatever was said before; NO_DEADLINE: not at all. */
void deadlines_set(struct deadlines *deadlines, __u32 slot, __u64 due);

/* The slot has to be looked at then, if not before. */
void deadlines_advance(struct deadlines *deadlines, __u32 slot, __u64 due);

#endif
