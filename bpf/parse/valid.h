/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * What no receiver takes, whatever its TCP header says: a length that the frame
 * does not hold, a wrong IPv4 header checksum, TTL 0, port 0, an address that
 * nobody can have, a loopback address from outside. Such a frame is counted, and
 * changes nothing.
 */
#ifndef TCPSTATE_BPF_PARSE_VALID_H
#define TCPSTATE_BPF_PARSE_VALID_H

#include "parse/key.h"

/* Sums in ones' complement (RFC 1071), as arithmetic modulo 0xffff. */
static __always_inline __u16 checksum_fold(__u64 sum)
{
	sum = (sum >> 32) + (sum & 0xffffffff);
	sum = (sum >> 32) + (sum & 0xffffffff);
	sum = (sum >> 16) + (sum & 0xffff);
	sum = (sum >> 16) + (sum & 0xffff);
	sum = (sum >> 16) + (sum & 0xffff);
	return sum;
}

/* Without options. */
static __always_inline __u64 ipv4_header_sum(const struct ipv4_header *ip)
{
	const struct wire_word *word = (const void *)ip;

	return (__u64)word[0].value + word[1].value + word[2].value + word[3].value + word[4].value;
}

/*
 * 0 is none: a capture may be older than what the NIC fills in. Linux itself
 * always fills it in, so that a receiver sees 0 once in 2^16 broken frames.
 */
static __always_inline bool plain_ipv4_is_intact(const struct ipv4_header *ip)
{
	__u64 sum = ipv4_header_sum(ip);

	/* five words need no more folding than this */
	sum = (sum >> 32) + (sum & 0xffffffff);
	sum = (sum >> 16) + (sum & 0xffff);
	sum = (sum >> 16) + (sum & 0xffff);
	return sum == 0xffff || !ip->checksum;
}

/*
 * Is this an IP header that a receiver checks for itself? Inside a tunnel, and
 * before a NIC has cut it up, it is not. Nor in a capture with --no-checksum:
 * whoever rewrites addresses leaves the sums wrong, and at times the TTL 0.
 */
static __always_inline bool is_checked(const struct walk *w)
{
	return w->received && !w->tunnels && !w->quoted && !w->unsized && !(w->captured && !w->verify_checksum);
}

/* A header of a capture that has no checksum, and TTL 0, is not the sender's: it was rewritten. */
static __always_inline bool ipv4_has_expired(const struct walk *w, const struct ipv4_header *ip)
{
	return !ip->ttl && !(w->captured && !ip->checksum);
}

static __always_inline bool ipv4_is_intact(struct frame f, const struct walk *w, const struct ipv4_header *ip,
					   __u32 header_length)
{
	__u64 sum = ipv4_header_sum(ip);
	const struct wire_word *option;

	if (!ip->checksum)
		return true;
	for (__u32 at = sizeof(*ip); at < MAX_IPV4_HEADER; at += sizeof(*option)) {
		if (at >= header_length)
			break;
		option = bytes_at(f, w->offset + at, sizeof(*option));
		if (!option)
			return true; /* the capture ends */
		sum += option->value;
	}
	return checksum_fold(sum) == 0xffff;
}

/*
 * Does the packet that begins here, length bytes by its own header, end in the
 * frame, and in the packet around it? A fragment holds only the beginning of
 * what it carries, and a quote as much as the router liked.
 */
static __always_inline bool is_held(const struct walk *w, __u32 length)
{
	__u64 end = (__u64)w->offset + length;

	return w->quoted || w->fragment || (end <= w->frame_len && end <= w->limit);
}

/* ---- addresses and ports ------------------------------------------------ */

/* 0.0.0.0, 224.0.0.0/4, the broadcast. (Linux takes the rest of 0.0.0.0/8 since 5.3, and 240.0.0.0/4.) */
static __always_inline bool is_nobodys_ipv4(__be32 address)
{
	__u32 a = bpf_ntohl(address);

	return a == 0 || a >> 28 == 14 || a == 0xffffffff;
}

static __always_inline bool is_loopback_ipv4(__be32 address)
{
	return (bpf_ntohl(address) >> 24) == 127;
}

static __always_inline bool is_mapped(struct address a)
{
	return a.high == 0 && bpf_be64_to_cpu(a.low) >> 32 == 0xffff;
}

static __always_inline __be32 unmapped(struct address a)
{
	return bpf_htonl((__u32)bpf_be64_to_cpu(a.low));
}

static __always_inline bool is_multicast_ipv6(struct address a)
{
	return bpf_be64_to_cpu(a.high) >> 56 == 0xff;
}

static __always_inline bool is_nobodys(struct address a)
{
	if (is_mapped(a))
		return is_nobodys_ipv4(unmapped(a));
	return is_multicast_ipv6(a) || (a.high == 0 && a.low == 0);
}

static __always_inline bool is_loopback(struct address a)
{
	if (is_mapped(a))
		return is_loopback_ipv4(unmapped(a));
	return a.high == 0 && a.low == bpf_cpu_to_be64(1);
}

/* The addresses of the innermost packet: those around it may well be multicast. */
static __always_inline int check_addresses(const struct walk *w, const struct packet *p)
{
	struct address source = key_address(p, 0), destination = key_address(p, 1);

	if (is_nobodys(source) || is_nobodys(destination))
		return PASS_OVER(BAD_ADDRESS);
	if (w->from_outside && (is_loopback(source) || is_loopback(destination)))
		return PASS_OVER(LOCAL_SOURCE);
	return 0;
}

/* For the plain way, which leaves whatever may be wrong to the walk. */
static __always_inline bool is_plain_ipv4(const struct walk *w, __be32 address)
{
	/* all but 0.0.0.0, and what lies above 223.255.255.255 */
	return bpf_ntohl(address) - 1 < 0xdfffffff && !(w->from_outside && is_loopback_ipv4(address));
}

static __always_inline bool is_plain_ipv6(const struct walk *w, __be64 high, __be64 low)
{
	if (high == 0)
		return low == bpf_cpu_to_be64(1) && !w->from_outside;
	return !is_multicast_ipv6((struct address){ .high = high });
}

#endif
