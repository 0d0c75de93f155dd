/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* What rtnetlink tells of interfaces that come, go and change their names. */
#ifndef TCPSTATE_USER_HOST_LINK_NEWS_H
#define TCPSTATE_USER_HOST_LINK_NEWS_H

#include <stdbool.h>

struct mnl_socket;

struct netlink_watch {
	struct mnl_socket *socket; /* NULL: not open */
	void (*gone)(void *arg, unsigned int ifindex);
	void *arg;
};

/* gone is called for each interface that is deleted, or leaves for another network namespace. 0 or a reported error. */
int netlink_watch_open(struct netlink_watch *watch, void (*gone)(void *arg, unsigned int ifindex), void *arg);
void netlink_watch_close(struct netlink_watch *watch);

/* Becomes readable when there is news. */
int netlink_watch_fd(const struct netlink_watch *watch);

/*
 * Takes what is there. True: interfaces have changed in some way, which may
 * include that news was lost; so look at those of interest.
 */
bool netlink_watch_read(struct netlink_watch *watch);

#endif
