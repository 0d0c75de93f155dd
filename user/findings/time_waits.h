/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * The TIME_WAITs of a flow table: who holds how many, and what they do to the
 * ports of the clients: for each pair of a client's address and a server's
 * endpoint there are only so many, and a wait at the client's end keeps one of
 * them from use for 2MSL.
 */
#ifndef TCPSTATE_USER_FINDINGS_TIME_WAITS_H
#define TCPSTATE_USER_FINDINGS_TIME_WAITS_H

#include <stdbool.h>
#include <stddef.h>

#include "tcpstate/abi.h"

struct look;

#define NEVER_DRY (~0ULL)

/* Who waits: a responder by its address and port, an initiator by its address. */
struct wait_holder {
	__u8 addr[16];
	__be16 port;         /* 0: an initiator */
	__u8 local;
	__u8 pad;
	__u32 pad2;
	__u64 waiting;
	__u64 restarts;      /* of these */
	__u64 oldest;        /* when the first of them began, ns */
	__u64 newest;
};

struct wait_pair {
	__u8 client[16];
	__u8 server[16];
	__be16 port;         /* the server's */
	__u8 client_local;
	__u8 pad;
	__u32 pad2;
	__u64 waiting;       /* ports that a wait at the client's end keeps */
	__u64 open;          /* ports of connections that the client's end has open */
	__u64 server_waiting; /* waits at the server's end: the client may use these ports again */
	double rate;         /* of waits that begin at the client's end, per second */
	bool assumed;        /* the range of ports is a guess */
	__u16 low, high;     /* the range */
	__u64 dry_in_ns;     /* until the range is used up at that rate, or NEVER_DRY */
};

struct port_range;

struct waits {
	struct wait_holder *holders; /* most first */
	size_t holder_count;
	struct wait_pair *pairs;     /* most first; those with waits */
	size_t pair_count;
	__u64 waiting;               /* ends */
	__u64 restarts;
};

/* local: the range of clients that are on this machine. 0 or negative errno. */
int waits_collect(struct look *look, const struct port_range *local, struct waits *waits);
void waits_free(struct waits *waits);

/* Of ports, how many are there? */
unsigned int ports_of(const struct wait_pair *pair);

#endif
