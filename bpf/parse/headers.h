/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * The headers the parser walks, as they lie on the wire, and the numbers that
 * say which one comes next. Multi-byte fields are in network order.
 */
#ifndef TCPSTATE_BPF_PARSE_HEADERS_H
#define TCPSTATE_BPF_PARSE_HEADERS_H

#include <linux/types.h>

/*
 * Headers start at any byte. BPF may read them with full-width loads all the
 * same (the verifier allows it wherever the CPU does); natively the compiler
 * has to be told.
 */
#ifdef __bpf__
#define WIRE
#else
#define WIRE __attribute__((packed))
#endif

/* Four bytes on their own: an MPLS label, a GRE key, the start of a TCP option. */
struct wire_word {
	__be32 value;
} WIRE;

/* What follows a link header (IEEE 802 numbers, and what GRE and GENEVE carry). */
enum ethertype {
	ETHERTYPE_IPV4 = 0x0800,
	ETHERTYPE_ERSPAN_3 = 0x22eb,
	ETHERTYPE_TRANSPARENT = 0x6558, /* an Ethernet frame inside GRE or GENEVE */
	ETHERTYPE_VLAN = 0x8100,
	ETHERTYPE_IPV6 = 0x86dd,
	ETHERTYPE_MPLS = 0x8847,
	ETHERTYPE_MPLS_UPSTREAM = 0x8848, /* RFC 5332 */
	ETHERTYPE_PPPOE = 0x8864,
	ETHERTYPE_QINQ = 0x88a8,
	ETHERTYPE_ERSPAN_2 = 0x88be,      /* types I and II */
	ETHERTYPE_QINQ_OLD = 0x9100,      /* before 802.1ad */
};

/* What follows an IP header (IANA protocol numbers). */
enum ip_protocol {
	PROTO_HOP_BY_HOP = 0,
	PROTO_ICMP = 1,
	PROTO_IPV4 = 4,
	PROTO_TCP = 6,
	PROTO_UDP = 17,
	PROTO_IPV6 = 41,
	PROTO_ROUTING = 43,
	PROTO_FRAGMENT = 44,
	PROTO_GRE = 47,
	PROTO_AUTHENTICATION = 51,
	PROTO_ICMPV6 = 58,
	PROTO_DESTINATION = 60,
	PROTO_MOBILITY = 135,
	PROTO_HIP = 139,
	PROTO_SHIM6 = 140,
};

enum udp_port {
	PORT_VXLAN = 4789,
	PORT_VXLAN_OLD = 8472, /* Linux before the IANA number, and flannel */
	PORT_GENEVE = 6081,
};

struct ethernet_header {
	__u8 destination[6];
	__u8 source[6];
	__be16 type;
} WIRE;

struct vlan_tag {
	__be16 tci; /* priority 3, drop eligible 1, VLAN id 12 */
	__be16 type;
} WIRE;

#define VLAN_ID 0x0fff

/* RFC 2516, and the PPP protocol field behind it */
struct pppoe_header {
	__u8 version_type; /* 0x11 */
	__u8 code;         /* 0: session data */
	__be16 session;
	__be16 length;
	__be16 protocol;
} WIRE;

#define PPP_IPV4 0x0021
#define PPP_IPV6 0x0057
#define PPP_MPLS 0x0281

#define MPLS_BOTTOM 0x100 /* of the stack (RFC 3032) */

struct ipv4_header {
	__u8 version_ihl;
	__u8 tos;
	__be16 total_length;
	__be16 id;
	__be16 fragment; /* flags and offset */
	__u8 ttl;
	__u8 protocol;
	__be16 checksum;
	__be32 source;
	__be32 destination;
} WIRE;

#define MAX_IPV4_HEADER 60 /* bytes, with options */
#define IPV4_MORE_FRAGMENTS 0x2000
#define IPV4_OFFSET 0x1fff

struct ipv6_header {
	__be32 version_class_label;
	__be16 payload_length;
	__u8 next;
	__u8 hop_limit;
	__be64 source[2];
	__be64 destination[2];
} WIRE;

/* How every IPv6 extension header begins (RFC 6564). */
struct ipv6_extension {
	__u8 next;
	__u8 length; /* in units of 8 bytes, the first not counted; AH: 4 bytes, two not counted */
	__u8 routing_type;
	__u8 segments_left;
} WIRE;

/* The option that BIG TCP and jumbograms put first into hop-by-hop (RFC 2675 2): the length, without the IPv6 header. */
struct jumbo_payload {
	__u8 next;
	__u8 header_length;
	__be16 type_size; /* JUMBO_PAYLOAD */
	__be32 length;
} WIRE;

#define JUMBO_PAYLOAD 0xc204

#define ROUTING_MOBILE 2  /* RFC 6275: one address, behind 8 bytes */
#define ROUTING_SEGMENT 4 /* RFC 8754: the last segment stands first, behind 8 bytes */

struct ipv6_fragment {
	__u8 next;
	__u8 reserved;
	__be16 offset; /* 13 bits, 2 reserved, more fragments */
	__be32 id;
} WIRE;

#define IPV6_OFFSET 0xfff8
#define IPV6_MORE_FRAGMENTS 0x0001

struct udp_header {
	__be16 source;
	__be16 destination;
	__be16 length;
	__be16 checksum;
} WIRE;

struct gre_header {
	__be16 flags;
	__be16 type;
} WIRE;

#define GRE_CHECKSUM 0x8000 /* and with each of these, 4 bytes more */
#define GRE_KEY 0x2000
#define GRE_SEQUENCE 0x1000
/* What a receiver must refuse: routing, source routes, another version (RFC 2784 2.3). */
#define GRE_REFUSED 0x4c07

/* ERSPAN (draft-foschiano-erspan): type II, and type III */
struct erspan_2_header {
	__u8 version_vlan; /* upper four bits: 1 */
	__u8 rest[7];
} WIRE;

struct erspan_3_header {
	__u8 version_vlan; /* upper four bits: 2 */
	__u8 between[9];
	__u8 frame_type;   /* one bit, five bits type, two bits */
	__u8 flags;        /* the lowest: 8 bytes more follow */
} WIRE;

#define ERSPAN_PLATFORM 0x01
#define ERSPAN_ETHERNET 0
#define ERSPAN_IP 2

/* VXLAN (RFC 7348), behind its UDP header */
struct vxlan_header {
	struct udp_header udp;
	__be32 flags;
	__be32 vni; /* upper 24 bits */
} WIRE;

#define VXLAN_VNI_VALID 0x08000000

/* GENEVE (RFC 8926), behind its UDP header */
struct geneve_header {
	struct udp_header udp;
	__u8 version_length; /* length of the options in units of 4 bytes */
	__u8 flags;
	__be16 type;
	__be32 vni; /* upper 24 bits */
} WIRE;

struct icmp_header {
	__u8 type;
	__u8 code;
	__be16 checksum;
	__be32 rest;
} WIRE;

struct tcp_header {
	__be16 source;
	__be16 destination;
	__be32 seq;
	__be32 ack;
	__u8 offset; /* upper four bits: length of the header in words */
	__u8 flags;
	__be16 window;
	__be16 checksum;
	__be16 urgent;
} WIRE;

_Static_assert(sizeof(struct ethernet_header) == 14, "on the wire");
_Static_assert(sizeof(struct ipv4_header) == 20, "on the wire");
_Static_assert(sizeof(struct ipv6_header) == 40, "on the wire");
_Static_assert(sizeof(struct vxlan_header) == 16, "on the wire");
_Static_assert(sizeof(struct geneve_header) == 16, "on the wire");
_Static_assert(sizeof(struct tcp_header) == 20, "on the wire");

#endif
