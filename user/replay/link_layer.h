/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * The XDP program takes Ethernet frames. Captures of other link types are made
 * into such: a header with the EtherType goes before what the link carried, so
 * that VLAN tags, MPLS labels and PPPoE are walked as ever.
 */
#ifndef TCPSTATE_USER_REPLAY_LINK_LAYER_H
#define TCPSTATE_USER_REPLAY_LINK_LAYER_H

#include <linux/types.h>
#include <stdbool.h>

struct capture_packet;

#define ETHERNET_HEADER 14
#define SLL_HEADER 16
#define SLL2_HEADER 20

/*
 * LINKTYPE_ numbers of files (tcpdump.org/linktypes.html) and the DLT_ numbers
 * that libpcap makes of them differ in raw IP alone.
 */
enum link_type {
	LINK_NULL = 0,
	LINK_ETHERNET = 1,
	LINK_PPP = 9,
	LINK_DLT_RAW = 12,
	LINK_DLT_RAW_OPENBSD = 14,
	LINK_PPP_HDLC = 50,
	LINK_PPP_ETHER = 51,
	LINK_RAW = 101,
	LINK_LOOP = 108,
	LINK_LINUX_SLL = 113,
	LINK_IPV4 = 228,
	LINK_IPV6 = 229,
	LINK_LINUX_SLL2 = 276,
};

/* What the parser may look at: headers, and a segment whose checksum it verifies. */
#define FRAME_PART 2560
/* No frame is longer (BIG TCP has 512 KiB at most, a jumbogram hardly more than 1 MiB): who says so, lies. */
#define FRAME_LONGEST (2u << 20)

struct link_layer {
	__u8 frame[FRAME_PART];
};

struct link_frame {
	const __u8 *data; /* the packet's own, or in struct link_layer: until the next one */
	__u32 size;       /* at most FRAME_PART */
	__u32 length;     /* bytes that it had on the wire: at least size, and a little more than FRAME_LONGEST at most */
};

/* A tag follows. */
bool is_vlan_type(__u16 ethertype);

/* link_type: LINKTYPE_* or DLT_*. */
bool link_is_known(int link_type);

/* "RAW"; "147" where it has no name. Until the next call. */
const char *link_name(int link_type);

/* False: too short for its link header. The packet's link type must be a known one. */
bool link_to_ethernet(struct link_layer *layer, const struct capture_packet *packet, struct link_frame *frame);

#endif
