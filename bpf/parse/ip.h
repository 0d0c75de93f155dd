/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * IPv4 with options, IPv6 with extension headers, fragments of both. The
 * addresses are left in the key as source and destination; set_ends() sorts
 * them once the ports are known.
 */
#ifndef TCPSTATE_BPF_PARSE_IP_H
#define TCPSTATE_BPF_PARSE_IP_H

#include "parse/valid.h"

/* The packet that begins here is length bytes long, by its own header. */
static __always_inline void set_packet_end(struct walk *w, __u32 length)
{
	w->end = w->offset + length;
	if (w->end < w->limit)
		w->limit = w->end;
}

/*
 * The length of a packet whose header does not tell: of many segments (tc), or
 * without a length (BIG TCP, and captured before segmentation).
 */
static __always_inline __u32 rest_of_frame(struct walk *w)
{
	w->unsized = 1;
	return w->frame_len - w->offset;
}

/*
 * A later fragment has no TCP header to read. It counts as a fragment if a
 * segment could begin the packet it belongs to.
 */
static __always_inline int later_fragment(const struct walk *w, __u8 protocol)
{
	if (w->quoted)
		return PASS_OVER(NOT_TCP);
	switch (protocol) {
	case PROTO_IPV4:
	case PROTO_IPV6:
	case PROTO_GRE:
		return w->decap ? PASS_OVER(FRAGMENT) : PASS_OVER(NOT_TCP);
	case PROTO_TCP:
	case PROTO_HOP_BY_HOP:
	case PROTO_ROUTING:
	case PROTO_DESTINATION:
	case PROTO_AUTHENTICATION:
		return PASS_OVER(FRAGMENT);
	}
	return PASS_OVER(NOT_TCP);
}

static __always_inline int walk_ipv4(struct frame f, struct walk *w, struct packet *p)
{
	const struct ipv4_header *ip = header(f, w, sizeof(*ip));
	__u32 header_length, length;
	__u16 fragment;

	if (!ip)
		return short_of(w, sizeof(*ip), PASS_OVER(BAD_IP_HEADER));
	header_length = (ip->version_ihl & 0x0f) * 4;
	if (ip->version_ihl >> 4 != 4 || header_length < sizeof(*ip))
		return PASS_OVER(BAD_IP_HEADER);

	length = bpf_ntohs(ip->total_length);
	if (w->quoted)
		length = w->limit - w->offset; /* a quote is cut, and its length may be anything */
	else if (length == 0 || w->gso_size)
		length = rest_of_frame(w);
	if (length < header_length)
		return PASS_OVER(BAD_IP_HEADER);
	if (!is_held(w, length))
		return PASS_OVER(BAD_LENGTH);
	if (is_checked(w) && !ipv4_is_intact(f, w, ip, header_length))
		return PASS_OVER(BAD_IP_CHECKSUM);
	if (is_checked(w) && ipv4_has_expired(w, ip))
		return PASS_OVER(TTL_ZERO);
	set_packet_end(w, length);

	fragment = bpf_ntohs(ip->fragment);
	if (fragment & IPV4_OFFSET)
		return later_fragment(w, ip->protocol);
	if (fragment & IPV4_MORE_FRAGMENTS && !w->quoted)
		w->fragment = 1;

	set_key_address(p, 0, mapped_address(ip->source));
	set_key_address(p, 1, mapped_address(ip->destination));
	p->seg.ttl = ip->ttl;
	return advance(w, header_length, NEXT_PROTOCOL | ip->protocol);
}

static __always_inline int walk_ipv6(struct frame f, struct walk *w, struct packet *p)
{
	const struct ipv6_header *ip = header(f, w, sizeof(*ip));
	struct address source, destination;
	__u32 length;

	if (!ip)
		return short_of(w, sizeof(*ip), PASS_OVER(BAD_IP_HEADER));
	if (bpf_ntohl(ip->version_class_label) >> 28 != 6)
		return PASS_OVER(BAD_IP_HEADER);

	length = bpf_ntohs(ip->payload_length);
	if (w->quoted)
		length = w->limit - w->offset;
	else if (length == 0 || w->gso_size)
		length = rest_of_frame(w);
	else
		length += sizeof(*ip);
	if (!is_held(w, length))
		return PASS_OVER(BAD_LENGTH);
	if (is_checked(w) && !ip->hop_limit)
		return PASS_OVER(TTL_ZERO);
	set_packet_end(w, length);

	source = (struct address){ ip->source[0], ip->source[1] };
	destination = (struct address){ ip->destination[0], ip->destination[1] };
	if (is_mapped(source) || is_mapped(destination))
		return PASS_OVER(BAD_ADDRESS); /* else it would be taken for IPv4 */
	set_key_address(p, 0, source);
	set_key_address(p, 1, destination);
	p->seg.ttl = ip->hop_limit;
	return advance(w, sizeof(*ip), NEXT_PROTOCOL | ip->next);
}

/* An extension header that runs beyond its packet is refused by what comes next. */
static __always_inline int walk_extension(struct frame f, struct walk *w)
{
	const struct ipv6_extension *extension = header(f, w, sizeof(*extension));

	if (!extension)
		return short_of(w, sizeof(*extension), PASS_OVER(BAD_IP_HEADER));
	return advance(w, (extension->length + 1) * 8, NEXT_PROTOCOL | extension->next);
}

/* It may have the length that the IPv6 header before it had no room for. */
static __always_inline int walk_hop_by_hop(struct frame f, struct walk *w)
{
	const bool may_tell = w->unsized && !w->gso_size && !w->fragment && !w->quoted;
	const struct jumbo_payload *jumbo = may_tell ? header(f, w, sizeof(*jumbo)) : NULL;

	if (jumbo && jumbo->type_size == bpf_htons(JUMBO_PAYLOAD)) {
		if (!is_held(w, bpf_ntohl(jumbo->length)))
			return PASS_OVER(BAD_LENGTH);
		set_packet_end(w, bpf_ntohl(jumbo->length));
	}
	return walk_extension(f, w);
}

/* On the way, the IPv6 header's destination is the next hop of the route; the end of the connection is the last. */
static __always_inline int walk_routing(struct frame f, struct walk *w, struct packet *p)
{
	const struct {
		struct ipv6_extension extension;
		__be32 rest;
		__be64 last[2];
	} WIRE *routing = header(f, w, sizeof(*routing));
	const struct ipv6_extension *extension;

	if (!routing)
		return walk_extension(f, w); /* holds no address */
	extension = &routing->extension;
	if (extension->segments_left > 0 && extension->length >= 2 &&
	    (extension->routing_type == ROUTING_SEGMENT || extension->routing_type == ROUTING_MOBILE))
		set_key_address(p, 1, (struct address){ routing->last[0], routing->last[1] });
	return advance(w, (extension->length + 1) * 8, NEXT_PROTOCOL | extension->next);
}

static __always_inline int walk_authentication(struct frame f, struct walk *w)
{
	const struct ipv6_extension *ah = header(f, w, sizeof(*ah));

	if (!ah)
		return short_of(w, sizeof(*ah), PASS_OVER(BAD_IP_HEADER));
	if (ah->length < 1) /* RFC 4302 2: 12 bytes before the checksum */
		return PASS_OVER(BAD_IP_HEADER);
	return advance(w, (ah->length + 2) * 4, NEXT_PROTOCOL | ah->next);
}

/* Offset 0 and no more to come is an atomic fragment (RFC 6946): the packet is whole. */
static __always_inline int walk_fragment(struct frame f, struct walk *w)
{
	const struct ipv6_fragment *fragment = header(f, w, sizeof(*fragment));
	__u16 offset;

	if (!fragment)
		return short_of(w, sizeof(*fragment), PASS_OVER(BAD_IP_HEADER));
	offset = bpf_ntohs(fragment->offset);
	if (offset & IPV6_OFFSET)
		return later_fragment(w, fragment->next);
	if (offset & IPV6_MORE_FRAGMENTS && !w->quoted)
		w->fragment = 1;
	return advance(w, sizeof(*fragment), NEXT_PROTOCOL | fragment->next);
}

#endif
