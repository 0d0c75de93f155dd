/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * Which connections are this host's own: such as ss(8) shows to any user of it.
 * Not those that only pass (a tap, a router, also one with NAT, whose address
 * is the host's), nor those of other network namespaces.
 */
#ifndef TCPSTATE_USER_HOST_OWN_CONNECTIONS_H
#define TCPSTATE_USER_HOST_OWN_CONNECTIONS_H

#include <stdbool.h>
#include <stddef.h>

#include "host/own_addresses.h"
#include "host/sock_diag.h"

struct own_connections {
	struct socket_list sockets, listeners;
	struct own_addresses addresses;
};

/* Reads those of the network namespace that the caller is in. 0 or negative errno: then there are none. */
int own_connections_read(struct own_connections *own);
void own_connections_free(struct own_connections *own);

/*
 * Is this end a socket of this host, or was it until it was closed? A port that is listened at is such a one;
 * one without a socket may be that of somebody behind NAT.
 */
bool is_own_end(const struct own_connections *own, const struct flow_key *key, unsigned int end);

#endif
