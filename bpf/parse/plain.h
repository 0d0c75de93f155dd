/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * The frames that nearly all traffic consists of, taken at once: Ethernet, up
 * to two VLAN tags, IPv4 without options or IPv6 without extensions, not a
 * fragment, TCP. Aligned timestamps are taken here, too; other options (those of
 * SYNs) are left to walk_options(), as the caller's next step. Whatever is not
 * so is left to the walk, which also knows the reasons.
 */
#ifndef TCPSTATE_BPF_PARSE_PLAIN_H
#define TCPSTATE_BPF_PARSE_PLAIN_H

#include "parse/link.h"
#include "parse/tcp.h"

/* Is size bytes from at still in the frame? */
static __always_inline bool holds(struct frame f, const void *at, __u32 size)
{
#ifdef __bpf__
	return at + size <= f.data_end;
#else
	return (size_t)((const char *)f.data_end - (const char *)at) >= size;
#endif
}

/* A SACK option as Linux aligns it, and nothing else, in size bytes. What it says is of no use here. */
static __always_inline bool only_sack(__be32 first, __u32 size)
{
	return bpf_ntohl(first) == (OPTION_NOP << 24 | OPTION_NOP << 16 | OPTION_SACK << 8 | (size - 2));
}

/* Options that are told at a glance. size: bytes of them. */
static __always_inline bool plain_options(struct frame f, const struct tcp_header *tcp, __u32 size, struct segment *s)
{
	const struct aligned_timestamps *ts = (const void *)(tcp + 1);
	const struct wire_word *more = (const void *)(ts + 1);

	if (size < sizeof(*ts) || !holds(f, ts, sizeof(*ts)) || ts->kind_length != bpf_htonl(TIMESTAMP_ALIGNED))
		return false;
	if (size > sizeof(*ts) && (!holds(f, more, sizeof(*more)) || !only_sack(more->value, size - sizeof(*ts)) ||
				   !holds(f, more, size - sizeof(*ts))))
		return false;
	set_timestamps(s, &ts->value);
	return true;
}

/*
 * Both take the addresses and the ports, and give the TCP header, or NULL. At
 * once, as the registers are few: what is kept for later is written to the
 * stack and read again.
 */
static __always_inline const struct tcp_header *plain_ipv4(struct frame f, const struct walk *w,
							   const struct ipv4_header *ip, struct packet *p)
{
	const struct tcp_header *tcp = (const void *)(ip + 1);

	if (!holds(f, ip, sizeof(*ip) + sizeof(*tcp)) || ip->version_ihl != 0x45 || ip->protocol != PROTO_TCP ||
	    ip->fragment & bpf_htons(IPV4_MORE_FRAGMENTS | IPV4_OFFSET) || bpf_ntohs(ip->total_length) < sizeof(*ip) ||
	    !is_plain_ipv4(w, ip->source) || !is_plain_ipv4(w, ip->destination))
		return NULL;
	if (w->received && (!ip->ttl || !plain_ipv4_is_intact(ip)))
		return NULL;
	p->seg.ttl = ip->ttl;
	p->seg.len = bpf_ntohs(ip->total_length) - sizeof(*ip);
	set_ends(p, mapped_address(ip->source), mapped_address(ip->destination), tcp->source, tcp->destination, w->zone);
	return tcp;
}

static __always_inline const struct tcp_header *plain_ipv6(struct frame f, const struct walk *w,
							   const struct ipv6_header *ip, struct packet *p)
{
	const struct tcp_header *tcp = (const void *)(ip + 1);

	if (!holds(f, ip, sizeof(*ip) + sizeof(*tcp)) || bpf_ntohl(ip->version_class_label) >> 28 != 6 ||
	    ip->next != PROTO_TCP || (w->received && !ip->hop_limit) ||
	    !is_plain_ipv6(w, ip->source[0], ip->source[1]) || !is_plain_ipv6(w, ip->destination[0], ip->destination[1]))
		return NULL;
	p->seg.ttl = ip->hop_limit;
	p->seg.len = bpf_ntohs(ip->payload_length);
	set_ends(p, (struct address){ ip->source[0], ip->source[1] },
		 (struct address){ ip->destination[0], ip->destination[1] }, tcp->source, tcp->destination, w->zone);
	return tcp;
}

/* Step over at most two tags. Gives where they end, or NULL. */
static __always_inline const void *plain_tags(struct frame f, struct walk *w, __be16 *type)
{
	const struct vlan_tag *tag = f.data + sizeof(struct ethernet_header);

	for (int i = 0; i < 2 && is_vlan(bpf_ntohs(*type)); i++) {
		if (!holds(f, tag, sizeof(*tag)))
			return NULL;
		w->zone = zone_with_tag(w, w->zone, w->tags, bpf_ntohs(tag->tci));
		w->tags++;
		*type = tag->type;
		tag++;
	}
	return tag;
}

static __always_inline bool is_ip(__be16 type)
{
	return type == bpf_htons(ETHERTYPE_IPV4) || type == bpf_htons(ETHERTYPE_IPV6);
}

/* What came of it. */
struct plain {
	__u32 held;       /* bytes that the frame must have, and p is set. Where it has fewer, or at 0: the walk does it, from the start */
	__u32 options_at; /* offset of the TCP options that are still to be taken, */
	__u32 options;    /* and how many bytes they are; 0: none */
};

static __always_inline struct plain parse_plain(struct frame f, struct walk w, struct packet *p)
{
	const struct plain none = {};
	struct plain plain = {};
	const struct ethernet_header *eth = f.data;
	const struct tcp_header *tcp = NULL;
	const void *ip = eth + 1;
	__u32 length, header_length;
	__be16 type;

	if (!holds(f, eth, sizeof(*eth)))
		return none;
	type = eth->type;
	if (!is_ip(type)) {
		ip = plain_tags(f, &w, &type);
		if (!ip)
			return none;
	}
	ip = opaque(ip); /* a pointer, not a sum that is made anew for each header */
	if (type == bpf_htons(ETHERTYPE_IPV4))
		tcp = plain_ipv4(f, &w, ip, p);
	else if (type == bpf_htons(ETHERTYPE_IPV6))
		tcp = plain_ipv6(f, &w, ip, p);
	if (!tcp)
		return none;

	tcp = opaque(tcp);
	length = w.gso_size ? w.frame_len - distance(f.data, tcp) : p->seg.len;
	header_length = tcp_header_length(tcp);
	if (header_length < sizeof(*tcp) || header_length > length || !tcp->source || !tcp->destination)
		return none;
	p->seg = segment_of(&w, tcp, length, p->seg.ttl);
	if (header_length > sizeof(*tcp) && !plain_options(f, tcp, header_length - sizeof(*tcp), &p->seg)) {
		if (!holds(f, tcp, header_length))
			return none;
		plain.options_at = distance(f.data, tcp + 1);
		plain.options = header_length - sizeof(*tcp);
	}
	p->key.tunnel_id = 0;
	p->key.tunnel_kind = TUNNEL_NONE;
	__builtin_memset(p->key.pad, 0, sizeof(p->key.pad));
	p->icmp_error = 0;
	p->place = 0;
	__builtin_memset(p->pad, 0, sizeof(p->pad));
	plain.held = distance(f.data, tcp) + length;
	return plain;
}

#endif
