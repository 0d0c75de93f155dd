/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* Two CPUs at once: what each runs in a round, and who judges it. */
#ifndef TCPSTATE_RACE_H
#define TCPSTATE_RACE_H

#include "rig.h"

#define MOST_SHOTS 8
#define SET 0 /* the table has one set: all flows meet */

/* What one CPU runs in a round, one behind the other. */
struct shots {
	struct wire frame[MOST_SHOTS];
	__u32 frames;
	bool sweeps; /* instead: one step of the sweep */
};

struct race {
	struct rig rig;
	struct shots shots[2];
	unsigned long rounds, failed, together; /* together: both CPUs ran at the same time */
	char why[160];                          /* of the first failure */
};

/* Both CPUs run their shots at once. */
void race_run(struct race *race);

/* Frames one after the other, on this CPU. */
void race_send(struct race *race, const struct pair *pair, const struct sent *sent);
void race_shoot(struct race *race, int cpu, const struct pair *pair, const struct sent *sent);

/* An address pair that no round before had, in this stress or another. For some, 2 * round + 1 as well. */
struct pair race_pair(unsigned long round);

/* SYN, SYN-ACK, ACK. Both ends' first bytes are CLIENT_FIRST and SERVER_FIRST. */
#define CLIENT_FIRST 1001u
#define SERVER_FIRST 5001u
void race_open(struct race *race, const struct pair *pair);

/* Exactly one flow of the pair, or a failure is noted: false. */
bool race_expect_one(struct race *race, const struct pair *pair, struct flow *flow, __u32 *client);
bool race_fail(struct race *race, const char *format, ...) __attribute__((format(printf, 2, 3)));

struct stress {
	const char *name;
	const char *what;
	int (*begin)(struct race *race);                  /* may be NULL */
	bool (*round)(struct race *race, unsigned long round); /* false: failed */
	bool (*end)(struct race *race);                   /* may be NULL */
};

extern const struct stress claim_stresses[], count_stresses[], close_stresses[], sweep_stresses[], time_stresses[];

#endif
