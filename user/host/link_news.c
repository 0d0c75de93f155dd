// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
#include "host/link_news.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>

#include <libmnl/libmnl.h>
#include <linux/rtnetlink.h>

#include "base/error.h"

#define NEWS_SIZE 32768 /* more than the kernel puts together */

int netlink_watch_open(struct netlink_watch *watch, void (*gone)(void *arg, unsigned int ifindex), void *arg)
{
	*watch = (struct netlink_watch){ .gone = gone, .arg = arg };
	watch->socket = mnl_socket_open2(NETLINK_ROUTE, SOCK_CLOEXEC | SOCK_NONBLOCK);
	if (watch->socket && !mnl_socket_bind(watch->socket, RTMGRP_LINK, MNL_SOCKET_AUTOPID))
		return 0;
	return fail(-errno, "asking the kernel for news of interfaces: %s", strerror(errno));
}

void netlink_watch_close(struct netlink_watch *watch)
{
	if (watch->socket)
		mnl_socket_close(watch->socket);
	watch->socket = NULL;
}

int netlink_watch_fd(const struct netlink_watch *watch)
{
	return mnl_socket_get_fd(watch->socket);
}

static int on_message(const struct nlmsghdr *message, void *arg)
{
	struct netlink_watch *watch = arg;
	const struct ifinfomsg *link = mnl_nlmsg_get_payload(message);

	/* A port that leaves a bridge is "deleted", too, in the bridge's family. */
	if (message->nlmsg_type == RTM_DELLINK && link->ifi_family == AF_UNSPEC)
		watch->gone(watch->arg, link->ifi_index);
	return MNL_CB_OK;
}

bool netlink_watch_read(struct netlink_watch *watch)
{
	char news[NEWS_SIZE] __attribute__((aligned(NLMSG_ALIGNTO)));
	bool any = false;

	for (;;) {
		ssize_t size = mnl_socket_recvfrom(watch->socket, news, sizeof(news));

		if (size < 0 && errno == EINTR)
			continue;
		if (size < 0 && errno == ENOBUFS) /* more than it could hold: some is lost */
			any = true;
		if (size <= 0)
			return any;
		any = true;
		mnl_cb_run(news, size, 0, 0, on_message, watch);
	}
}
