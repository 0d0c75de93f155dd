/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* Link layers: Ethernet, VLAN tags, PPPoE sessions, MPLS label stacks. */
#ifndef TCPSTATE_BPF_PARSE_LINK_H
#define TCPSTATE_BPF_PARSE_LINK_H

#include "parse/cursor.h"

/* A link header is promised by the frame itself, or by the tunnel around it. */
static __always_inline int short_link(const struct walk *w, __u32 size)
{
	return short_of(w, size, w->tunnels ? PASS_OVER(BAD_TUNNEL) : PASS_OVER(TRUNCATED));
}

static __always_inline int walk_ethernet(struct frame f, struct walk *w)
{
	const struct ethernet_header *eth = header(f, w, sizeof(*eth));

	if (!eth)
		return short_link(w, sizeof(*eth));
	return advance(w, sizeof(*eth), bpf_ntohs(eth->type));
}

static __always_inline bool is_vlan(__u32 type)
{
	return type == ETHERTYPE_VLAN || type == ETHERTYPE_QINQ || type == ETHERTYPE_QINQ_OLD;
}

/*
 * The first two tags met make the zone, also where they lie in different
 * frames. nth counts from 0.
 */
static __always_inline __u32 zone_with_tag(const struct walk *w, __u32 zone, __u32 nth, __u16 tci)
{
	if (w->zone_mode != ZONE_VLAN || nth >= 2)
		return zone;
	return zone | (__u32)(tci & VLAN_ID) << (nth ? 12 : 0);
}

static __always_inline int walk_vlan(struct frame f, struct walk *w)
{
	const struct vlan_tag *tag = header(f, w, sizeof(*tag));

	if (!tag)
		return short_link(w, sizeof(*tag));
	w->zone = zone_with_tag(w, w->zone, w->tags, bpf_ntohs(tag->tci));
	w->tags++;
	return advance(w, sizeof(*tag), bpf_ntohs(tag->type));
}

static __always_inline int walk_pppoe(struct frame f, struct walk *w)
{
	const struct pppoe_header *ppp = header(f, w, sizeof(*ppp));

	if (!ppp)
		return short_link(w, sizeof(*ppp));
	if (ppp->version_type != 0x11 || ppp->code != 0)
		return PASS_OVER(NOT_IP);
	switch (bpf_ntohs(ppp->protocol)) {
	case PPP_IPV4:
		return advance(w, sizeof(*ppp), ETHERTYPE_IPV4);
	case PPP_IPV6:
		return advance(w, sizeof(*ppp), ETHERTYPE_IPV6);
	case PPP_MPLS:
		return advance(w, sizeof(*ppp), ETHERTYPE_MPLS);
	}
	return PASS_OVER(NOT_IP);
}

/* MPLS does not say what it carries: behind the last label the IP version does (RFC 4928 2). */
static __always_inline int walk_mpls(struct frame f, struct walk *w)
{
	const struct wire_word *entry = header(f, w, sizeof(*entry));
	const __u8 *first;

	if (!entry)
		return short_link(w, sizeof(*entry));
	if (!(bpf_ntohl(entry->value) & MPLS_BOTTOM))
		return advance(w, sizeof(*entry), ETHERTYPE_MPLS);
	first = header(f, w, sizeof(*entry) + 1);
	if (!first)
		return short_link(w, sizeof(*entry) + 1);
	switch (first[sizeof(*entry)] >> 4) {
	case 4:
		return advance(w, sizeof(*entry), ETHERTYPE_IPV4);
	case 6:
		return advance(w, sizeof(*entry), ETHERTYPE_IPV6);
	}
	return PASS_OVER(NOT_IP);
}

#endif
