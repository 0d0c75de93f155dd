/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * Whose wrong checksums are none (--checksum auto). A NIC that computes them
 * on transmission leaves something else in the copies that its own host
 * captures. The peer tells the two apart: it acknowledges what it received,
 * and a segment that was spoilt on its way is sent again, with a right sum.
 */
#ifndef TCPSTATE_USER_REPLAY_SENDERS_H
#define TCPSTATE_USER_REPLAY_SENDERS_H

#include <linux/types.h>
#include <stdbool.h>

#include "replay/sums.h"

#define SENDERS_MAX 4096
#define SENDER_UNKNOWN SENDERS_MAX /* there is no room for more */

enum sender_verdict {
	SENDER_UNDECIDED,  /* nothing was ever heard of what became of its segments */
	SENDER_OFFLOADS,
	SENDER_CORRUPT,
};

/* An address behind one station of one interface: the same host is seen with right sums elsewhere. */
struct sender_key {
	__u8 address[16];
	__u8 station[6];
	__u8 pad[2];
	__u32 interface;
};

struct sender {
	struct sender_key key;
	/* What there is to judge by: segments with a wrong sum that the peer acknowledged, or that came again with a right one. */
	__u64 acknowledged, sent_again;
	/* What was made of those that were fed: counted as right (of which with a sum of 0), left out. */
	__u64 taken, zero, left_out;
};

struct seen_flow;

struct senders {
	struct sender *list;         /* in the order of their first wrong checksum */
	__u32 count;
	__u32 *index;                /* by the hash of their key, in list[], counted from 1; 0: none */
	struct seen_flow *flows;     /* by the hash of their key; of two that share one, the newer */
};

/* 0 or -ENOMEM. */
int senders_init(struct senders *senders);
void senders_free(struct senders *senders);

/* Forgets what was learnt. */
void senders_clear(struct senders *senders);

/*
 * One more segment of the capture, in its order. station is the sender's.
 * Where the checksum is wrong, its sender is set.
 */
void senders_learn(struct senders *senders, struct summed *summed, const __u8 station[6], __u32 interface);

/* The sender's index, also of a segment that is not to be learnt from. */
__u32 senders_find(struct senders *senders, const struct summed *summed, const __u8 station[6], __u32 interface);

enum sender_verdict senders_verdict(const struct senders *senders, __u32 sender);

/* What was assumed of those of its segments that were fed. */
bool senders_offload_assumed(const struct senders *senders, __u32 sender);

/* Is a segment with this sum to be taken for right? Counts the answer. */
bool senders_take(struct senders *senders, const struct wrong_sum *sum);

#endif
