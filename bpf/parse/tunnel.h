/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* Tunnels: IP in IP, GRE, ERSPAN, VXLAN, GENEVE. */
#ifndef TCPSTATE_BPF_PARSE_TUNNEL_H
#define TCPSTATE_BPF_PARSE_TUNNEL_H

#include "parse/cursor.h"

/* A kind that is not opened is what it is outside, and so is one in a quote: not TCP. */
static __always_inline bool opens_tunnels(const struct walk *w, enum tunnel_kind kind)
{
	return w->decap >> kind & 1 && !w->quoted;
}

static __always_inline int open_tunnel(struct walk *w, struct packet *p, enum tunnel_kind kind, __u32 id)
{
	if (w->tunnels >= MAX_TUNNELS)
		return PASS_OVER(TOO_DEEP);
	w->tunnels++;
	p->key.tunnel_kind = kind;
	p->key.tunnel_id = w->no_tunnel_id ? 0 : id;
	return 0;
}

static __always_inline int walk_ip_in_ip(struct walk *w, struct packet *p, __u32 inner)
{
	if (!opens_tunnels(w, TUNNEL_IPIP))
		return PASS_OVER(NOT_TCP);
	w->next = inner;
	return open_tunnel(w, p, TUNNEL_IPIP, 0);
}

/* Type I has no header of its own, and no GRE sequence number by which it is told from type II. */
static __always_inline int walk_erspan_2(struct frame f, struct walk *w, bool has_sequence)
{
	const struct erspan_2_header *erspan;

	if (!has_sequence) {
		w->next = NEXT_ETHERNET;
		return 0;
	}
	erspan = header(f, w, sizeof(*erspan));
	if (!erspan)
		return short_of(w, sizeof(*erspan), PASS_OVER(BAD_TUNNEL));
	if (erspan->version_vlan >> 4 != 1)
		return PASS_OVER(BAD_TUNNEL);
	return advance(w, sizeof(*erspan), NEXT_ETHERNET);
}

/* Carries a frame, or an IP packet of the version that its first byte says. */
static __always_inline int walk_erspan_3(struct frame f, struct walk *w)
{
	const struct erspan_3_header *erspan = header(f, w, sizeof(*erspan));
	const __u8 *first;
	__u32 size;

	if (!erspan)
		return short_of(w, sizeof(*erspan), PASS_OVER(BAD_TUNNEL));
	if (erspan->version_vlan >> 4 != 2)
		return PASS_OVER(BAD_TUNNEL);
	size = sizeof(*erspan) + (erspan->flags & ERSPAN_PLATFORM) * 8;
	switch (erspan->frame_type >> 2 & 0x1f) {
	case ERSPAN_ETHERNET:
		return advance(w, size, NEXT_ETHERNET);
	case ERSPAN_IP:
		if (w->offset + size >= w->limit)
			return short_of(w, size + 1, PASS_OVER(BAD_TUNNEL));
		first = bytes_at(f, w->offset + size, 1);
		if (!first)
			return PASS_OVER(TRUNCATED);
		return advance(w, size, *first >> 4 == 6 ? ETHERTYPE_IPV6 : ETHERTYPE_IPV4);
	}
	return PASS_OVER(BAD_TUNNEL);
}

/* Sizes of the optional fields, without branches: eight combinations are eight times the verifier's work. */
static __always_inline __u32 gre_checksum_size(__u16 flags)
{
	return flags >> 13 & 4;
}

static __always_inline __u32 gre_size(__u16 flags)
{
	return sizeof(struct gre_header) + gre_checksum_size(flags) + (flags >> 11 & 4) + (flags >> 10 & 4);
}

static __always_inline int walk_gre(struct frame f, struct walk *w, struct packet *p)
{
	const struct gre_header *gre = header(f, w, sizeof(*gre));
	enum tunnel_kind kind = TUNNEL_GRE;
	__u32 size, id = 0;
	const struct wire_word *key;
	__u16 flags, type;
	int err;

	if (!opens_tunnels(w, TUNNEL_GRE))
		return PASS_OVER(NOT_TCP);
	if (!gre)
		return short_of(w, sizeof(*gre), PASS_OVER(BAD_TUNNEL));
	flags = bpf_ntohs(gre->flags);
	type = bpf_ntohs(gre->type);
	if (flags & GRE_REFUSED)
		return PASS_OVER(BAD_TUNNEL);
	size = gre_size(flags);
	if (w->offset + size > w->limit)
		return short_of(w, size, PASS_OVER(BAD_TUNNEL));
	if (type == ETHERTYPE_ERSPAN_2 || type == ETHERTYPE_ERSPAN_3) {
		kind = TUNNEL_ERSPAN;
	} else if (flags & GRE_KEY) {
		key = bytes_at(f, w->offset + sizeof(*gre) + gre_checksum_size(flags), sizeof(*key));
		if (!key)
			return PASS_OVER(TRUNCATED);
		id = bpf_ntohl(key->value);
	}
	err = open_tunnel(w, p, kind, id);
	if (!err)
		err = advance(w, size, type);
	if (err)
		return err;

	switch (type) {
	case ETHERTYPE_TRANSPARENT:
		w->next = NEXT_ETHERNET;
		return 0;
	case ETHERTYPE_ERSPAN_2:
		return walk_erspan_2(f, w, flags & GRE_SEQUENCE);
	case ETHERTYPE_ERSPAN_3:
		return walk_erspan_3(f, w);
	}
	return 0;
}

static __always_inline int walk_vxlan(struct frame f, struct walk *w, struct packet *p)
{
	const struct vxlan_header *vxlan = header(f, w, sizeof(*vxlan));
	int err;

	if (!vxlan)
		return short_of(w, sizeof(*vxlan), PASS_OVER(BAD_TUNNEL));
	if (!(bpf_ntohl(vxlan->flags) & VXLAN_VNI_VALID))
		return PASS_OVER(BAD_TUNNEL);
	err = open_tunnel(w, p, TUNNEL_VXLAN, bpf_ntohl(vxlan->vni) >> 8);
	return err ? err : advance(w, sizeof(*vxlan), NEXT_ETHERNET);
}

static __always_inline int walk_geneve(struct frame f, struct walk *w, struct packet *p)
{
	const struct geneve_header *geneve = header(f, w, sizeof(*geneve));
	__u32 size, type;
	int err;

	if (!geneve)
		return short_of(w, sizeof(*geneve), PASS_OVER(BAD_TUNNEL));
	if (geneve->version_length >> 6 != 0)
		return PASS_OVER(BAD_TUNNEL);
	size = sizeof(*geneve) + (geneve->version_length & 0x3f) * 4;
	if (w->offset + size > w->limit)
		return short_of(w, size, PASS_OVER(BAD_TUNNEL));
	type = bpf_ntohs(geneve->type);
	err = open_tunnel(w, p, TUNNEL_GENEVE, bpf_ntohl(geneve->vni) >> 8);
	return err ? err : advance(w, size, type == ETHERTYPE_TRANSPARENT ? NEXT_ETHERNET : type);
}

/* The outer ports differ by direction (the source port is entropy): they never reach the key. */
static __always_inline int walk_udp(struct frame f, struct walk *w, struct packet *p)
{
	const struct udp_header *udp;

	if (!opens_tunnels(w, TUNNEL_VXLAN) && !opens_tunnels(w, TUNNEL_GENEVE))
		return PASS_OVER(NOT_TCP);
	udp = header(f, w, sizeof(*udp));
	if (!udp)
		return short_of(w, sizeof(*udp), PASS_OVER(NOT_TCP));
	switch (bpf_ntohs(udp->destination)) {
	case PORT_VXLAN:
	case PORT_VXLAN_OLD:
		return opens_tunnels(w, TUNNEL_VXLAN) ? walk_vxlan(f, w, p) : PASS_OVER(NOT_TCP);
	case PORT_GENEVE:
		return opens_tunnels(w, TUNNEL_GENEVE) ? walk_geneve(f, w, p) : PASS_OVER(NOT_TCP);
	}
	return PASS_OVER(NOT_TCP);
}

#endif
