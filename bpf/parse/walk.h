/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* The walk: header by header, until TCP is found or it is clear that there is none. */
#ifndef TCPSTATE_BPF_PARSE_WALK_H
#define TCPSTATE_BPF_PARSE_WALK_H

#ifdef __bpf__
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>
#endif

#include "parse/checksum.h"
#include "parse/icmp.h"
#include "parse/ip.h"
#include "parse/link.h"
#include "parse/tcp.h"
#include "parse/tunnel.h"

#define NEXT_TCP (NEXT_PROTOCOL | PROTO_TCP)

static __always_inline int walk_header(struct frame f, struct walk *w, struct packet *p)
{
	switch (w->next) {
	case NEXT_ETHERNET:
		return walk_ethernet(f, w);
	case ETHERTYPE_VLAN:
	case ETHERTYPE_QINQ:
	case ETHERTYPE_QINQ_OLD:
		return walk_vlan(f, w);
	case ETHERTYPE_PPPOE:
		return walk_pppoe(f, w);
	case ETHERTYPE_MPLS:
	case ETHERTYPE_MPLS_UPSTREAM:
		return walk_mpls(f, w);

	case ETHERTYPE_IPV4:
		return walk_ipv4(f, w, p);
	case ETHERTYPE_IPV6:
		return walk_ipv6(f, w, p);
	case NEXT_PROTOCOL | PROTO_HOP_BY_HOP:
		return walk_hop_by_hop(f, w);
	case NEXT_PROTOCOL | PROTO_DESTINATION:
	case NEXT_PROTOCOL | PROTO_MOBILITY:
	case NEXT_PROTOCOL | PROTO_HIP:
	case NEXT_PROTOCOL | PROTO_SHIM6:
		return walk_extension(f, w);
	case NEXT_PROTOCOL | PROTO_ROUTING:
		return walk_routing(f, w, p);
	case NEXT_PROTOCOL | PROTO_FRAGMENT:
		return walk_fragment(f, w);
	case NEXT_PROTOCOL | PROTO_AUTHENTICATION:
		return walk_authentication(f, w);

	case NEXT_PROTOCOL | PROTO_IPV4:
		return walk_ip_in_ip(w, p, ETHERTYPE_IPV4);
	case NEXT_PROTOCOL | PROTO_IPV6:
		return walk_ip_in_ip(w, p, ETHERTYPE_IPV6);
	case NEXT_PROTOCOL | PROTO_GRE:
		return walk_gre(f, w, p);
	case NEXT_PROTOCOL | PROTO_UDP:
		return walk_udp(f, w, p);

	case NEXT_PROTOCOL | PROTO_ICMP:
		return walk_icmp(f, w, p, false);
	case NEXT_PROTOCOL | PROTO_ICMPV6:
		return walk_icmp(f, w, p, true);
	}
	return w->next & NEXT_PROTOCOL ? PASS_OVER(NOT_TCP) : PASS_OVER(NOT_IP);
}

struct walking {
	struct frame frame;
	struct walk *walk;
	struct packet *packet;
};

/* For bpf_loop(): 1 ends it. */
static long walk_on(__u32 round, void *context)
{
	struct walking *k = context;
	/* Whole, as they were put there: clang would take a pointer to pieces. */
	struct frame f = { *(const void *volatile *)&k->frame.data, *(const void *volatile *)&k->frame.data_end };

	if (k->walk->next == NEXT_TCP)
		return 1;
	k->walk->err = walk_header(f, k->walk, k->packet);
	return k->walk->err != 0;
}

/* The verifier counts the rounds of a loop of C, and looks at each; at this one's, only once. */
static __always_inline void walk_headers(struct walking *k)
{
#ifdef __bpf__
	bpf_loop(MAX_HEADERS, walk_on, k, 0);
#else
	for (__u32 round = 0; round < MAX_HEADERS && !walk_on(round, k); round++)
		;
#endif
}

static __always_inline int walk_frame(struct frame f, struct walk *w, struct packet *p)
{
	struct walking k = { .frame = f, .walk = w, .packet = p };
	int err;

	w->err = 0;
	walk_headers(&k);
	forget(w);
	if (w->err)
		return w->err;
	if (w->next != NEXT_TCP)
		return PASS_OVER(TOO_DEEP);
	if (w->quoted)
		return walk_quoted_tcp(f, w, p);
	err = walk_tcp(f, w, p);
	if (err)
		return err;
	walk_options(f, w, p);
	if (w->verify_checksum)
		verify_tcp_checksum(f, w, p);
	return 0;
}

#endif
