/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* The TCP sockets of this network namespace, as the kernel has them (inet_diag). */
#ifndef TCPSTATE_USER_HOST_SOCK_DIAG_H
#define TCPSTATE_USER_HOST_SOCK_DIAG_H

#include <stddef.h>

#include "tcpstate/abi.h"

#define QUIET_UNKNOWN (~0u)

struct local_socket {
	__u8 addr[2][16];    /* its own, and the peer's; IPv4 mapped */
	__be16 port[2];
	__u8 state;          /* enum tcp_end_state */
	__u8 retransmits;    /* of what is unanswered now */
	__u16 pad;
	__u32 inode;         /* 0: no process has it open */
	__u32 heard_ms;      /* since data or an ACK came, or QUIET_UNKNOWN */
	__u32 quiet_ms;      /* since it was heard, or sent data, or QUIET_UNKNOWN */
};

struct socket_list {
	struct local_socket *list; /* sorted by addresses and ports */
	size_t count, room;
};

/* All but listening ones. 0 or negative errno; so below. */
int sockets_read(struct socket_list *sockets);
/* The same without times, which takes half as long. */
int sockets_read_keys(struct socket_list *sockets);
/* Listening ones, without times: the peer's address and port are 0. */
int listeners_read(struct socket_list *sockets);
void sockets_free(struct socket_list *sockets);

/* The socket of the flow's end, or NULL. */
const struct local_socket *sockets_find(const struct socket_list *sockets, const struct flow_key *key, unsigned int end);

#endif
