/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* One change of a socket's state, as the kernel traces it. */
#ifndef ORACLE_TRANSITION_H
#define ORACLE_TRANSITION_H

#include <linux/types.h>

struct transition {
	__u64 time;            /* CLOCK_MONOTONIC, ns */
	__u64 socket;          /* its address: an identity until it is closed */
	__u32 netns;           /* inode number of the namespace */
	__u16 family;
	__u8 from;             /* enum tcp_end_state: the kernel's numbers */
	__u8 to;
	__u16 port[2];         /* local, remote; host order */
	__u32 pad;
	__u8 address[2][16];   /* IPv4 in the first four bytes */
};
_Static_assert(sizeof(struct transition) == 64, "no hidden padding");

/* Namespaces that are traced. */
#define NETNS_MAX 8

#endif
