/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * Connections of this network namespace that NAT has given another tuple, as /proc/net/nf_conntrack
 * tells: that takes no capability, and loads no module, as ctnetlink may.
 */
#ifndef TCPSTATE_USER_HOST_TRANSLATIONS_H
#define TCPSTATE_USER_HOST_TRANSLATIONS_H

#include <stdbool.h>
#include <stdio.h>

#include "tcpstate/abi.h"

/* A connection has two keys, one on each side of NAT. What the one end is called there, is told by the indices. */
struct translation {
	struct flow_key original, reply;     /* zone and tunnel 0 */
	__u8 original_client, reply_client;  /* index of the end that opened it, in each key */
};

struct translations {
	struct translation *list;
	size_t count, room;
	bool known;          /* false: there may be NAT, and what it does is not to be read */
};

/* 0 or -ENOMEM. Where no connection is tracked at all, there is none, and that is known. */
int translations_read(struct translations *found);
void translations_free(struct translations *found);

/* The same from a text in that file's format; the tests have such. */
int translations_parse(FILE *file, struct translations *found);

/* Is this the key of such a connection, on either side? */
bool is_translated(const struct translations *found, const struct flow_key *key);

#endif
