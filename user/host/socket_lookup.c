// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
#include "host/socket_lookup.h"

#include <errno.h>
#include <netinet/in.h>
#include <string.h>

#include <libmnl/libmnl.h>
#include <linux/inet_diag.h>
#include <linux/sock_diag.h>

#include "flow/address.h"

#define ANSWER_SIZE 8192

int socket_lookup_open(struct socket_lookup *lookup)
{
	*lookup = (struct socket_lookup){ .netlink = mnl_socket_open2(NETLINK_SOCK_DIAG, SOCK_CLOEXEC) };
	if (lookup->netlink && !mnl_socket_bind(lookup->netlink, 0, MNL_SOCKET_AUTOPID))
		return 0;
	return -errno;
}

void socket_lookup_close(struct socket_lookup *lookup)
{
	if (lookup->netlink)
		mnl_socket_close(lookup->netlink);
	lookup->netlink = NULL;
}

static int on_message(const struct nlmsghdr *message, void *arg)
{
	const struct inet_diag_msg *diag = mnl_nlmsg_get_payload(message);
	struct found_socket *found = arg;

	/* Where there is no such connection, a listener answers for it. */
	if (diag->idiag_state != STATE_LISTEN) {
		found->state = diag->idiag_state;
		found->unsent = diag->idiag_wqueue;
	}
	return MNL_CB_STOP;
}

static void put_end(__be32 to[4], const __u8 addr[16], bool v4)
{
	memcpy(to, v4 ? addr + 12 : addr, v4 ? 4 : 16);
}

int socket_lookup(struct socket_lookup *lookup, const struct flow_key *key, unsigned int end, unsigned int ifindex,
		  struct found_socket *found)
{
	char buffer[ANSWER_SIZE] __attribute__((aligned(NLMSG_ALIGNTO)));
	struct nlmsghdr *message = mnl_nlmsg_put_header(buffer);
	struct inet_diag_req_v2 *request = mnl_nlmsg_put_extra_header(message, sizeof(*request));
	bool v4 = address_is_v4(key->addr[end]);
	ssize_t size;

	*found = (struct found_socket){};
	message->nlmsg_type = SOCK_DIAG_BY_FAMILY;
	message->nlmsg_flags = NLM_F_REQUEST;
	message->nlmsg_seq = ++lookup->number;
	request->sdiag_family = v4 ? AF_INET : AF_INET6;
	request->sdiag_protocol = IPPROTO_TCP;
	request->idiag_states = ~0u;
	request->id.idiag_sport = key->port[end];
	request->id.idiag_dport = key->port[!end];
	put_end(request->id.idiag_src, key->addr[end], v4);
	put_end(request->id.idiag_dst, key->addr[!end], v4);
	request->id.idiag_if = ifindex;
	request->id.idiag_cookie[0] = request->id.idiag_cookie[1] = INET_DIAG_NOCOOKIE;
	if (mnl_socket_sendto(lookup->netlink, message, message->nlmsg_len) < 0)
		return -errno;
	size = mnl_socket_recvfrom(lookup->netlink, buffer, sizeof(buffer));
	if (size < 0)
		return -errno;
	if (mnl_cb_run(buffer, size, lookup->number, mnl_socket_get_portid(lookup->netlink), on_message, found) >= 0)
		return 0;
	return errno == ENOENT ? 0 : -errno;
}
