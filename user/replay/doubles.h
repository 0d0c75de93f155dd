/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * Paths on which the capture has every packet twice, though at one place (a
 * mirror of both directions, -i any): there is nothing in a single copy that tells
 * it from a packet that was sent again, so the path is learnt first (RULES 38).
 *
 * A path is two hosts as one interface of the capture sees them. A mirror
 * doubles what passes two of its ports, and which ports a packet passes depends on its
 * two hosts: of one capture some pairs come twice and others once. A connection is too
 * little: a short one would be over before it is learnt. Stations would do for
 * Ethernet, but say nothing where the capture has none.
 */
#ifndef TCPSTATE_USER_REPLAY_DOUBLES_H
#define TCPSTATE_USER_REPLAY_DOUBLES_H

#include <linux/types.h>
#include <stdbool.h>

struct passage;

struct doubles {
	struct passed *passed;  /* a ring: what has passed of late, in the order of coming */
	__u32 *newest;          /* by the segment's hash: the number of the newest in passed, plus one */
	struct path *paths;     /* by the path's hash; one pushes out another */
	__u64 came, judged;     /* numbers in passed: of the next one; of the next to be judged */
	__u64 learnt;           /* how often a path turned out to double */
};

/* 0 or -ENOMEM. */
int doubles_init(struct doubles *doubles);
void doubles_free(struct doubles *doubles);

/* Another capture begins. */
void doubles_clear(struct doubles *doubles);

/*
 * One more segment, in the order of reading. True: the same one has passed a moment
 * ago, and this is a copy of it if its path is one that doubles. time: ns.
 */
bool doubles_look(struct doubles *doubles, const struct passage *passage, __u64 time);

/* Nothing more comes that could be a copy of what has come. */
void doubles_settle(struct doubles *doubles);

/* Does the path double, as far as has been read? */
bool doubles_knows(const struct doubles *doubles, __u64 path);

#endif
