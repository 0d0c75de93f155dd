/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* What an instance has learnt of hosts, in its maps reuses and pairs. */
#ifndef TCPSTATE_USER_KERNEL_HOST_MAPS_H
#define TCPSTATE_USER_KERNEL_HOST_MAPS_H

#include <stddef.h>

#include "tcpstate/abi.h"

struct known_host {
	struct host_key key;
	struct host_reuse reuse;
};

struct known_pair {
	struct pair_key key;
	struct pair_clock clock;
};

/*
 * All entries of the map, in an array that is the caller's to free. Entries
 * that come or go meanwhile may be missed. 0 or negative errno.
 */
int hosts_read(int reuses_fd, struct known_host **hosts, size_t *count);
int pairs_read(int pairs_fd, struct known_pair **pairs, size_t *count);

#endif
