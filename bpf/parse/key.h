/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* The two ends of a connection, in the order that both directions share. */
#ifndef TCPSTATE_BPF_PARSE_KEY_H
#define TCPSTATE_BPF_PARSE_KEY_H

#include "parse/cursor.h"

/* An IPv6 address, or a mapped IPv4 one, as it lies in memory. */
struct address {
	__be64 high;
	__be64 low;
};

/* The key is an array of bytes to its readers, and six words to us. */
typedef __be64 __attribute__((may_alias)) key_word;

/* ::ffff:a.b.c.d */
static __always_inline struct address mapped_address(__be32 ipv4)
{
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
	return (struct address){ .low = (__u64)ipv4 << 32 | 0xffff0000 };
#else
	return (struct address){ .low = 0xffffULL << 32 | ipv4 };
#endif
}

static __always_inline struct address key_address(const struct packet *p, __u32 end)
{
	const key_word *word = (const key_word *)p->key.addr[end];

	return (struct address){ .high = word[0], .low = word[1] };
}

static __always_inline void set_key_address(struct packet *p, __u32 end, struct address a)
{
	key_word *word = (key_word *)p->key.addr[end];

	word[0] = a.high;
	word[1] = a.low;
}

/*
 * 1 if a < b, else 0, without a branch (Warren, Hacker's Delight, 2-12): which
 * of two ends sends is as hard to predict as the traffic is.
 */
static __always_inline __u64 below(__u64 a, __u64 b)
{
	return ((~a & b) | ((~a | b) & (a - b))) >> 63;
}

/* Two ports and the zone as they lie in the key. */
_Static_assert(offsetof(struct flow_key, zone) == offsetof(struct flow_key, port) + 4, "one word");
static __always_inline __u64 ports_and_zone(__be16 first, __be16 second, __u32 zone)
{
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
	return first | (__u32)second << 16 | (__u64)zone << 32;
#else
	return (__u64)first << 48 | (__u64)second << 32 | zone;
#endif
}

/* Write both ends into the key, the lower first, and say which of them sends. */
static __always_inline void set_ends(struct packet *p, struct address source, struct address destination,
				     __be16 source_port, __be16 destination_port, __u32 zone)
{
	__u64 a, b, swap, change;
	bool self = false;

	if (source.high != destination.high) {
		a = bpf_be64_to_cpu(source.high);
		b = bpf_be64_to_cpu(destination.high);
	} else if (source.low != destination.low) {
		a = bpf_be64_to_cpu(source.low);
		b = bpf_be64_to_cpu(destination.low);
	} else {
		a = bpf_ntohs(source_port);
		b = bpf_ntohs(destination_port);
		self = a == b;
	}
	p->from = below(b, a);
	p->self = self;

	swap = 0 - below(b, a); /* all ones, or none */
	change = (source.high ^ destination.high) & swap;
	source.high ^= change;
	destination.high ^= change;
	change = (source.low ^ destination.low) & swap;
	source.low ^= change;
	destination.low ^= change;
	change = (source_port ^ destination_port) & swap;
	source_port ^= change;
	destination_port ^= change;

	set_key_address(p, 0, source);
	set_key_address(p, 1, destination);
	*(key_word *)p->key.port = ports_and_zone(source_port, destination_port, zone);
}

#endif
