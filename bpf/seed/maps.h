/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* What user space says before sockets are read, and what one socket's turn needs. */
#ifndef TCPSTATE_BPF_SEED_MAPS_H
#define TCPSTATE_BPF_SEED_MAPS_H

#include "maps.h"
#include "parse/packet.h"
#include "tcpstate/core/seed.h"
#include "tcpstate/abi/seed.h"

/* What goes from one of the host's addresses to another passes this interface only. */
__u32 loopback_index;
__u32 nat; /* enum seed_nat */
/* Ports of listeners, a bit each: the walk begins with those. User space clears it before. */
__u64 listened[TRACK_PORT_WORDS];

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__uint(max_entries, SEED_PATHS);
	__type(key, __u32); /* ifindex */
	__type(value, struct seed_path);
} seed_paths SEC(".maps");

/* The host's own addresses, and an interface that has it: a watched one, if there are several. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__uint(max_entries, SEED_ADDRESSES);
	__uint(key_size, 16);
	__type(value, __u32);
} seed_addresses SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__uint(max_entries, SEED_TRANSLATED);
	__type(key, struct flow_key);
	__type(value, struct seed_wire);
} seed_translated SEC(".maps");

/* One socket: not on the stack. */
struct seed_work {
	struct packet at;          /* key, which end is the socket's (from), and where its numbers are, as in a segment of its */
	struct socket_facts facts;
	__u8 addr[2][16];          /* its own, and its peer's */
	__u32 interfaces[3];       /* that it uses: it is bound to, it sends by, it has received by; 0: none is known */
	__u32 zone;
	__u64 time;
	struct flow flow;          /* a copy of the slot, or what is to come there; its lock is none */
	struct history history;
};

/*
 * The walk may move from CPU to CPU between two sockets, but not within one; and only
 * root can walk twice at once, which can mix up two sockets on one CPU only if one is preempted by the other.
 */
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	/* By size: with its type, the copied lock's word would be taken for a lock. */
	__uint(key_size, sizeof(__u32));
	__uint(value_size, sizeof(struct seed_work));
} seed_work SEC(".maps");

#endif
