/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* What is learnt of hosts rather than of connections. */
#ifndef TCPSTATE_ABI_HOSTS_H
#define TCPSTATE_ABI_HOSTS_H

#include <linux/types.h>

/*
 * By host (map "reuses"): the shortest wait after which it gave its tuple to a
 * new incarnation, which is its real policy.
 */
struct host_key {
	__u8 addr[16];
	__u32 zone;
};

struct host_reuse {
	__u64 count[4];       /* by enum reuse */
	__u32 shortest_ms;
	__u32 pad;
};

/* By pair of addresses (map "pairs"): the clock of the hosts behind the first (RULES 28). */
struct pair_key {
	__u8 from[16];        /* who opened the connections */
	__u8 to[16];
	__u32 zone;
};

struct pair_clock {
	__u64 time;           /* ns, of the newest handshake */
	__u64 syns;           /* that were answered, and led to a handshake with timestamps */
	__u64 backwards;      /* of these, with one older than the newest before */
	__u32 tsval;          /* newest */
	__u32 worst;          /* ticks by which the oldest was behind */
};

#endif
