/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* One socket of this network namespace, looked for by its two ends (inet_diag): the kernel finds it in its hash. */
#ifndef TCPSTATE_USER_HOST_SOCKET_LOOKUP_H
#define TCPSTATE_USER_HOST_SOCKET_LOOKUP_H

#include "tcpstate/abi.h"
#include "tcpstate/core/audit.h"

struct mnl_socket;

struct socket_lookup {
	struct mnl_socket *netlink;
	__u32 number;
};

/* 0 or negative errno; so below. */
int socket_lookup_open(struct socket_lookup *lookup);
void socket_lookup_close(struct socket_lookup *lookup);

/* ifindex: of an interface that it may be bound to; what is not bound is found as well. */
int socket_lookup(struct socket_lookup *lookup, const struct flow_key *key, unsigned int end, unsigned int ifindex,
		  struct found_socket *found);

#endif
