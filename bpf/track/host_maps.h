/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* What the openings of connections tell of their hosts (tcpstate/late/reuse.h), and where it is kept. */
#ifndef TCPSTATE_BPF_TRACK_HOST_MAPS_H
#define TCPSTATE_BPF_TRACK_HOST_MAPS_H

#include "maps.h"
#include "parse/packet.h"
#include "tcpstate/late/reuse.h"

/* The host at end x has given a tuple in TIME_WAIT to a new incarnation, after waited_ms. */
static __always_inline void note_reuse(const struct flow_key *key, __u32 x, __u8 reuse, __u32 waited_ms)
{
	struct host_reuse fresh = { .shortest_ms = waited_ms }, *known;
	struct host_key host = { .zone = key->zone };

	__builtin_memcpy(host.addr, key->addr[x & 1], sizeof(host.addr));
	known = bpf_map_lookup_elem(&reuses, &host);
	if (!known) {
		bpf_map_update_elem(&reuses, &host, &fresh, BPF_NOEXIST);
		known = bpf_map_lookup_elem(&reuses, &host);
	}
	if (known)
		count_reuse(known, reuse, waited_ms);
}

/* p completes a handshake. */
static __always_inline void note_pair_clock(const struct packet *p, __u64 now)
{
	const __u32 x = p->from & 1;
	struct pair_clock fresh = { .time = now, .syns = 1, .tsval = p->seg.tsval }, *known;
	struct pair_key pair = { .zone = p->key.zone };

	if (!(p->seg.traits & SEG_TIMESTAMP))
		return;
	__builtin_memcpy(pair.from, p->key.addr[x], sizeof(pair.from));
	__builtin_memcpy(pair.to, p->key.addr[x ^ 1], sizeof(pair.to));
	known = bpf_map_lookup_elem(&pairs, &pair);
	if (!known) {
		bpf_map_update_elem(&pairs, &pair, &fresh, BPF_NOEXIST);
		return;
	}
	count_pair_opening(known, p->seg.tsval, now);
}

#endif
