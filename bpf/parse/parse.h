/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * From a frame to a struct packet. The way in, for each hook:
 *
 *	parse_xdp(ctx, p), parse_skb(skb, p, hook)	0, or PASS_OVER(REASON); see cursor.h
 *
 * Plain frames are taken at once (plain.h). All others are walked, header
 * by header (walk.h), in a function that the verifier looks at on its own.
 * p need not be initialised. On PASS_OVER its contents mean nothing.
 *
 * parse_frame() is the same for native code: replay, fuzzers, tests.
 */
#ifndef TCPSTATE_BPF_PARSE_PARSE_H
#define TCPSTATE_BPF_PARSE_PARSE_H

#include "parse/plain.h"
#include "parse/walk.h"

/* What is not set in w, is 0. */
static __always_inline void begin_walk(struct walk *w, __u32 first_header, struct packet *p)
{
	w->next = first_header;
	w->limit = ~0U;
	*p = (struct packet){};
}

/* The TCP options of a packet whose plain headers have been taken already. */
static __always_inline int take_options(struct frame f, struct packet *p, __u32 at, __u32 size)
{
	struct walk w = { .offset = at, .options = size };

	walk_options(f, &w, p);
	return 0;
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
	w->decap = !decap ? 0 : decap_all ? 0xff : tunnels_open;
	w->no_tunnel_id = !tunnel_ids;
	w->verify_checksum = verify_checksum;
	w->captured = replay;
}

#define LO 1 /* the first interface of a network namespace */

/* A tap may see anything, and a capture may be one of lo. */
static __always_inline bool is_from_outside(__u32 ifindex)
{
	return end_host && !replay && ifindex != LO;
}

/* The plain way does not ask for the interface, which costs three loads: it leaves loopback addresses to the walk. */
static __always_inline bool may_be_from_outside(void)
{
	return end_host && !replay;
}

/* Where a packet was seen: one interface, or another; and there one hook, or another. */
enum seen_at { SEEN_BY_XDP = 1, SEEN_COMING = 2, SEEN_GOING = 3 };

static __always_inline __u32 place_seen(const struct packet *p, __u32 ifindex, enum seen_at hook)
{
	/* Of a capture, one interface may have seen a packet on both sides of a router. */
	if (replay)
		return replay_place + p->seg.ttl * 0x9e3779b1u;
	return many_places ? ifindex << 2 | hook : hook;
}

static __always_inline __u32 xdp_length(struct xdp_md *ctx)
{
	return replay && replay_length ? replay_length : bpf_xdp_get_buff_len(ctx);
}

static __always_inline __u32 skb_length(const struct __sk_buff *skb)
{
	return replay && replay_length ? replay_length : skb->len;
}

/* These are not static: then the verifier takes their arguments for unknown, and looks at them once. */

__noinline int tcpstate_walk_xdp(struct xdp_md *ctx, struct walk *w, struct packet *p)
{
	if (!w || !p)
		return PASS_OVER(NOT_IP);
	w->frame_len = xdp_length(ctx);
	return walk_frame(xdp_frame(ctx), w, p);
}

__noinline int tcpstate_walk_skb(struct __sk_buff *skb, struct walk *w, struct packet *p)
{
	if (!w || !p)
		return PASS_OVER(NOT_IP);
	return walk_frame(skb_frame(skb), w, p);
}

__noinline int tcpstate_options_xdp(struct xdp_md *ctx, struct packet *p, __u32 at, __u32 size)
{
	return p ? take_options(xdp_frame(ctx), p, at, size) : 0;
}

__noinline int tcpstate_options_skb(struct __sk_buff *skb, struct packet *p, __u32 at, __u32 size)
{
	return p ? take_options(skb_frame(skb), p, at, size) : 0;
}

static __always_inline struct walk xdp_facts(const struct xdp_md *ctx)
{
	struct walk w = { .zone_mode = zone_mode, .received = 1 };

	w.from_outside = may_be_from_outside();
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
	w.from_outside = is_from_outside(ctx->ingress_ifindex);
	begin_walk(&w, NEXT_ETHERNET, p);
	return tcpstate_walk_xdp(ctx, &w, p);
}

static __always_inline int parse_xdp(struct xdp_md *ctx, struct packet *p)
{
	struct frame f = xdp_frame(ctx);
	struct plain plain = {};
	int err = 0;

	if (!verify_checksum)
		plain = parse_plain(f, xdp_facts(ctx), p);
	/* How long a frame in several buffers is, or one that a capture cut, has to be asked for. */
	if (!plain.held || (plain.held > distance(f.data, f.data_end) && plain.held > xdp_length(ctx)))
		err = tcpstate_begin_xdp(ctx, p);
	else if (plain.options)
		tcpstate_options_xdp(ctx, p, plain.options_at, plain.options);

	p->place = place_seen(p, many_places ? ctx->ingress_ifindex : 0, SEEN_BY_XDP);
	return err;
}

/* What is known of a packet at tc beside its bytes. */
static __always_inline struct walk skb_facts(const struct __sk_buff *skb, enum seen_at hook)
{
	struct walk w = {
		.zone_mode = zone_mode,
		.frame_len = skb_length(skb),
		.gso_size = skb->gso_size,
		.gso_segs = skb->gso_segs,
	};

	/* What GRO or LRO has put together, they have checked, and given a header of their own. */
	w.received = replay || (hook == SEEN_COMING && !skb->gso_size);
	w.from_outside = hook == SEEN_COMING && may_be_from_outside();
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

__noinline int tcpstate_begin_skb(struct __sk_buff *skb, struct packet *p, enum seen_at hook)
{
	struct walk w = skb_facts(skb, hook);
	int err;

	if (!p)
		return PASS_OVER(NOT_IP);
	configure_walk(&w);
	w.from_outside = hook == SEEN_COMING && is_from_outside(skb->ifindex);
	begin_walk(&w, NEXT_ETHERNET, p);
	err = tcpstate_walk_skb(skb, &w, p);
	if (err != PASS_OVER(TRUNCATED) || !pull_headers(skb))
		return err;
	w = skb_facts(skb, hook);
	configure_walk(&w);
	w.from_outside = hook == SEEN_COMING && is_from_outside(skb->ifindex);
	begin_walk(&w, NEXT_ETHERNET, p);
	return tcpstate_walk_skb(skb, &w, p);
}

static __always_inline int parse_skb(struct __sk_buff *skb, struct packet *p, enum seen_at hook)
{
	struct plain plain = {};
	int err = 0;

	if (!verify_checksum)
		plain = parse_plain(skb_frame(skb), skb_facts(skb, hook), p);
	if (!plain.held || plain.held > skb_length(skb))
		err = tcpstate_begin_skb(skb, p, hook);
	else if (plain.options)
		tcpstate_options_skb(skb, p, plain.options_at, plain.options);

	p->place = place_seen(p, many_places ? skb->ifindex : 0, hook);
	return err;
}

#else

/*
 * facts: what is known beside the bytes: frame_len (on the wire, in bytes),
 * zone_mode, zone (the ifindex, or the tag that was stripped, and then tags is
 * 1), gso_segs, gso_size, decap, verify_checksum, captured, received,
 * from_outside. The rest is 0; and so is p->place, which the caller knows.
 * first_header: NEXT_ETHERNET, or an EtherType for frames without a link header.
 */
static inline int walk_native(struct frame f, struct walk facts, __u32 first_header, struct packet *p)
{
	begin_walk(&facts, first_header, p);
	return walk_frame(f, &facts, p);
}

static inline int parse_frame(struct frame f, struct walk facts, __u32 first_header, struct packet *p)
{
	struct plain plain = {};

	if (first_header == NEXT_ETHERNET && !facts.verify_checksum)
		plain = parse_plain(f, facts, p);
	if (!plain.held || plain.held > facts.frame_len)
		return walk_native(f, facts, first_header, p);
	if (plain.options)
		take_options(f, p, plain.options_at, plain.options);
	return 0;
}

#endif
#endif
