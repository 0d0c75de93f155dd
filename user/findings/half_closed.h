/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * Ends that linger half closed. CLOSE_WAIT: the peer has closed, and the
 * application does not. FIN_WAIT_2: it has closed, and the peer does not.
 */
#ifndef TCPSTATE_USER_FINDINGS_HALF_CLOSED_H
#define TCPSTATE_USER_FINDINGS_HALF_CLOSED_H

#include "findings/local_ends.h"

struct look;

/* Who lingers: a responder by its address and port; an initiator, whose port is of no meaning, by that of its peer. */
struct leak_key {
	__u8 state;
	__u8 initiator;           /* the end is the initiator */
	__u8 local;
	__u8 pad;
	__be16 port;              /* responder: its own; initiator: 0 */
	__be16 peer_port;         /* initiator: its peer's; responder: 0 */
	__u8 addr[16];
	__u8 peer[16];            /* initiator: its peer's address; responder: zero */
	__u32 pid;                /* 0: unknown, or none */
};

struct leak {
	struct leak_key key;
	char comm[PROCESS_NAME];
	__u64 since;              /* of the oldest */
	__u64 count;
	__u64 orphans;            /* sockets that no process has open any more */
	__u64 gone;               /* local ends for which the kernel has no socket at all */
};

struct leak_list {
	struct leak *list;        /* oldest first */
	size_t count, room;
};

/* Of ends that have been so since before then. 0 or negative errno. */
int leaks_collect(struct look *look, const struct local_ends *ends, __u64 then, struct leak_list *leaks);
void leaks_free(struct leak_list *leaks);

#endif
