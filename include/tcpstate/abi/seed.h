/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* What user space tells the program that reads sockets (bpf/seed.bpf.c). Of one process: nothing of it is pinned. */
#ifndef TCPSTATE_ABI_SEED_H
#define TCPSTATE_ABI_SEED_H

#include "tcpstate/abi.h"

/* By interface (map "seed_paths"): would the packets of a connection that uses it pass a hook, and as what? Absent: no. */
enum seed_path_kind {
	SEED_PATH_WATCHED = 1,
	SEED_PATH_UNKNOWN, /* they may, but with which key is not known */
};

struct seed_path {
	__u32 kind;        /* enum seed_path_kind */
	__u32 zone;        /* of the key that they have there */
};

#define SEED_PATHS 4096     /* interfaces that are told of at most */
#define SEED_ADDRESSES 16384
#define SEED_TRANSLATED 262144

/* By the key that a socket has (map "seed_translated"): the one that its packets have. */
struct seed_wire {
	struct flow_key key;
	__u32 local;       /* which of its ends is the socket's */
	__u32 pad;
};

/* Is the namespace's NAT known? */
enum seed_nat {
	SEED_NAT_NONE,     /* what there is, is in the map */
	SEED_NAT_UNKNOWN,
};

#endif
