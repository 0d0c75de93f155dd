/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * Frames, put together from layers. A layer fills in what the one before it
 * says of it (EtherType, protocol, next header); lengths and the checksums of
 * IPv4 and TCP are filled in at the end. None of it shares code with the parser.
 */
#ifndef TESTS_PACKETS_FRAME_BUILDER_H
#define TESTS_PACKETS_FRAME_BUILDER_H

#include <linux/types.h>
#include <stdbool.h>
#include <stddef.h>

#define FRAME_MAX 8192
#define LAYERS_MAX 40
#define CHANGES_MAX 6

struct frame_builder;

struct layer {
	void (*add)(struct frame_builder *b, const struct layer *layer);
	__u32 a, b, c;
	const char *source, *destination; /* addresses; or source: bytes in hex */
};

/* Bytes that are to be other than they should. */
struct change {
	__u32 layer; /* counted from 0 */
	__u32 at;    /* bytes from where it begins */
	__u32 width; /* 1, 2 or 4 bytes */
	__u32 value;
};

enum tcp_checksum { CHECKSUM_RIGHT = 0, CHECKSUM_WRONG, CHECKSUM_PSEUDO /* left to the NIC */ };

/* Of IPv4 headers. What changes a byte of one after this, leaves the sum wrong. */
enum ip_checksum { IP_CHECKSUM_RIGHT = 0, IP_CHECKSUM_ZERO };

struct frame_builder {
	__u8 bytes[FRAME_MAX];
	size_t size;
	size_t ip_length_told;     /* bytes up to the end of the outermost IP header, without options */
	size_t tcp_told;           /* bytes up to the end of the (quoted) TCP header, without options */
	size_t headers;            /* bytes up to the end of the (quoted) TCP header */
	size_t begin[LAYERS_MAX];
	size_t layers;

	size_t next_at;            /* where the last header says what follows */
	int next_kind;
	struct {
		size_t at, counted_from;
	} length[8];               /* 16-bit fields that hold the rest's length */
	size_t lengths;
	size_t ipv4_at[8];         /* headers whose checksum is filled in */
	size_t ipv4s;
	size_t ip_at;              /* innermost IP header, and TCP header */
	size_t tcp_at;
	__u8 final[16];            /* destination at the end of a route, if has_final */
	bool has_final;
};

#define MAC { add_ethernet }
#define VLAN(tci) { add_vlan, .a = (tci), .b = 0x8100 }
#define QINQ(tci) { add_vlan, .a = (tci), .b = 0x88a8 }
#define QINQ_9100(tci) { add_vlan, .a = (tci), .b = 0x9100 }
#define PPPOE { add_pppoe }
#define MPLS(label, is_last) { add_mpls, .a = (label), .b = (is_last) }
#define IPV4_BETWEEN(from, to) { add_ipv4, .source = (from), .destination = (to) }
#define IPV4 IPV4_BETWEEN("10.0.0.1", "10.0.0.2")
#define IPV4_OUTER IPV4_BETWEEN("192.0.2.1", "192.0.2.2")
#define IPV4_OPTIONS(words) { add_ipv4, .a = (words), .source = "10.0.0.1", .destination = "10.0.0.2" }
#define IPV4_FRAGMENT(flags_offset) { add_ipv4, .b = (flags_offset), .source = "10.0.0.1", .destination = "10.0.0.2" }
#define IPV6_BETWEEN(from, to) { add_ipv6, .source = (from), .destination = (to) }
#define IPV6 IPV6_BETWEEN("2001:db8::1", "2001:db8::2")
#define IPV6_OUTER IPV6_BETWEEN("2001:db8:ffff::1", "2001:db8:ffff::2")
#define HOP_BY_HOP(length) { add_extension, .a = 0, .b = (length) }
#define DESTINATION(length) { add_extension, .a = 60, .b = (length) }
#define MOBILITY(length) { add_extension, .a = 135, .b = (length) }
#define ROUTING(type, left, last) { add_routing, .a = (type), .b = (left), .destination = (last) }
#define FRAGMENT6(offset_more) { add_fragment6, .a = (offset_more) }
#define AUTHENTICATION(length) { add_authentication, .a = (length) }
#define GRE(flags, key) { add_gre, .a = (flags), .b = (key) }
#define ERSPAN_1 { add_erspan_1 }
#define ERSPAN_2 { add_erspan_2 }
#define ERSPAN_3(frame_type, has_platform) { add_erspan_3, .a = (frame_type), .b = (has_platform) }
#define UDP(port) { add_udp, .a = (port) }
#define VXLAN(vni) { add_vxlan, .a = (vni) }
#define GENEVE(vni, option_words) { add_geneve, .a = (vni), .b = (option_words) }
#define ICMP(type, code) { add_icmp, .a = (type), .b = (code) }
#define TCP_PORTS(from, to, flags) { add_tcp, .a = (from), .b = (to), .c = (flags) }
#define TCP(flags) TCP_PORTS(40000, 443, flags)
#define QUOTED_TCP(bytes) { add_quoted_tcp, .a = (bytes) }
#define OPTIONS(hex) { add_tcp_options, .source = (hex) }
#define DATA(bytes) { add_data, .a = (bytes) }
#define BYTES(hex) { add_bytes, .source = (hex) }
#define OF_PROTOCOL(protocol) { add_protocol, .a = (protocol) }
#define OF_ETHERTYPE(type) { add_ethertype, .a = (type) }

void add_ethernet(struct frame_builder *b, const struct layer *layer);
void add_vlan(struct frame_builder *b, const struct layer *layer);
void add_pppoe(struct frame_builder *b, const struct layer *layer);
void add_mpls(struct frame_builder *b, const struct layer *layer);
void add_ipv4(struct frame_builder *b, const struct layer *layer);
void add_ipv6(struct frame_builder *b, const struct layer *layer);
void add_extension(struct frame_builder *b, const struct layer *layer);
void add_routing(struct frame_builder *b, const struct layer *layer);
void add_fragment6(struct frame_builder *b, const struct layer *layer);
void add_authentication(struct frame_builder *b, const struct layer *layer);
void add_gre(struct frame_builder *b, const struct layer *layer);
void add_erspan_1(struct frame_builder *b, const struct layer *layer);
void add_erspan_2(struct frame_builder *b, const struct layer *layer);
void add_erspan_3(struct frame_builder *b, const struct layer *layer);
void add_udp(struct frame_builder *b, const struct layer *layer);
void add_vxlan(struct frame_builder *b, const struct layer *layer);
void add_geneve(struct frame_builder *b, const struct layer *layer);
void add_icmp(struct frame_builder *b, const struct layer *layer);
void add_tcp(struct frame_builder *b, const struct layer *layer);
void add_quoted_tcp(struct frame_builder *b, const struct layer *layer);
void add_tcp_options(struct frame_builder *b, const struct layer *layer);
void add_data(struct frame_builder *b, const struct layer *layer);
void add_bytes(struct frame_builder *b, const struct layer *layer);
void add_protocol(struct frame_builder *b, const struct layer *layer);
void add_ethertype(struct frame_builder *b, const struct layer *layer);

/* What every segment of the table carries, unless its layers say otherwise. */
#define TEST_SEQ 1000
#define TEST_ACK 2000
#define TEST_WINDOW 500
#define TEST_TTL 64

/* layers ends with one that adds nothing, changes with one of width 0. */
void build_frame(struct frame_builder *b, const struct layer *layers, const struct change *changes,
		 enum tcp_checksum checksum);

void set_ip_checksums(struct frame_builder *b, enum ip_checksum how);

#endif
