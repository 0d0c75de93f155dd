/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* Frames of TCP connections: Ethernet, IPv4, TCP; or such a packet inside VXLAN. */
#ifndef TCPSTATE_RACE_WIRE_H
#define TCPSTATE_RACE_WIRE_H

#include <linux/types.h>

#include "tcpstate/abi.h"

enum { CLIENT, SERVER };

/* Addresses and ports of the two ends, in host order. vni: 0, or the inner packet of that VXLAN. */
struct pair {
	__u32 addr[2];
	__u16 port[2];
	__u32 vni;
};

struct sent {
	__u8 from;   /* CLIENT or SERVER */
	__u8 flags;  /* enum tcp_flag */
	__u16 len;   /* bytes of payload */
	__u32 seq;
	__u32 ack;
};

#define WIRE_BYTES 1536
struct wire {
	__u8 bytes[WIRE_BYTES];
	__u32 size;
};

void wire_build(struct wire *wire, const struct pair *pair, const struct sent *sent);

/* The tracker's key of the pair; *client becomes the index of the client's end in it. */
void wire_key(const struct pair *pair, struct flow_key *key, __u32 *client);

#endif
