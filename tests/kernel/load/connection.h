/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* A connection of the load generator, and how its two applications go on step by step. */
#ifndef LOAD_CONNECTION_H
#define LOAD_CONNECTION_H

#include <stdint.h>

#include "worker.h"

enum side_of { CLIENT, SERVER };

struct connection_end {
	int fd;               /* -1: not yet, or no longer */
	const enum step *step;
	uint32_t moved;       /* bytes of this step so far */
};

struct load_connection {
	const struct way *way; /* NULL: free */
	struct load_connection *next_free;
	uint64_t since;        /* ns, monotonic */
	int family;
	uint16_t port;         /* the client's */
	unsigned int echoes_due;
	struct connection_end ends[2];
};

/* A message about this end's step, and the program's end. */
_Noreturn void connection_fail(const struct load_connection *c, enum side_of side, const char *what);

/* As far as this end gets now; harmless where there is nothing to do. True: the connection is over. */
bool connection_advance(struct load_connection *c, enum side_of side, struct totals *totals);

/* A byte of one that is held open: it is alive. */
void connection_beat(struct load_connection *c, struct totals *totals);

#endif
