// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* The parser by itself, for BPF_PROG_TEST_RUN: what it makes of a frame is left in err and packet. */
#include "bpf/parse/parse.h"

char LICENSE[] SEC("license") = "Dual BSD/GPL";

int err;
struct packet packet;
/* tc: the tag that the NIC is to have stripped, and that only the skb knows; 0: none. */
__u16 stripped_tci;
/* tc: the packet is one that the host sends. */
bool leaves;

/* The parser sets all of it: what it leaves out, shows. */
static __always_inline void poison(struct packet *p)
{
	__builtin_memset(p, 0xa5, sizeof(*p));
}

SEC("xdp.frags")
int parse_test_xdp(struct xdp_md *ctx)
{
	struct packet p;

	poison(&p);
	err = parse_xdp(ctx, &p);
	packet = p;
	return XDP_PASS;
}

SEC("tc")
int parse_test_tc(struct __sk_buff *skb)
{
	struct packet p;

	if (stripped_tci && bpf_skb_vlan_push(skb, bpf_htons(ETHERTYPE_VLAN), stripped_tci))
		return -1;
	poison(&p);
	err = leaves ? parse_skb(skb, &p, SEEN_GOING) : parse_skb(skb, &p, SEEN_COMING);
	packet = p;
	return 0;
}

/* For the time that a run takes without parsing. */
SEC("xdp.frags")
int empty_xdp(struct xdp_md *ctx)
{
	return XDP_PASS;
}

SEC("tc")
int empty_tc(struct __sk_buff *skb)
{
	return 0;
}
