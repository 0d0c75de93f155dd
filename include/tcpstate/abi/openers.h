/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * Which process has a socket open: what bpf/openers.bpf.c writes for user space. The maps are
 * pinned beside the walk that fills them, for the reports of other processes.
 */
#ifndef TCPSTATE_ABI_OPENERS_H
#define TCPSTATE_ABI_OPENERS_H

#include "tcpstate/abi.h"

#define OPENER_COMM 16
#define OPENER_PATH 400   /* of a cgroup; of a longer one the end is kept, which tells more than its beginning */
#define OPENER_CGROUPS 2048

/* Map "openers", by socket: of two ends its own is the first. A listener's peer is zero. IPv4 addresses are mapped. */
struct opener_key {
	__u8 addr[2][16];
	__be16 port[2];
	__u32 elsewhere;  /* 0: a socket of the instance's network namespace; 1: of another one */
};
_Static_assert(sizeof(struct opener_key) == 40, "no holes: it is hashed");

/* It stays when the socket is closed, until others need its place: so it can be told whose it was. */
struct opener {
	__u64 seen_ns;    /* CLOCK_MONOTONIC: when it was last seen to have it open */
	__u64 walk;       /* of that walk, no other has this number */
	__u64 started;    /* the process, boot time, ns: with its pid the name of one process */
	__u64 cgroup;     /* id of its cgroup v2 */
	__u32 pid;        /* as it is for who walks */
	__u32 netns;      /* inode of the socket's network namespace */
	__u32 others;     /* processes beside it that have the socket open */
	__u32 several;    /* network namespaces beside it that have a socket of these addresses and ports */
	char comm[OPENER_COMM];
};

/* Map "opener_cgroups": by cgroup where all is in cgroup v2; else by process, as cgroups v1 differ within one of v2. */
struct opener_cgroup {
	__u64 id;         /* of the cgroup, or when the process was started */
	__u32 pid;        /* 0: by cgroup */
	__u32 pad;
};

struct opener_path {
	__u64 read_ns;    /* CLOCK_MONOTONIC */
	char path[OPENER_PATH]; /* "": it could not be told */
};

/* What a walk says, a record a socket. */
struct opener_told {
	struct opener_cgroup cgroup;
	__u32 pid;
	__u32 stale;      /* its path is not known, or was read long ago */
	__u64 id;         /* of the cgroup */
};

#define OPENER_PATH_OLD_NS 60000000000ULL
#define OPENER_RETRY_NS 5000000000ULL

/* Map "opener_walks", one entry: when the newest walk that came to its end was begun. */
struct opener_walks {
	__u64 began_ns;   /* 0: none has */
};

#endif
