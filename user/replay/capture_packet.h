/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* A packet as a capture has it, whatever the capture's format. */
#ifndef TCPSTATE_USER_REPLAY_CAPTURE_PACKET_H
#define TCPSTATE_USER_REPLAY_CAPTURE_PACKET_H

#include <linux/types.h>

struct capture_packet {
	__u64 time;        /* ns since 1970 */
	const __u8 *data;  /* until the next packet is read */
	__u32 captured;    /* bytes at data */
	__u32 length;      /* bytes on the wire, as the capture says */
	int link_type;     /* LINKTYPE_* or, of a pcap, libpcap's DLT_*: link_layer.h knows both */
	__u32 interface;   /* of a pcapng: its number in its section; else 0 */
	__u32 place;       /* where it was seen: replay/place.h */
};

#endif
