/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* Segments that somebody else sends in the name of an end, and that no receiver acts upon. */
#ifndef TCPSTATE_TESTS_TRUTH_FORGE_H
#define TCPSTATE_TESTS_TRUTH_FORGE_H

#include <stdbool.h>

#include "bpf/parse/packet.h"

/*
 * Numbers of both ends as their own segments tell, without the tracker's help.
 * SYN, RST and what a receiver drops as corrupt move nothing but a SYN its own.
 */
struct numbers {
	struct packet like[2]; /* the newest of each end: how a segment of it looks */
	__u32 next[2];         /* highest number sent, plus one */
	__u32 acked[2];        /* newest acknowledgment */
	__u32 edge[2];         /* right edge of what it will take */
	__u8 scale[2];
	bool scales[2];        /* its SYN carried a scale */
	bool heard[2], acks[2];
};

void numbers_learn(struct numbers *n, const struct packet *p);

/* None has a time stamp: a blind forger knows none. X(NAME, label) */
#define FORGERIES(X)                                                                                     \
	X(RANDOM_DATA, "random-data")       /* random numbers, ACK, often with data */                    \
	X(RANDOM_FIN, "random-fin")         /* random numbers, FIN and ACK */                             \
	X(RANDOM_RST, "random-rst")         /* random number, RST */                                      \
	X(UNSENT, "exact-ack-unsent")       /* exact seq; it acknowledges what may be sent, and was not */ \
	X(BEYOND, "exact-ack-beyond")       /* exact seq; it acknowledges what may not be sent */         \
	X(ONE_BEYOND, "exact-ack-one")      /* exact seq; it acknowledges one byte, or FIN, too many */   \
	X(FIN_UNSENT, "inexact-fin-unsent") /* FIN inside the window, not where it begins; ACK as UNSENT */ \
	X(PAIR, "agreeing-pair")            /* one of each end, far away, that acknowledge each other */

enum forgery {
#define X(name, label) FORGE_##name,
	FORGERIES(X)
#undef X
	FORGERY_COUNT
};

extern const char *const forgery_names[FORGERY_COUNT];

#define FORGED_MOST 2

/*
 * Forges one in the name of end x (the first, of a pair), the same for the same
 * seed. Returns how many packets it put into p; 0: there is none of this kind
 * here (no number of x is known, or its window is full).
 */
int forge(enum forgery kind, const struct numbers *n, __u32 x, __u64 seed, struct packet p[FORGED_MOST]);

#endif
