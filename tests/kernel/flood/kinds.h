/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* What an adversary sends. */
#ifndef TCPSTATE_FLOOD_KINDS_H
#define TCPSTATE_FLOOD_KINDS_H

#include <stdbool.h>

#include "wire.h"

struct kind {
	const char *name;
	const char *what;
	struct sent script[8]; /* of one forged connection; flags 0: its end */
	bool in_tunnel;
};

extern const struct kind kinds[];

/* Where the flood is: each connection has addresses and numbers that none before had. */
struct flood {
	const struct kind *kind;
	struct pair pair;
	__u32 first[2];
	__u64 random;
	int step;
};

void flood_begin(struct flood *flood, const struct kind *kind);
void flood_next(struct flood *flood, struct wire *wire);

#endif
