/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* Whose sockets are: the walk over processes (kernel/openers.h), again and again, a little of it each second. */
#ifndef TCPSTATE_USER_LIVE_OPENER_WALK_H
#define TCPSTATE_USER_LIVE_OPENER_WALK_H

#include "kernel/openers.h"

struct pins;

struct opener_walk {
	struct openers openers;
	const struct pins *pins;
	unsigned int searches;      /* in this second */
	struct whose_source source; /* for sinks and filters */
};

/*
 * Load and pin what it takes, while there are capabilities, and walk once. room: for so many sockets. Where the
 * kernel can't do it, that is told, and nothing is known. 0 or a reported error.
 */
int opener_walk_open(struct opener_walk *walk, const struct pins *pins, __u32 room);
void opener_walk_close(struct opener_walk *walk);

/* A second's part of it. */
void opener_walk_second(struct opener_walk *walk);

#endif
