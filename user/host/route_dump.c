// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
#include "host/route_dump.h"

#include <errno.h>

#include <linux/netlink.h>

#define ANSWER_SIZE 32768 /* more than the kernel puts together */

static int ask(struct mnl_socket *socket, unsigned short type, size_t header, mnl_cb_t visit, void *arg)
{
	char buffer[ANSWER_SIZE] __attribute__((aligned(NLMSG_ALIGNTO)));
	struct nlmsghdr *request = mnl_nlmsg_put_header(buffer);
	int more = 1;

	request->nlmsg_type = type;
	request->nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
	request->nlmsg_seq = type;
	mnl_nlmsg_put_extra_header(request, header);
	if (mnl_socket_sendto(socket, request, request->nlmsg_len) < 0)
		return -errno;
	while (more > 0) {
		ssize_t size = mnl_socket_recvfrom(socket, buffer, sizeof(buffer));

		errno = size > 0 ? ENOMEM : errno; /* what a visit fails with */
		more = size > 0 ? mnl_cb_run(buffer, size, type, mnl_socket_get_portid(socket), visit, arg) : -1;
	}
	return more < 0 ? -errno : 0;
}

int route_dump(unsigned short type, size_t header, mnl_cb_t visit, void *arg)
{
	struct mnl_socket *socket = mnl_socket_open2(NETLINK_ROUTE, SOCK_CLOEXEC);
	int err = socket && !mnl_socket_bind(socket, 0, MNL_SOCKET_AUTOPID) ? 0 : -errno;

	err = err ?: ask(socket, type, header, visit, arg);
	if (socket)
		mnl_socket_close(socket);
	return err;
}
