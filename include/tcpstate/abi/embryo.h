/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* SYNs that nobody has answered, in an array of their own. */
#ifndef TCPSTATE_ABI_EMBRYO_H
#define TCPSTATE_ABI_EMBRYO_H

#include <linux/bpf.h>
#include <linux/types.h>
#include <stddef.h>

#include "tcpstate/abi/key.h"
#include "tcpstate/abi/segment.h"

/* A SYN that nobody has answered: all that it takes to begin its flow later. */
struct embryo {
	struct flow_key key;
	__u64 time;            /* ns, of the SYN */
	__u64 id;              /* as its flow will have */
	struct segment seg;
	__u32 place;           /* as in struct packet */
	__u8 from;             /* its sender's end of the key */
	__u8 local;            /* enum locality */
	__u8 pad[26];
};
_Static_assert(sizeof(struct embryo) == 128, "two lines");

#define EMBRYO_WAYS 16

/* Those of one hash; id 0: none. At next is the oldest, once all are in use. */
struct embryo_set {
	struct bpf_spin_lock lock;
	__u32 next;
	__u64 pad[7];
	struct embryo at[EMBRYO_WAYS];
};
_Static_assert(offsetof(struct embryo_set, at) == 64, "whole cache lines");

/* Their fingerprints, apart, so that what has no embryo finds that out in half a line of a small array. 0: none. */
struct embryo_prints {
	__u16 print[EMBRYO_WAYS];
};

#endif
