/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* Whose segments belong together: the key of a flow. */
#ifndef TCPSTATE_ABI_KEY_H
#define TCPSTATE_ABI_KEY_H

#include <linux/types.h>

enum tunnel_kind {
	TUNNEL_NONE = 0,
	TUNNEL_IPIP, /* and 6in4, 4in6, 6in6: no id of its own */
	TUNNEL_GRE,  /* id: the key field, 0 where there is none */
	TUNNEL_ERSPAN, /* id: 0: both directions of a mirror session carry one id, but several sessions may mirror one flow */
	TUNNEL_VXLAN,  /* id: VNI */
	TUNNEL_GENEVE, /* id: VNI */
};

/*
 * Both directions of a connection have one key: the two ends are sorted by
 * (address, port) as big-endian byte strings; "end 0" is the lower. IPv4
 * addresses are mapped (::ffff:a.b.c.d). Read as six u64 by the table.
 */
struct flow_key {
	__u8 addr[2][16];
	__be16 port[2];
	__u32 zone;       /* --zone vlan: outer tag | inner tag << 12; ifindex; or 0 */
	__u32 tunnel_id;  /* of the innermost tunnel opened */
	__u8 tunnel_kind; /* enum tunnel_kind */
	__u8 pad[3];      /* zero: it is compared and hashed too */
} __attribute__((aligned(8)));
_Static_assert(sizeof(struct flow_key) == 48, "six u64");

#endif
