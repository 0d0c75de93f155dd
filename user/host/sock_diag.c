// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
#include "host/sock_diag.h"

#include <errno.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

#include <libmnl/libmnl.h>
#include <linux/inet_diag.h>
#include <linux/sock_diag.h>
#include <linux/tcp.h>

#include "base/array.h"
#include "flow/address.h"

/* A socket's key are its first bytes: addresses, then ports. */
#define KEY_SIZE offsetof(struct local_socket, state)
/* What the kernel fills a message with at most. */
#define BUFFER_SIZE (32 << 10)
/* All but LISTEN and CLOSE. Requests are of state SYN_RECV. */
#define OPEN_STATES (~(1u << STATE_LISTEN | 1u << STATE_CLOSED))

static void put_address(__u8 to[16], unsigned int family, const __be32 from[4])
{
	if (family == AF_INET6)
		memcpy(to, from, 16);
	else
		address_from_v4(to, from);
}

static __u32 lesser(__u32 a, __u32 b)
{
	return a < b ? a : b;
}

static void take_info(struct local_socket *socket, const struct nlattr *attr)
{
	size_t size = mnl_attr_get_payload_len(attr);
	struct tcp_info info = {};

	if (size < offsetof(struct tcp_info, tcpi_last_ack_recv) + sizeof(info.tcpi_last_ack_recv))
		return;
	/* Kernels have more of it, or less, than we know of. */
	memcpy(&info, mnl_attr_get_payload(attr), size < sizeof(info) ? size : sizeof(info));
	socket->heard_ms = lesser(info.tcpi_last_data_recv, info.tcpi_last_ack_recv);
	socket->quiet_ms = lesser(info.tcpi_last_data_sent, socket->heard_ms);
}

static int add(struct socket_list *sockets, const struct local_socket *socket)
{
	struct local_socket *place = ARRAY_ADD(sockets->list, sockets->count, sockets->room);

	if (!place)
		return -ENOMEM;
	*place = *socket;
	return 0;
}

static int on_message(const struct nlmsghdr *message, void *arg)
{
	const struct inet_diag_msg *diag = mnl_nlmsg_get_payload(message);
	struct local_socket socket = {
		.state = diag->idiag_state, .inode = diag->idiag_inode,
		.heard_ms = QUIET_UNKNOWN, .quiet_ms = QUIET_UNKNOWN,
	};
	const struct nlattr *attr;

	put_address(socket.addr[0], diag->idiag_family, diag->id.idiag_src);
	put_address(socket.addr[1], diag->idiag_family, diag->id.idiag_dst);
	socket.port[0] = diag->id.idiag_sport;
	socket.port[1] = diag->id.idiag_dport;
	/* 3 would be the timer of TIME_WAIT; the others are of what is sent again, and of probes. */
	socket.retransmits = diag->idiag_timer != 3 ? diag->idiag_retrans : 0;
	mnl_attr_for_each(attr, message, sizeof(*diag))
		if (mnl_attr_get_type(attr) == INET_DIAG_INFO)
			take_info(&socket, attr);
	errno = -add(arg, &socket);
	return errno ? MNL_CB_ERROR : MNL_CB_OK;
}

/* The request: all open sockets of a family. */
struct question {
	__u32 states;        /* bits */
	__u8 extensions;     /* bits */
};

static int dump(struct mnl_socket *netlink, unsigned int family, unsigned int number, const struct question *question,
		struct socket_list *sockets)
{
	char buffer[BUFFER_SIZE];
	struct nlmsghdr *message = mnl_nlmsg_put_header(buffer);
	struct inet_diag_req_v2 *request = mnl_nlmsg_put_extra_header(message, sizeof(*request));
	int more;

	message->nlmsg_type = SOCK_DIAG_BY_FAMILY;
	message->nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
	message->nlmsg_seq = number;
	request->sdiag_family = family;
	request->sdiag_protocol = IPPROTO_TCP;
	request->idiag_states = question->states;
	request->idiag_ext = question->extensions;
	if (mnl_socket_sendto(netlink, message, message->nlmsg_len) < 0)
		return -errno;
	do {
		ssize_t size = mnl_socket_recvfrom(netlink, buffer, sizeof(buffer));

		if (size < 0)
			return -errno;
		more = mnl_cb_run(buffer, size, number, mnl_socket_get_portid(netlink), on_message, sockets);
	} while (more > MNL_CB_STOP);
	return more < 0 ? -errno : 0;
}

static int by_key(const void *one, const void *other)
{
	return memcmp(one, other, KEY_SIZE);
}

static int read_once(const struct question *question, struct socket_list *sockets)
{
	struct mnl_socket *netlink = mnl_socket_open(NETLINK_SOCK_DIAG);
	int err;

	if (!netlink)
		return -errno;
	err = mnl_socket_bind(netlink, 0, MNL_SOCKET_AUTOPID) ? -errno : 0;
	err = err ?: dump(netlink, AF_INET, 1, question, sockets);
	err = err ?: dump(netlink, AF_INET6, 2, question, sockets);
	mnl_socket_close(netlink);
	return err;
}

/* A dump that the kernel calls interrupted is of two moments. */
#define TRIES 5

static int read_all(const struct question *question, struct socket_list *sockets)
{
	int err = -EINTR;

	*sockets = (struct socket_list){};
	for (int i = 0; err == -EINTR && i < TRIES; i++) {
		sockets->count = 0;
		err = read_once(question, sockets);
	}
	if (err)
		sockets_free(sockets);
	else if (sockets->count)
		qsort(sockets->list, sockets->count, sizeof(*sockets->list), by_key);
	return err;
}

int sockets_read(struct socket_list *sockets)
{
	return read_all(&(struct question){ OPEN_STATES, 1 << (INET_DIAG_INFO - 1) }, sockets);
}

int sockets_read_keys(struct socket_list *sockets)
{
	return read_all(&(struct question){ OPEN_STATES, 0 }, sockets);
}

int listeners_read(struct socket_list *sockets)
{
	return read_all(&(struct question){ 1u << STATE_LISTEN, 0 }, sockets);
}

void sockets_free(struct socket_list *sockets)
{
	free(sockets->list);
	*sockets = (struct socket_list){};
}

const struct local_socket *sockets_find(const struct socket_list *sockets, const struct flow_key *key, unsigned int end)
{
	struct local_socket wanted = { .port = { key->port[end], key->port[!end] } };

	if (!sockets->count || key->tunnel_kind != TUNNEL_NONE)
		return NULL;
	memcpy(wanted.addr[0], key->addr[end], 16);
	memcpy(wanted.addr[1], key->addr[!end], 16);
	return bsearch(&wanted, sockets->list, sockets->count, sizeof(wanted), by_key);
}
