/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* What the parser hands on: whose segment it is, and the segment. */
#ifndef TCPSTATE_BPF_PARSE_PACKET_H
#define TCPSTATE_BPF_PARSE_PACKET_H

#include "tcpstate/abi.h"
#include "tcpstate/abi/segment.h"

/*
 * key is sorted, so from says which of its ends the sender is. Where both ends
 * are one socket (same address, same port), from is 0 and self is set.
 * A hard ICMP error (RFC 1122 4.2.3.9) is handed on as the quoted header: key
 * and from are those of the quoted segment, and of seg only seq is valid.
 */
struct packet {
	struct flow_key key;
	struct segment seg;
	__u32 place; /* where it was seen, so that a copy seen elsewhere is told from one that was sent again */
	__u8 from;
	__u8 self;
	__u8 icmp_error;
	__u8 pad[1];
};
_Static_assert(sizeof(struct packet) == 88, "stack space, and no hidden padding");

#endif
