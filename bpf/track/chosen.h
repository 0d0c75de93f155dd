/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * --track: which connections are tracked at all. Asked when a segment belongs
 * to no flow, so that a tracked flow pays nothing; a change holds for flows
 * seen first from then on.
 */
#ifndef TCPSTATE_BPF_TRACK_CHOSEN_H
#define TCPSTATE_BPF_TRACK_CHOSEN_H

#include <bpf/bpf_endian.h>

#include "maps.h"

static __always_inline bool net_is_chosen(const __u8 addr[16])
{
	struct track_net net = { .prefixlen = 128 };

	__builtin_memcpy(net.addr, addr, sizeof(net.addr));
	return bpf_map_lookup_elem(&track_nets, &net);
}

static __always_inline bool port_is_chosen(__be16 port)
{
	__u32 number = bpf_ntohs(port), word = number / 64;
	__u64 *bits = bpf_map_lookup_elem(&track_ports, &word);

	return bits && (*bits >> (number & 63) & 1);
}

/* Either end's address is in the nets (or neither is), and either end's port in the ports (or neither is). */
static __always_inline bool is_chosen(const struct flow_key *key, __u32 track)
{
	if (track & TRACK_NETS) {
		bool listed = net_is_chosen(key->addr[0]) || net_is_chosen(key->addr[1]);

		if (listed == !!(track & TRACK_NOT_NETS))
			return false;
	}
	if (track & TRACK_PORTS) {
		bool listed = port_is_chosen(key->port[0]) || port_is_chosen(key->port[1]);

		if (listed == !!(track & TRACK_NOT_PORTS))
			return false;
	}
	return true;
}

#endif
