// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "frame_builder.h"

/* How a header names its successor. */
enum next_kind { NEXT_NONE = 0, NEXT_TYPE, NEXT_PROTO, NEXT_PPP };

static __u8 *grow(struct frame_builder *b, size_t size)
{
	__u8 *at = b->bytes + b->size;

	if (b->size + size > sizeof(b->bytes)) {
		fprintf(stderr, "frame_builder: frame too large\n");
		abort();
	}
	memset(at, 0, size);
	b->size += size;
	return at;
}

static void put(__u8 *at, size_t width, __u32 value)
{
	for (size_t i = 0; i < width; i++)
		at[i] = value >> (8 * (width - 1 - i));
}

static void put_address(int family, __u8 *at, const char *text)
{
	if (inet_pton(family, text, at) != 1) {
		fprintf(stderr, "frame_builder: %s: not an address\n", text);
		abort();
	}
}

/* The header that begins now is of this EtherType, IP protocol, PPP protocol. */
static void announce(struct frame_builder *b, __u16 type, __u8 protocol, __u16 ppp)
{
	__u8 *at = b->bytes + b->next_at;

	switch (b->next_kind) {
	case NEXT_TYPE:
		put(at, 2, type);
		break;
	case NEXT_PROTO:
		put(at, 1, protocol);
		break;
	case NEXT_PPP:
		put(at, 2, ppp);
		break;
	}
	b->next_kind = NEXT_NONE;
}

static void follow(struct frame_builder *b, const __u8 *at, enum next_kind kind)
{
	b->next_at = at - b->bytes;
	b->next_kind = kind;
}

static void count_length(struct frame_builder *b, const __u8 *at, const __u8 *counted_from)
{
	b->length[b->lengths].at = at - b->bytes;
	b->length[b->lengths].counted_from = counted_from - b->bytes;
	b->lengths++;
}

void add_ethernet(struct frame_builder *b, const struct layer *layer)
{
	__u8 *eth;

	announce(b, 0x6558, 143, 0);
	eth = grow(b, 14);
	memcpy(eth, "\x02\0\0\0\0\x02\x02\0\0\0\0\x01", 12);
	follow(b, eth + 12, NEXT_TYPE);
}

void add_vlan(struct frame_builder *b, const struct layer *layer)
{
	__u8 *tag;

	announce(b, layer->b, 0, 0);
	tag = grow(b, 4);
	put(tag, 2, layer->a);
	follow(b, tag + 2, NEXT_TYPE);
}

void add_pppoe(struct frame_builder *b, const struct layer *layer)
{
	__u8 *ppp;

	announce(b, 0x8864, 0, 0);
	ppp = grow(b, 8);
	ppp[0] = 0x11;
	put(ppp + 2, 2, 0x1234);
	count_length(b, ppp + 4, ppp + 6);
	follow(b, ppp + 6, NEXT_PPP);
}

void add_mpls(struct frame_builder *b, const struct layer *layer)
{
	announce(b, 0x8847, 137, 0x0281);
	put(grow(b, 4), 4, layer->a << 12 | (layer->b ? 0x100 : 0) | 64);
}

void add_ipv4(struct frame_builder *b, const struct layer *layer)
{
	__u8 *ip;

	announce(b, 0x0800, 4, 0x0021);
	ip = grow(b, 20 + layer->a * 4);
	b->ip_at = ip - b->bytes;
	b->has_final = false;
	ip[0] = 0x45 + layer->a;
	memset(ip + 20, 1, layer->a * 4); /* no operation */
	count_length(b, ip + 2, ip);
	put(ip + 6, 2, layer->b);
	ip[8] = TEST_TTL;
	b->ipv4_at[b->ipv4s++] = ip - b->bytes;
	if (!b->ip_length_told)
		b->ip_length_told = ip + 20 - b->bytes;
	put_address(AF_INET, ip + 12, layer->source);
	put_address(AF_INET, ip + 16, layer->destination);
	follow(b, ip + 9, NEXT_PROTO);
}

void add_ipv6(struct frame_builder *b, const struct layer *layer)
{
	__u8 *ip;

	announce(b, 0x86dd, 41, 0x0057);
	ip = grow(b, 40);
	b->ip_at = ip - b->bytes;
	b->has_final = false;
	ip[0] = 0x60;
	if (!b->ip_length_told)
		b->ip_length_told = b->size;
	count_length(b, ip + 4, ip + 40);
	ip[7] = TEST_TTL;
	put_address(AF_INET6, ip + 8, layer->source);
	put_address(AF_INET6, ip + 24, layer->destination);
	follow(b, ip + 6, NEXT_PROTO);
}

void add_extension(struct frame_builder *b, const struct layer *layer)
{
	__u8 *extension;

	announce(b, 0, layer->a, 0);
	extension = grow(b, (layer->b + 1) * 8);
	extension[1] = layer->b;
	follow(b, extension, NEXT_PROTO);
}

void add_routing(struct frame_builder *b, const struct layer *layer)
{
	__u8 *routing;

	announce(b, 0, 43, 0);
	routing = grow(b, 24);
	routing[1] = 2;
	routing[2] = layer->a;
	routing[3] = layer->b;
	put_address(AF_INET6, routing + 8, layer->destination);
	if (layer->b) {
		b->has_final = true;
		memcpy(b->final, routing + 8, 16);
	}
	follow(b, routing, NEXT_PROTO);
}

void add_fragment6(struct frame_builder *b, const struct layer *layer)
{
	__u8 *fragment;

	announce(b, 0, 44, 0);
	fragment = grow(b, 8);
	put(fragment + 2, 2, layer->a);
	put(fragment + 4, 4, 0x12345678);
	follow(b, fragment, NEXT_PROTO);
}

void add_authentication(struct frame_builder *b, const struct layer *layer)
{
	__u8 *ah;

	announce(b, 0, 51, 0);
	ah = grow(b, (layer->a + 2) * 4);
	ah[1] = layer->a;
	follow(b, ah, NEXT_PROTO);
}

void add_gre(struct frame_builder *b, const struct layer *layer)
{
	__u8 *gre, *option;

	announce(b, 0, 47, 0);
	gre = grow(b, 4);
	put(gre, 2, layer->a);
	follow(b, gre + 2, NEXT_TYPE);
	if (layer->a & 0x8000)
		grow(b, 4);
	if (layer->a & 0x2000) {
		option = grow(b, 4);
		put(option, 4, layer->b);
	}
	if (layer->a & 0x1000) {
		option = grow(b, 4);
		put(option, 4, 7);
	}
}

void add_erspan_1(struct frame_builder *b, const struct layer *layer)
{
	announce(b, 0x88be, 0, 0);
}

void add_erspan_2(struct frame_builder *b, const struct layer *layer)
{
	__u8 *erspan;

	announce(b, 0x88be, 0, 0);
	erspan = grow(b, 8);
	erspan[0] = 0x10;
	put(erspan + 2, 2, 100); /* session */
}

void add_erspan_3(struct frame_builder *b, const struct layer *layer)
{
	__u8 *erspan;

	announce(b, 0x22eb, 0, 0);
	erspan = grow(b, layer->b ? 20 : 12);
	erspan[0] = 0x20;
	put(erspan + 2, 2, 100);
	erspan[10] = layer->a << 2;
	erspan[11] = layer->b ? 1 : 0;
}

void add_udp(struct frame_builder *b, const struct layer *layer)
{
	__u8 *udp;

	announce(b, 0, 17, 0);
	udp = grow(b, 8);
	put(udp, 2, 50000);
	put(udp + 2, 2, layer->a);
	count_length(b, udp + 4, udp);
}

void add_vxlan(struct frame_builder *b, const struct layer *layer)
{
	__u8 *vxlan = grow(b, 8);

	vxlan[0] = 0x08;
	put(vxlan + 4, 4, layer->a << 8);
}

void add_geneve(struct frame_builder *b, const struct layer *layer)
{
	__u8 *geneve = grow(b, 8 + layer->b * 4);

	geneve[0] = layer->b;
	put(geneve + 4, 4, layer->a << 8);
	follow(b, geneve + 2, NEXT_TYPE);
}

void add_icmp(struct frame_builder *b, const struct layer *layer)
{
	__u8 *icmp;

	announce(b, 0, b->bytes[b->ip_at] >> 4 == 6 ? 58 : 1, 0);
	icmp = grow(b, 8);
	icmp[0] = layer->a;
	icmp[1] = layer->b;
}

void add_tcp(struct frame_builder *b, const struct layer *layer)
{
	__u8 *tcp;

	announce(b, 0, 6, 0);
	tcp = grow(b, 20);
	b->tcp_at = tcp - b->bytes;
	put(tcp, 2, layer->a);
	put(tcp + 2, 2, layer->b);
	put(tcp + 4, 4, TEST_SEQ);
	put(tcp + 8, 4, TEST_ACK);
	tcp[12] = 5 << 4;
	tcp[13] = layer->c;
	put(tcp + 14, 2, TEST_WINDOW);
}

/* Ports and sequence number, and zeros up to as many bytes as a router quotes. */
void add_quoted_tcp(struct frame_builder *b, const struct layer *layer)
{
	__u8 tcp[64] = {};

	announce(b, 0, 6, 0);
	put(tcp, 2, 40000);
	put(tcp + 2, 2, 443);
	put(tcp + 4, 4, TEST_SEQ);
	memcpy(grow(b, layer->a), tcp, layer->a);
	b->headers = b->size - (layer->a > 8 ? layer->a - 8 : 0);
	b->tcp_told = b->headers;
}

static void add_hex(struct frame_builder *b, const char *hex)
{
	unsigned int byte;

	for (; *hex; hex += 2) {
		while (*hex == ' ')
			hex++;
		if (sscanf(hex, "%2x", &byte) != 1) {
			fprintf(stderr, "frame_builder: %s: not hex\n", hex);
			abort();
		}
		*grow(b, 1) = byte;
	}
}

/* Filled up to whole words with zeros: end of options. */
void add_tcp_options(struct frame_builder *b, const struct layer *layer)
{
	size_t before = b->size;

	add_hex(b, layer->source);
	while ((b->size - before) % 4)
		grow(b, 1);
	b->bytes[b->tcp_at + 12] = (5 + (b->size - before) / 4) << 4;
}

void add_data(struct frame_builder *b, const struct layer *layer)
{
	__u8 *data = grow(b, layer->a);

	for (__u32 i = 0; i < layer->a; i++)
		data[i] = i * 7 + 1;
}

void add_bytes(struct frame_builder *b, const struct layer *layer)
{
	add_hex(b, layer->source);
}

void add_protocol(struct frame_builder *b, const struct layer *layer)
{
	announce(b, 0, layer->a, 0);
}

void add_ethertype(struct frame_builder *b, const struct layer *layer)
{
	announce(b, layer->a, 0, layer->a);
}

/* Sum of 16-bit words, RFC 1071. */
static __u32 add_words(__u32 sum, const __u8 *bytes, size_t size)
{
	for (size_t i = 0; i < size; i++)
		sum += i & 1 ? bytes[i] : bytes[i] << 8;
	while (sum >> 16)
		sum = (sum >> 16) + (sum & 0xffff);
	return sum;
}

void set_ip_checksums(struct frame_builder *b, enum ip_checksum how)
{
	for (size_t i = 0; i < b->ipv4s; i++) {
		__u8 *ip = b->bytes + b->ipv4_at[i];
		size_t length = (ip[0] & 0x0f) * 4;

		put(ip + 10, 2, 0);
		if (how == IP_CHECKSUM_RIGHT)
			put(ip + 10, 2, ~add_words(0, ip, length) & 0xffff);
	}
}

static void set_tcp_checksum(struct frame_builder *b, enum tcp_checksum how)
{
	const __u8 *ip = b->bytes + b->ip_at;
	__u8 *tcp = b->bytes + b->tcp_at;
	size_t length = b->size - b->tcp_at;
	__u32 sum = add_words(0, (__u8[]){ 0, 6, length >> 8, length }, 4);

	if (ip[0] >> 4 == 4) {
		sum = add_words(sum, ip + 12, 8);
	} else {
		sum = add_words(sum, ip + 8, 16);
		sum = add_words(sum, b->has_final ? b->final : ip + 24, 16);
	}
	if (how != CHECKSUM_PSEUDO)
		sum = ~add_words(sum, tcp, length) & 0xffff;
	if (how == CHECKSUM_WRONG)
		sum ^= 0x0100;
	put(tcp + 16, 2, sum);
}

void build_frame(struct frame_builder *b, const struct layer *layers, const struct change *changes,
		 enum tcp_checksum checksum)
{
	memset(b, 0, sizeof(*b));
	for (; layers->add; layers++) {
		b->begin[b->layers++] = b->size;
		layers->add(b, layers);
	}
	for (size_t i = 0; i < b->lengths; i++)
		put(b->bytes + b->length[i].at, 2, b->size - b->length[i].counted_from);
	for (; changes->width; changes++)
		put(b->bytes + b->begin[changes->layer] + changes->at, changes->width, changes->value);
	set_ip_checksums(b, IP_CHECKSUM_RIGHT);
	if (b->tcp_at) {
		b->tcp_told = b->tcp_at + 20;
		b->headers = b->tcp_at + (b->bytes[b->tcp_at + 12] >> 4) * 4;
		set_tcp_checksum(b, checksum);
	}
}
