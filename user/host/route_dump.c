// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
#include "host/route_dump.h"

#include <errno.h>
#include <string.h>

#include <linux/netlink.h>

#define ANSWER_SIZE 32768 /* more than the kernel puts together */

/* A signal is no reason to give up: what is left of the dump would be taken for the next one's answer. */
static ssize_t receive(struct mnl_socket *socket, char *buffer)
{
	ssize_t size;

	do
		size = mnl_socket_recvfrom(socket, buffer, ANSWER_SIZE);
	while (size < 0 && errno == EINTR);
	return size;
}

static int ask(struct mnl_socket *socket, unsigned short type, const void *header, size_t header_size, mnl_cb_t visit,
	       void *arg)
{
	char buffer[ANSWER_SIZE] __attribute__((aligned(NLMSG_ALIGNTO)));
	struct nlmsghdr *request = mnl_nlmsg_put_header(buffer);
	void *extra;
	int more = 1;

	request->nlmsg_type = type;
	request->nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
	request->nlmsg_seq = type;
	extra = mnl_nlmsg_put_extra_header(request, header_size);
	if (header)
		memcpy(extra, header, header_size);
	if (mnl_socket_sendto(socket, request, request->nlmsg_len) < 0)
		return -errno;
	while (more > 0) {
		ssize_t size = receive(socket, buffer);

		errno = size > 0 ? ENOMEM : errno; /* what a visit fails with */
		more = size > 0 ? mnl_cb_run(buffer, size, type, mnl_socket_get_portid(socket), visit, arg) : -1;
	}
	return more < 0 ? -errno : 0;
}

int route_dump_of(unsigned short type, const void *header, size_t header_size, mnl_cb_t visit, void *arg)
{
	struct mnl_socket *socket = mnl_socket_open2(NETLINK_ROUTE, SOCK_CLOEXEC);
	int err = socket && !mnl_socket_bind(socket, 0, MNL_SOCKET_AUTOPID) ? 0 : -errno;

	err = err ?: ask(socket, type, header, header_size, visit, arg);
	if (socket)
		mnl_socket_close(socket);
	return err;
}

int route_dump(unsigned short type, size_t header_size, mnl_cb_t visit, void *arg)
{
	return route_dump_of(type, NULL, header_size, visit, arg);
}
