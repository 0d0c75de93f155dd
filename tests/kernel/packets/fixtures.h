/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* The table: a frame, how it is looked at, and what the parser must make of it. */
#ifndef TESTS_PACKETS_FIXTURES_H
#define TESTS_PACKETS_FIXTURES_H

#include "frame_builder.h"
#include "tcpstate/abi.h"

enum hook { HOOK_NATIVE = 1, HOOK_XDP = 2, HOOK_TC = 4 };

struct fixture {
	const char *name;
	struct layer layers[24];
	struct change changes[CHANGES_MAX];
	enum tcp_checksum checksum;
	bool no_ip_checksum; /* of IPv4 headers: 0 */
	struct change broken; /* bits turned over in a byte, when the checksums were right */
	__u32 padding;      /* bytes behind the frame */
	__u32 cut;          /* bytes of frame and padding that were not captured: it comes from a file */

	__u32 only;         /* enum hook; 0: all of them */
	__u32 first_header; /* native: what the frame begins with, if not with Ethernet */
	enum zone_mode zone_mode;
	bool no_decap;
	__u8 only_tunnel; /* enum tunnel_kind: no other is opened */
	bool no_tunnel_id;
	bool verify_checksum;
	bool leaves;        /* native and tc: the host sends it */
	bool from_outside;  /* native: not by lo, to an end host */
	__u16 stripped_tci; /* tc: the NIC took this tag off */
	__u32 gso_size;     /* tc: a super-packet */
	__u32 gso_segs;

	/* Passed over, by 1 + enum passed_over; or else the segment: */
	int passed_over;
	bool v6;            /* between the IPv6 ends */
	const char *source, *destination; /* if not 10.0.0.1 to 10.0.0.2, or 2001:db8::1 to ::2 */
	__u16 source_port, destination_port; /* if not 40000 to 443 */
	__u32 zone;
	enum tunnel_kind tunnel_kind;
	__u32 tunnel_id;
	bool icmp_error;
	__u8 flags;         /* if not ACK */
	bool no_flags;
	__u8 ttl;           /* if not 64 */
	bool no_ttl;        /* 0 */
	__u8 traits;
	__u8 wscale;
	__u16 mss;
	__u32 seq, ack;     /* if not 1000 and 2000 */
	__u16 window;       /* if not 500 */
	__u32 len;
	__u32 packets;      /* if not 1 */
	__u32 tsval, tsecr;
};

#define PASSED(reason) .passed_over = 1 + PASSED_##reason

/* NOP NOP TIMESTAMP: TSval 0x11223344, TSecr 0x55667788 */
#define TIMESTAMPS OPTIONS("0101 080a 11223344 55667788")
#define HAS_TIMESTAMPS .traits = SEG_TIMESTAMP, .tsval = 0x11223344, .tsecr = 0x55667788

/* Each table ends with a fixture without a name. */
extern const struct fixture link_fixtures[];
extern const struct fixture ip_fixtures[];
extern const struct fixture tunnel_fixtures[];
extern const struct fixture tcp_fixtures[];
extern const struct fixture icmp_fixtures[];
extern const struct fixture invalid_fixtures[];
/* Frames of more than a page, for skbs whose headers are not all at hand. */
extern const struct fixture scattered_fixtures[];

#endif
