/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * One thing on the wire: a segment, or an ICMP error that quotes one. It can be
 * made into what the parser would say of it, and into the frame that says it.
 */
#ifndef TCPSTATE_TESTS_WIRE_H
#define TCPSTATE_TESTS_WIRE_H

#include <stdbool.h>

#include "bpf/parse/packet.h"

enum icmp_kind {
	ICMP_NONE,
	ICMP_PORT_UNREACHABLE,  /* hard errors, RFC 1122 4.2.3.9 */
	ICMP_PROHIBITED,
	ICMP_HOST_UNREACHABLE,  /* soft ones */
	ICMP_TIME_EXCEEDED,
};

/* Ends are numbered as the file has them: 0 is its initiator, 1 its responder. */
struct wire {
	bool ipv6;
	__u8 address[2][16]; /* IPv4: mapped */
	__u16 port[2];
	__u8 from;           /* who sent the segment, also the quoted one */
	enum icmp_kind icmp;
	__u16 place;         /* where the observer sees it: which of its interfaces */
	struct segment seg;  /* SEG_BAD_CHECKSUM: the frame gets a wrong one */
};

/* What the parser makes of it. False: it does not hand it on (a soft ICMP error). */
bool wire_packet(const struct wire *w, bool verifies_checksums, struct packet *p);

/* The index in the key of the file's initiator. */
unsigned int wire_initiator(const struct wire *w);

/*
 * The Ethernet frame. Returns how many bytes there are of it at bytes: payload
 * beyond FRAME_KEPT is cut off, as a capture does. *length becomes what the
 * whole frame would have.
 */
#define FRAME_KEPT 2048
#define FRAME_MAX 66000
unsigned int wire_frame(const struct wire *w, __u8 bytes[FRAME_MAX], unsigned int *length);

#endif
