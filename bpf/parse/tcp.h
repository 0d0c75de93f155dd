/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* The TCP header and its options (RFC 9293 3.1 and 3.2, RFC 7323, RFC 2018). */
#ifndef TCPSTATE_BPF_PARSE_TCP_H
#define TCPSTATE_BPF_PARSE_TCP_H

#include "parse/key.h"
#include "parse/ip.h"

enum tcp_option {
	OPTION_END = 0,
	OPTION_NOP = 1,
	OPTION_MSS = 2,
	OPTION_WSCALE = 3,
	OPTION_SACK_PERMITTED = 4,
	OPTION_SACK = 5,
	OPTION_TIMESTAMP = 8,
};

#define MAX_WSCALE 14       /* RFC 7323 2.3: larger ones are read as this */
#define MAX_TCP_OPTIONS 40  /* bytes, and so at most as many options */

struct timestamps {
	__be32 tsval;
	__be32 tsecr;
} WIRE;

/* What nearly every segment of a connection with timestamps carries, in this order (RFC 7323, appendix A). */
struct aligned_timestamps {
	__be32 kind_length; /* NOP NOP TIMESTAMP 10 */
	struct timestamps value;
} WIRE;

#define TIMESTAMP_ALIGNED (OPTION_NOP << 24 | OPTION_NOP << 16 | OPTION_TIMESTAMP << 8 | 10)

static __always_inline __u32 tcp_header_length(const struct tcp_header *tcp)
{
	return (tcp->offset >> 4) * 4;
}

/* Frames on the wire. A driver that does not say how many leaves it to us. */
static __always_inline __u32 frames_of(const struct walk *w, __u32 payload)
{
	if (w->gso_size == 0)
		return 1;
	if (w->gso_segs > 0)
		return w->gso_segs;
	return payload > w->gso_size ? (payload + w->gso_size - 1) / w->gso_size : 1;
}

/* All but the options; length is that of header and payload. */
static __always_inline struct segment segment_of(const struct walk *w, const struct tcp_header *tcp, __u32 length, __u8 ttl)
{
	__u32 payload = length - tcp_header_length(tcp);

	return (struct segment){
		.seq = bpf_ntohl(tcp->seq),
		.ack = bpf_ntohl(tcp->ack),
		.len = payload,
		.packets = frames_of(w, payload),
		.window = bpf_ntohs(tcp->window),
		.flags = tcp->flags,
		.ttl = ttl,
	};
}

static __always_inline void set_timestamps(struct segment *s, const struct timestamps *value)
{
	s->tsval = bpf_ntohl(value->tsval);
	s->tsecr = bpf_ntohl(value->tsecr);
	s->traits |= SEG_TIMESTAMP;
}

/* How long an option of this kind has to be; 0: any length will do. */
static __always_inline __u32 option_size(__u8 kind)
{
	switch (kind) {
	case OPTION_MSS:
		return 4;
	case OPTION_WSCALE:
		return 3;
	case OPTION_SACK_PERMITTED:
		return 2;
	case OPTION_TIMESTAMP:
		return 10;
	}
	return 0;
}

static __always_inline void take_option(struct frame f, const struct walk *w, struct packet *p, __u8 kind)
{
	const __u8 *option;

	switch (kind) {
	case OPTION_MSS:
		option = bytes_at(f, w->offset, 4);
		if (!option)
			return;
		p->seg.mss = option[2] << 8 | option[3];
		p->seg.traits |= SEG_MSS;
		return;
	case OPTION_WSCALE:
		option = bytes_at(f, w->offset, 3);
		if (!option)
			return;
		p->seg.wscale = option[2] > MAX_WSCALE ? MAX_WSCALE : option[2];
		p->seg.traits |= SEG_WSCALE;
		return;
	case OPTION_SACK_PERMITTED:
		p->seg.traits |= SEG_SACK_PERMITTED;
		return;
	case OPTION_TIMESTAMP:
		option = bytes_at(f, w->offset, 10);
		if (!option)
			return;
		set_timestamps(&p->seg, (const struct timestamps *)(option + 2));
		return;
	}
}

/*
 * Take the option that comes next. Gives its size, or 0 where the options end,
 * also because one runs over. An option of a known kind and a length of its
 * own is skipped, as receivers do.
 */
static __always_inline __u32 walk_option(struct frame f, const struct walk *w, struct packet *p)
{
	const __u8 *option = bytes_at(f, w->offset, 1);
	__u32 size, right;
	__u8 kind;

	if (!option || *option == OPTION_END)
		return 0; /* or the capture ends */
	kind = *option;
	if (kind == OPTION_NOP)
		return 1;
	option = w->options >= 2 ? bytes_at(f, w->offset, 2) : NULL;
	if (!option || option[1] < 2 || option[1] > w->options) {
		p->seg.traits |= SEG_BAD_OPTIONS;
		return 0;
	}
	size = option[1];
	right = option_size(kind);
	if (right && right != size)
		p->seg.traits |= SEG_BAD_OPTIONS;
	else
		take_option(f, w, p, kind);
	return size;
}

static __always_inline void walk_options(struct frame f, struct walk *w, struct packet *p)
{
	__u32 size;

	for (int i = 0; i < MAX_TCP_OPTIONS; i++) {
		forget(w);
		if (w->options == 0)
			return;
		size = walk_option(f, w, p);
		if (size == 0)
			return;
		w->offset += size;
		w->options -= size;
	}
}

/* A TCP header that an ICMP error quotes; 8 bytes of it are promised (RFC 792). */
static __always_inline int walk_quoted_tcp(struct frame f, struct walk *w, struct packet *p)
{
	const struct {
		__be16 source;
		__be16 destination;
		__be32 seq;
	} WIRE *tcp = header(f, w, sizeof(*tcp));

	if (!tcp)
		return short_of(w, sizeof(*tcp), PASS_OVER(TRUNCATED));
	if (w->quoted == QUOTE_SOFT)
		return PASS_OVER(ICMP_ERROR);
	set_ends(p, key_address(p, 0), key_address(p, 1), tcp->source, tcp->destination, w->zone);
	p->seg.seq = bpf_ntohl(tcp->seq);
	p->icmp_error = 1;
	return 0;
}

/* The end of the walk. Leaves offset behind the options. */
static __always_inline int walk_tcp(struct frame f, struct walk *w, struct packet *p)
{
	const struct tcp_header *tcp = header(f, w, sizeof(*tcp));
	__u32 header_length;
	bool cut;
	int err;

	if (!tcp)
		return short_of(w, sizeof(*tcp), PASS_OVER(BAD_TCP_HEADER));
	header_length = tcp_header_length(tcp);
	if (header_length < sizeof(*tcp))
		return PASS_OVER(BAD_TCP_HEADER);
	err = check_addresses(w, p);
	if (err)
		return err;
	if (!tcp->source || !tcp->destination)
		return PASS_OVER(PORT_ZERO);
	cut = !bytes_at(f, w->offset + header_length, 0);
	if (w->offset + header_length > w->limit || (cut && !w->captured))
		return short_of(w, header_length, PASS_OVER(BAD_TCP_HEADER));

	set_ends(p, key_address(p, 0), key_address(p, 1), tcp->source, tcp->destination, w->zone);
	p->seg = segment_of(w, tcp, w->end - w->offset, p->seg.ttl);
	if (w->fragment)
		p->seg.traits |= SEG_FRAGMENT;
	if (cut)
		p->seg.traits |= SEG_CUT_OPTIONS;
	w->segment = w->offset;
	w->options = header_length - sizeof(*tcp);
	return advance(w, sizeof(*tcp), 0);
}

#endif
