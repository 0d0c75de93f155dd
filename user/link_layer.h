/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * The XDP program takes Ethernet frames. Captures of other link types are made
 * into such: a header with the EtherType goes before what the link carried, so
 * that VLAN tags, MPLS labels and PPPoE are walked as ever.
 */
#ifndef TCPSTATE_USER_LINK_LAYER_H
#define TCPSTATE_USER_LINK_LAYER_H

#include <linux/types.h>
#include <stdbool.h>

struct capture_packet;

/* What the parser may look at: headers, and a segment whose checksum it verifies. */
#define FRAME_PART 2560
/* A frame that does not tell its length has to be given whole. */
#define FRAME_WHOLE (65535 + 256)

struct link_layer {
	__u8 frame[FRAME_WHOLE];
};

struct link_frame {
	const __u8 *data; /* the packet's own, or in struct link_layer: until the next one */
	__u32 size;
};

/* link_type: LINKTYPE_* or DLT_*. */
bool link_is_known(int link_type);

/* "RAW"; "147" where it has no name. Until the next call. */
const char *link_name(int link_type);

/* False: too short for its link header. The packet's link type must be a known one. */
bool link_to_ethernet(struct link_layer *layer, const struct capture_packet *packet, struct link_frame *frame);

#endif
