// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
#include "wire.h"

#include <arpa/inet.h>
#include <string.h>

#define PROTOCOL_ICMP 1
#define PROTOCOL_TCP 6
#define PROTOCOL_FRAGMENT 44
#define PROTOCOL_ICMPV6 58

/* Type and code of each, ICMP and ICMPv6. */
static const struct {
	__u8 v4[2], v6[2];
	bool hard;
} icmp_kinds[] = {
	[ICMP_PORT_UNREACHABLE] = { { 3, 3 }, { 1, 4 }, true },
	[ICMP_PROHIBITED] = { { 3, 13 }, { 1, 1 }, true },
	[ICMP_HOST_UNREACHABLE] = { { 3, 1 }, { 1, 3 }, false },
	[ICMP_TIME_EXCEEDED] = { { 11, 0 }, { 3, 0 }, false },
};

/* ---- as the parser says it ---------------------------------------------- */

/* < 0 where the initiator is end 0 of the key. */
static int compare_ends(const struct wire *w)
{
	int order = memcmp(w->address[0], w->address[1], 16);

	return order ? order : (int)w->port[0] - (int)w->port[1];
}

unsigned int wire_initiator(const struct wire *w)
{
	return compare_ends(w) > 0;
}

bool wire_packet(const struct wire *w, bool verifies_checksums, struct packet *p)
{
	unsigned int initiator = wire_initiator(w);

	*p = (struct packet){ .seg = w->seg, .from = w->from ^ initiator };
	for (unsigned int end = 0; end < 2; end++) {
		memcpy(p->key.addr[end ^ initiator], w->address[end], 16);
		p->key.port[end ^ initiator] = htons(w->port[end]);
	}
	if (compare_ends(w) == 0) {
		p->self = 1;
		p->from = 0;
	}
	if (w->icmp) {
		p->icmp_error = 1;
		p->seg = (struct segment){ .seq = w->seg.seq };
		return icmp_kinds[w->icmp].hard;
	}
	p->seg.packets = 1;
	p->place = w->place + w->seg.ttl * 0x9e3779b1u; /* as bpf/parse/parse.h has it of a capture */
	if (p->seg.wscale > 14)
		p->seg.wscale = 14;
	if (!verifies_checksums)
		p->seg.traits &= ~SEG_BAD_CHECKSUM;
	return true;
}

/* ---- as bytes ----------------------------------------------------------- */

static __u8 *put16(__u8 *at, __u32 value)
{
	at[0] = value >> 8;
	at[1] = value;
	return at + 2;
}

static __u8 *put32(__u8 *at, __u32 value)
{
	return put16(put16(at, value >> 16), value);
}

static __u8 *put_bytes(__u8 *at, const void *bytes, size_t n)
{
	memcpy(at, bytes, n);
	return at + n;
}

/* RFC 1071, big-endian words. */
static __u32 sum_of(const __u8 *bytes, size_t n, __u32 sum)
{
	for (size_t i = 0; i + 1 < n; i += 2)
		sum += bytes[i] << 8 | bytes[i + 1];
	if (n & 1)
		sum += bytes[n - 1] << 8;
	return sum;
}

static __u16 fold(__u32 sum)
{
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return ~sum;
}

/* Over the pseudo-header, too; mapped addresses add 0xffff, which is nothing. */
static __u16 checksum(const struct wire *w, const __u8 *bytes, size_t n, __u8 protocol)
{
	return fold(sum_of(bytes, n, sum_of(w->address[0], 32, n + protocol)));
}

static __u8 *put_options(__u8 *at, const struct segment *s)
{
	if (s->traits & SEG_MSS)
		at = put32(at, 2 << 24 | 4 << 16 | s->mss);
	if (s->traits & SEG_WSCALE)
		at = put32(at, 1 << 24 | 3 << 16 | 3 << 8 | s->wscale);
	if (s->traits & SEG_SACK_PERMITTED)
		at = put32(at, 1 << 24 | 1 << 16 | 4 << 8 | 2);
	if (s->traits & SEG_TIMESTAMP) {
		at = put32(at, 1 << 24 | 1 << 16 | 8 << 8 | 10);
		at = put32(at, s->tsval);
		at = put32(at, s->tsecr);
	}
	if (s->traits & SEG_BAD_OPTIONS)
		at = put32(at, 253u << 24 | 200 << 16); /* 200 bytes of an experiment, it says */
	return at;
}

/* Header and payload. */
static __u8 *put_tcp(__u8 *start, const struct wire *w)
{
	const struct segment *s = &w->seg;
	__u8 *at = put16(start, w->port[w->from]);
	__u16 sum;

	at = put16(at, w->port[!w->from]);
	at = put32(at, s->seq);
	at = put32(at, s->ack);
	at[1] = s->flags;
	at = put16(at + 2, s->window);
	at = put32(at, 0); /* checksum, urgent pointer */
	at = put_options(at, s);
	start[12] = (at - start) / 4 << 4;
	for (__u32 i = 0; i < s->len; i++)
		*at++ = 'a' + i % 26;
	sum = checksum(w, start, at - start, PROTOCOL_TCP);
	put16(start + 16, s->traits & SEG_BAD_CHECKSUM ? sum ^ 0x5a5a : sum);
	return at;
}

static __u8 *put_ipv4(__u8 *start, const struct wire *w, unsigned int from, __u8 protocol, __u32 length)
{
	__u8 *at = put32(start, 0x45 << 24 | (20 + length));

	/* identification; more fragments */
	at = put32(at, w->seg.traits & SEG_FRAGMENT ? 1 << 16 | 0x2000 : 0x4000);
	at = put32(at, (__u32)(w->seg.ttl ? w->seg.ttl : 64) << 24 | protocol << 16);
	at = put_bytes(at, w->address[from] + 12, 4);
	at = put_bytes(at, w->address[!from] + 12, 4);
	put16(start + 10, fold(sum_of(start, 20, 0)));
	return at;
}

static __u8 *put_ipv6(__u8 *at, const struct wire *w, unsigned int from, __u8 protocol, __u32 length)
{
	bool fragment = w->seg.traits & SEG_FRAGMENT;

	at = put32(at, 6 << 28);
	at = put16(at, length + (fragment ? 8 : 0));
	*at++ = fragment ? PROTOCOL_FRAGMENT : protocol;
	*at++ = w->seg.ttl ? w->seg.ttl : 64;
	at = put_bytes(at, w->address[from], 16);
	at = put_bytes(at, w->address[!from], 16);
	if (fragment) {
		at = put32(at, (__u32)protocol << 24 | 1); /* offset 0, more to come */
		at = put32(at, 1);
	}
	return at;
}

static __u32 ip_header_length(const struct wire *w)
{
	if (!w->ipv6)
		return 20;
	return w->seg.traits & SEG_FRAGMENT ? 48 : 40;
}

/* An IP packet around the TCP segment. */
static __u8 *put_segment(__u8 *start, const struct wire *w)
{
	__u8 *tcp = start + ip_header_length(w), *end = put_tcp(tcp, w);

	if (w->ipv6)
		put_ipv6(start, w, w->from, PROTOCOL_TCP, end - tcp);
	else
		put_ipv4(start, w, w->from, PROTOCOL_TCP, end - tcp);
	return end;
}

/* From the other end, or a router on the way: an IP packet around ICMP around the segment. */
static __u8 *put_icmp(__u8 *start, const struct wire *w)
{
	const __u8 *kind = w->ipv6 ? icmp_kinds[w->icmp].v6 : icmp_kinds[w->icmp].v4;
	__u8 *icmp = start + ip_header_length(w), *end = put_segment(icmp + 8, w);

	put_bytes(icmp, kind, 2);
	memset(icmp + 2, 0, 6);
	if (w->ipv6) {
		put_ipv6(start, w, !w->from, PROTOCOL_ICMPV6, end - icmp);
		put16(icmp + 2, checksum(w, icmp, end - icmp, PROTOCOL_ICMPV6));
	} else {
		put_ipv4(start, w, !w->from, PROTOCOL_ICMP, end - icmp);
		put16(icmp + 2, fold(sum_of(icmp, end - icmp, 0)));
	}
	return end;
}

unsigned int wire_frame(const struct wire *w, __u8 bytes[FRAME_MAX], unsigned int *length)
{
	static const __u8 mac[2][6] = { { 2, 0, 0, 0, 0, 1 }, { 2, 0, 0, 0, 0, 2 } };
	unsigned int from = w->icmp ? !w->from : w->from;
	__u8 *at = bytes;

	memset(bytes, 0, 128); /* headers are put together by or */
	at = put_bytes(at, mac[!from], 6);
	at = put_bytes(at, mac[from], 6);
	at = put16(at, w->ipv6 ? 0x86dd : 0x0800);
	at = w->icmp ? put_icmp(at, w) : put_segment(at, w);
	*length = at - bytes;
	return *length > FRAME_KEPT ? FRAME_KEPT : *length;
}
