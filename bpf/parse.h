/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * From a frame to a struct packet. The way in, for each hook:
 *
 *	parse_xdp(ctx, p), parse_skb(skb, p)	0, or PASS_OVER(REASON); see cursor.h
 *
 * Plain frames are taken at once (parse_plain.h). All others are walked, header
 * by header (parse_walk.h), in a function that the verifier looks at on its own.
 * p need not be initialised. On PASS_OVER its contents mean nothing.
 *
 * parse_frame() is the same for native code: replay, fuzzers, tests.
 */
#ifndef TCPSTATE_BPF_PARSE_H
#define TCPSTATE_BPF_PARSE_H

#include "parse_plain.h"
#include "parse_walk.h"

/* What is not set in w, is 0. */
static __always_inline void begin_walk(struct walk *w, __u32 first_header, struct packet *p)
{
	w->next = first_header;
	w->limit = ~0U;
	*p = (struct packet){};
}

#ifdef __bpf__
#include <bpf/bpf_helpers.h>

#include "maps.h"

static __always_inline struct frame xdp_frame(const struct xdp_md *ctx)
{
	return (struct frame){ (const void *)(long)ctx->data, (const void *)(long)ctx->data_end };
}

static __always_inline struct frame skb_frame(const struct __sk_buff *skb)
{
	return (struct frame){ (const void *)(long)skb->data, (const void *)(long)skb->data_end };
}

/* What user space chose. The plain way needs none of it. */
static __always_inline void configure_walk(struct walk *w)
{
	w->decap = decap;
	w->verify_checksum = verify_checksum;
	w->captured = replay;
}

/* These are not static: then the verifier takes their arguments for unknown, and looks at them once. */

__noinline int tcpstate_walk_xdp(struct xdp_md *ctx, struct walk *w, struct packet *p)
{
	struct frame f = xdp_frame(ctx);
	int err;

	if (!w || !p)
		return PASS_OVER(NOT_IP);
	w->frame_len = distance(f.data, f.data_end) + (replay ? replay_cut : 0);
	err = walk_frame(f, w, p);
	/* A length taken from the frame: count the parts of the frame that cannot be read here, too. */
	if (w->unsized)
		p->seg.len += bpf_xdp_get_buff_len(ctx) - distance(f.data, f.data_end);
	return err;
}

__noinline int tcpstate_walk_skb(struct __sk_buff *skb, struct walk *w, struct packet *p)
{
	if (!w || !p)
		return PASS_OVER(NOT_IP);
	return walk_frame(skb_frame(skb), w, p);
}

static __always_inline struct walk xdp_facts(const struct xdp_md *ctx)
{
	struct walk w = { .zone_mode = zone_mode };

	if (zone_mode == ZONE_IFINDEX)
		w.zone = ctx->ingress_ifindex;
	return w;
}

/* A function of its own, so that the walk does not lie on the stack of those who need none. */
__noinline int tcpstate_begin_xdp(struct xdp_md *ctx, struct packet *p)
{
	struct walk w = xdp_facts(ctx);

	if (!p)
		return PASS_OVER(NOT_IP);
	configure_walk(&w);
	begin_walk(&w, NEXT_ETHERNET, p);
	return tcpstate_walk_xdp(ctx, &w, p);
}

static __always_inline int parse_xdp(struct xdp_md *ctx, struct packet *p)
{
	if (!verify_checksum && parse_plain(xdp_frame(ctx), xdp_facts(ctx), p))
		return 0;
	return tcpstate_begin_xdp(ctx, p);
}

/* What is known of a packet at tc beside its bytes. */
static __always_inline struct walk skb_facts(const struct __sk_buff *skb)
{
	struct walk w = {
		.zone_mode = zone_mode,
		.frame_len = skb->len,
		.gso_size = skb->gso_size,
		.gso_segs = skb->gso_segs,
	};

	if (zone_mode == ZONE_IFINDEX)
		w.zone = skb->ifindex;
	if (zone_mode == ZONE_VLAN && skb->vlan_present) {
		w.zone = zone_with_tag(&w, 0, 0, skb->vlan_tci);
		w.tags = 1;
	}
	return w;
}

/* Headers may lie outside the linear part: fetch up to this many bytes, once. */
#define PULL_LENGTH 512

static __always_inline bool pull_headers(struct __sk_buff *skb)
{
	struct frame f = skb_frame(skb);
	__u32 length = skb->len < PULL_LENGTH ? skb->len : PULL_LENGTH;

	return distance(f.data, f.data_end) < length && bpf_skb_pull_data(skb, length) == 0;
}

__noinline int tcpstate_begin_skb(struct __sk_buff *skb, struct packet *p)
{
	struct walk w = skb_facts(skb);
	int err;

	if (!p)
		return PASS_OVER(NOT_IP);
	configure_walk(&w);
	begin_walk(&w, NEXT_ETHERNET, p);
	err = tcpstate_walk_skb(skb, &w, p);
	if (err != PASS_OVER(TRUNCATED) || !pull_headers(skb))
		return err;
	w = skb_facts(skb);
	configure_walk(&w);
	begin_walk(&w, NEXT_ETHERNET, p);
	return tcpstate_walk_skb(skb, &w, p);
}

static __always_inline int parse_skb(struct __sk_buff *skb, struct packet *p)
{
	if (!verify_checksum && parse_plain(skb_frame(skb), skb_facts(skb), p))
		return 0;
	return tcpstate_begin_skb(skb, p);
}

#else

/*
 * facts: what is known beside the bytes: frame_len (on the wire, in bytes),
 * zone_mode, zone (the ifindex, or the tag that was stripped, and then tags is
 * 1), gso_segs, gso_size, decap, verify_checksum. The rest is 0.
 * first_header: NEXT_ETHERNET, or an EtherType for frames without a link header.
 */
static inline int walk_native(struct frame f, struct walk facts, __u32 first_header, struct packet *p)
{
	begin_walk(&facts, first_header, p);
	return walk_frame(f, &facts, p);
}

static inline int parse_frame(struct frame f, struct walk facts, __u32 first_header, struct packet *p)
{
	if (first_header == NEXT_ETHERNET && !facts.verify_checksum && parse_plain(f, facts, p))
		return 0;
	return walk_native(f, facts, first_header, p);
}

#endif
#endif
