/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * The TCP checksum (RFC 9293 3.1). A wrong one means that the receiver drops the
 * segment (rule 30).
 */
#ifndef TCPSTATE_BPF_PARSE_CHECKSUM_H
#define TCPSTATE_BPF_PARSE_CHECKSUM_H

#include "parse/tcp.h"
#include "parse/valid.h"

#define CHECKSUM_MAX 2048 /* bytes of header and payload: what fits an Ethernet frame, and room to spare */
#define CHECKSUM_BLOCK 32

struct checksum_block {
	__u32 word[CHECKSUM_BLOCK / 4];
} WIRE;

/*
 * The pseudo-header. Mapped IPv4 addresses add 0xffff, which is nothing; and
 * the order of the two ends changes nothing either.
 */
static __always_inline __u64 pseudo_header_sum(const struct packet *p, __u32 length)
{
	__u64 sum = bpf_htonl(length) + (__u64)bpf_htonl(PROTO_TCP);

	for (int end = 0; end < 2; end++) {
		struct address a = key_address(p, end);

		sum += (a.high >> 32) + (a.high & 0xffffffff) + (a.low >> 32) + (a.low & 0xffffffff);
	}
	return sum;
}

/* Sum of the bytes from w->offset to w->end, at most CHECKSUM_MAX, all in the frame. Moves w->offset. */
static __always_inline __u64 payload_sum(struct frame f, struct walk *w)
{
	const struct checksum_block *block;
	const __u8 *byte;
	__u64 sum = 0;

	for (int i = 0; i < CHECKSUM_MAX / CHECKSUM_BLOCK; i++) {
		forget(w);
		if (w->end - w->offset < CHECKSUM_BLOCK)
			break;
		block = bytes_at(f, w->offset, CHECKSUM_BLOCK);
		if (!block)
			break;
		for (int word = 0; word < CHECKSUM_BLOCK / 4; word++)
			sum += block->word[word];
		w->offset += CHECKSUM_BLOCK;
	}
	for (int i = 0; i < CHECKSUM_BLOCK; i++) {
		forget(w);
		if (w->offset >= w->end)
			break;
		byte = bytes_at(f, w->offset, 1);
		if (!byte)
			break;
		/* as if it stood in a word of zeros, at an even or odd place */
		sum += i & 1 ? bpf_htons(*byte) : bpf_htons(*byte << 8);
		w->offset++;
	}
	return sum;
}

/*
 * Can the sum of the segment at w->segment be told? Not where a part of it was
 * cut off, nor of a fragment, nor of what a NIC has yet to cut or has put together.
 */
static __always_inline bool can_be_summed(struct frame f, const struct walk *w)
{
	if (w->fragment || w->unsized)
		return false;
	return w->end - w->segment <= CHECKSUM_MAX && w->end <= w->limit && w->end <= OFFSET_MASK && bytes_at(f, w->end, 0);
}

/* Behind walk_tcp(): sets SEG_BAD_CHECKSUM where the sum can be told, and is wrong. */
static __always_inline void verify_tcp_checksum(struct frame f, struct walk *w, struct packet *p)
{
	__u32 length = w->end - w->segment;
	const struct tcp_header *tcp;
	__u64 pseudo;

	if (!can_be_summed(f, w))
		return;
	tcp = bytes_at(f, w->segment, sizeof(*tcp));
	if (!tcp)
		return;
	pseudo = pseudo_header_sum(p, length);
	if (tcp->checksum == checksum_fold(pseudo))
		return; /* the sender's NIC will do the rest */
	w->offset = w->segment;
	if (checksum_fold(pseudo + payload_sum(f, w)) != 0xffff)
		p->seg.traits |= SEG_BAD_CHECKSUM;
}

#endif
