/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* What was there before the programs were attached, or while they were off: read from the kernel's sockets. */
#ifndef TCPSTATE_USER_LIVE_SEEDING_H
#define TCPSTATE_USER_LIVE_SEEDING_H

#include <stdbool.h>

#include "kernel/iterators.h"

struct hooks;
struct links;
struct pins;

struct seeding {
	bool ready;
	struct iterators it;
	const struct pins *pins;
	__u32 zone_mode;
};

/*
 * Load and pin what it takes, while there are capabilities. Where the kernel can't do it, that is told, and
 * seeding_run() does nothing. 0 or a reported error.
 */
int seeding_open(struct seeding *s, const struct maps *maps, const struct pins *pins, __u32 zone_mode);

/*
 * All sockets of this network namespace whose packets pass one of the attached hooks
 * get a flow, unless they have one. Once the hooks are attached, so that nothing is missed in between.
 */
void seeding_run(struct seeding *s, const struct hooks *hooks);

void seeding_close(struct seeding *s);

/* How the packets of connections that use this interface pass the hooks. False: they don't. For the tests. */
bool seed_path_of(const struct links *links, const unsigned int *hooked, int hooked_count, __u32 zone_mode,
		  unsigned int ifindex, struct seed_path *path);

#endif
