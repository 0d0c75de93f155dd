// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
#include "host/tunnel_devices.h"

#include <errno.h>
#include <net/if.h>
#include <string.h>

#include <libmnl/libmnl.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>

#include "base/error.h"
#include "tcpstate/abi.h"

#define ANSWER_SIZE 32768 /* more than the kernel puts together */

/* What the kernel calls the devices (rtnl_link_ops.kind), and what they take off a packet. */
static const struct {
	const char *device;
	enum tunnel_kind kind;
} devices[] = {
	{ "vxlan", TUNNEL_VXLAN },
	{ "geneve", TUNNEL_GENEVE },
	{ "gre", TUNNEL_GRE },
	{ "gretap", TUNNEL_GRE },
	{ "ip6gre", TUNNEL_GRE },
	{ "ip6gretap", TUNNEL_GRE },
	{ "erspan", TUNNEL_GRE }, /* GRE outside */
	{ "ip6erspan", TUNNEL_GRE },
	{ "ipip", TUNNEL_IPIP },
	{ "sit", TUNNEL_IPIP },
	{ "ip6tnl", TUNNEL_IPIP },
};

static int on_info(const struct nlattr *attribute, void *arg)
{
	__u8 *kinds = arg;

	if (mnl_attr_get_type(attribute) != IFLA_INFO_KIND || mnl_attr_validate(attribute, MNL_TYPE_NUL_STRING) < 0)
		return MNL_CB_OK;
	for (size_t i = 0; i < sizeof(devices) / sizeof(devices[0]); i++)
		if (!strcmp(mnl_attr_get_str(attribute), devices[i].device))
			*kinds |= 1 << devices[i].kind;
	return MNL_CB_OK;
}

static int on_attribute(const struct nlattr *attribute, void *arg)
{
	return mnl_attr_get_type(attribute) == IFLA_LINKINFO ? mnl_attr_parse_nested(attribute, on_info, arg) : MNL_CB_OK;
}

static int on_link(const struct nlmsghdr *message, void *arg)
{
	const struct ifinfomsg *link = mnl_nlmsg_get_payload(message);

	/* One that is down takes nothing: such as tunl0, which the module makes. */
	return link->ifi_flags & IFF_UP ? mnl_attr_parse(message, sizeof(*link), on_attribute, arg) : MNL_CB_OK;
}

static int ask(struct mnl_socket *socket, __u8 *kinds)
{
	char buffer[ANSWER_SIZE] __attribute__((aligned(NLMSG_ALIGNTO)));
	struct nlmsghdr *request = mnl_nlmsg_put_header(buffer);
	struct ifinfomsg *link;
	int more = 1;

	request->nlmsg_type = RTM_GETLINK;
	request->nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
	request->nlmsg_seq = 1;
	link = mnl_nlmsg_put_extra_header(request, sizeof(*link));
	link->ifi_family = AF_UNSPEC;
	if (mnl_socket_sendto(socket, request, request->nlmsg_len) < 0)
		return -errno;
	while (more > 0) {
		ssize_t size = mnl_socket_recvfrom(socket, buffer, sizeof(buffer));

		more = size > 0 ? mnl_cb_run(buffer, size, 1, mnl_socket_get_portid(socket), on_link, kinds) : -1;
	}
	return more < 0 ? -errno : 0;
}

int tunnel_devices(__u8 *kinds)
{
	struct mnl_socket *socket = mnl_socket_open2(NETLINK_ROUTE, SOCK_CLOEXEC);
	int err = socket && !mnl_socket_bind(socket, 0, MNL_SOCKET_AUTOPID) ? 0 : -errno;

	*kinds = 0;
	err = err ?: ask(socket, kinds);
	if (socket)
		mnl_socket_close(socket);
	return err ? fail(err, "asking the kernel which tunnel devices there are: %s", strerror(-err)) : 0;
}
