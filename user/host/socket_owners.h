/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* Which process has a socket open: by the socket's inode, from /proc. */
#ifndef TCPSTATE_USER_HOST_SOCKET_OWNERS_H
#define TCPSTATE_USER_HOST_SOCKET_OWNERS_H

#include <stddef.h>

#include <linux/types.h>

#define PROCESS_NAME 16

struct socket_owner {
	__u32 inode;
	__u32 pid;
	char comm[PROCESS_NAME];
};

struct owner_list {
	struct socket_owner *list; /* sorted by inode; of several owners, the lowest pid first */
	size_t count, room;
};

/* Reads the sockets of all processes that we may look into. 0 or negative errno. */
int owners_read(struct owner_list *owners);
void owners_free(struct owner_list *owners);

/* NULL: nobody's, or nobody's that we may see. */
const struct socket_owner *owner_of(const struct owner_list *owners, __u32 inode);

#endif
