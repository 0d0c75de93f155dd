/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* Network namespaces: an interface's index means something only inside its own. */
#ifndef TCPSTATE_USER_HOST_NETNS_H
#define TCPSTATE_USER_HOST_NETNS_H

#include <linux/types.h>

/* Inode of this process's network namespace, of pid's; 0: unknown. */
__u64 netns_self(void);
__u64 netns_of(unsigned int pid);

/*
 * Enter the network namespace of that inode, where pid (an instance's owner,
 * 0: none) may be in it. A negative errno, or a descriptor of the one left
 * behind for netns_leave; -ENOENT: nobody at hand is in it.
 */
int netns_enter(__u64 inode, unsigned int pid);
void netns_leave(int left);

#endif
