/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* What this machine's kernel says of an instance's local ends: their sockets, and whose they are. */
#ifndef TCPSTATE_USER_FINDINGS_LOCAL_ENDS_H
#define TCPSTATE_USER_FINDINGS_LOCAL_ENDS_H

#include <stdbool.h>

#include "findings/local_host.h"
#include "flow/whose.h"
#include "host/socket_owners.h"
#include "host/sock_diag.h"

struct look;
struct whose_look;

struct local_ends {
	struct local_host host;
	bool known;                 /* the sockets. false: of another network namespace, or the kernel does not tell */
	bool listed;                /* the owners, where the instance does not know whose sockets are */
	const struct whose_look *whose;
	struct socket_list sockets;
	struct owner_list owners;
};

/* 0 or negative errno; what the kernel does not tell is no error, but noticed. */
int local_ends_read(struct look *look, struct local_ends *ends);
void local_ends_free(struct local_ends *ends);

/* Whose an end is: its socket, or where that is NULL, one that the connection has had. */
void local_end_whose(const struct local_ends *ends, const struct whose_life *life, unsigned int end,
		     const struct local_socket *socket, struct whose *whose);

/* Only the sockets, once more. Whether they could be read. */
bool local_sockets_read(struct look *look, struct socket_list *sockets);

#endif
