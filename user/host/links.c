// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
#include "host/links.h"

#include <errno.h>
#include <net/if.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <libmnl/libmnl.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>

#include "flow/address.h"

#define ANSWER_SIZE 32768 /* more than the kernel puts together */

/* Room for one more. */
static void *grow(void *list, size_t count, size_t *room, size_t size)
{
	size_t more = *room ? 2 * *room : 32;
	void *grown;

	if (count < *room)
		return list;
	grown = realloc(list, more * size);
	if (grown)
		*room = more;
	return grown;
}

/* ---- links --------------------------------------------------------------- */

static int on_vlan(const struct nlattr *attribute, void *arg)
{
	struct link *link = arg;

	if (mnl_attr_get_type(attribute) == IFLA_VLAN_ID && mnl_attr_validate(attribute, MNL_TYPE_U16) >= 0)
		link->vlan = mnl_attr_get_u16(attribute);
	return MNL_CB_OK;
}

static int on_info(const struct nlattr *attribute, void *arg)
{
	struct link *link = arg;

	if (mnl_attr_get_type(attribute) == IFLA_INFO_KIND && mnl_attr_validate(attribute, MNL_TYPE_NUL_STRING) >= 0)
		snprintf(link->kind, sizeof(link->kind), "%s", mnl_attr_get_str(attribute));
	/* The kernel tells the kind first. */
	if (mnl_attr_get_type(attribute) == IFLA_INFO_DATA && !strcmp(link->kind, "vlan"))
		return mnl_attr_parse_nested(attribute, on_vlan, link);
	return MNL_CB_OK;
}

static int on_link_attribute(const struct nlattr *attribute, void *arg)
{
	struct link *link = arg;

	switch (mnl_attr_get_type(attribute)) {
	case IFLA_LINK:
		link->lower = mnl_attr_get_u32(attribute);
		break;
	case IFLA_MASTER:
		link->master = mnl_attr_get_u32(attribute);
		break;
	case IFLA_LINKINFO:
		return mnl_attr_parse_nested(attribute, on_info, link);
	default:
		break;
	}
	return MNL_CB_OK;
}

/* In another namespace, its number means nothing here. */
static int on_netnsid(const struct nlattr *attribute, void *arg)
{
	if (mnl_attr_get_type(attribute) == IFLA_LINK_NETNSID)
		((struct link *)arg)->lower = 0;
	return MNL_CB_OK;
}

static int on_link(const struct nlmsghdr *message, void *arg)
{
	const struct ifinfomsg *info = mnl_nlmsg_get_payload(message);
	struct links *links = arg;
	struct link *list = grow(links->list, links->count, &links->room, sizeof(*list));
	struct link *link;

	if (!list)
		return MNL_CB_ERROR;
	links->list = list;
	link = &list[links->count++];
	*link = (struct link){ .ifindex = info->ifi_index };
	mnl_attr_parse(message, sizeof(*info), on_link_attribute, link);
	mnl_attr_parse(message, sizeof(*info), on_netnsid, link);
	return MNL_CB_OK;
}

/* ---- addresses ----------------------------------------------------------- */

static void put_address(__u8 to[16], const struct nlattr *attribute)
{
	static const __u8 mapped[12] = { [10] = 0xff, [11] = 0xff };
	size_t size = mnl_attr_get_payload_len(attribute);

	if (size == 16) {
		memcpy(to, mnl_attr_get_payload(attribute), 16);
	} else if (size == 4) {
		memcpy(to, mapped, sizeof(mapped));
		memcpy(to + sizeof(mapped), mnl_attr_get_payload(attribute), 4);
	}
}

struct address_found {
	__u8 addr[16];
	bool local;          /* IFA_LOCAL: of a point-to-point link, IFA_ADDRESS is the peer's */
};

static int on_address_attribute(const struct nlattr *attribute, void *arg)
{
	struct address_found *found = arg;
	int type = mnl_attr_get_type(attribute);

	if (type == IFA_LOCAL || (type == IFA_ADDRESS && !found->local))
		put_address(found->addr, attribute);
	found->local |= type == IFA_LOCAL;
	return MNL_CB_OK;
}

static int on_address(const struct nlmsghdr *message, void *arg)
{
	const struct ifaddrmsg *info = mnl_nlmsg_get_payload(message);
	struct address_found found = {};
	struct links *links = arg;
	struct own_address *list = grow(links->addresses, links->address_count, &links->address_room, sizeof(*list));

	if (!list)
		return MNL_CB_ERROR;
	links->addresses = list;
	mnl_attr_parse(message, sizeof(*info), on_address_attribute, &found);
	list[links->address_count].ifindex = info->ifa_index;
	memcpy(list[links->address_count++].addr, found.addr, sizeof(found.addr));
	return MNL_CB_OK;
}

/* ---- asking -------------------------------------------------------------- */

static int dump(struct mnl_socket *socket, __u16 type, size_t header, mnl_cb_t visit, struct links *links)
{
	char buffer[ANSWER_SIZE] __attribute__((aligned(NLMSG_ALIGNTO)));
	struct nlmsghdr *request = mnl_nlmsg_put_header(buffer);
	int more = 1;

	request->nlmsg_type = type;
	request->nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
	request->nlmsg_seq = type;
	mnl_nlmsg_put_extra_header(request, header); /* zeros: of all families */
	if (mnl_socket_sendto(socket, request, request->nlmsg_len) < 0)
		return -errno;
	while (more > 0) {
		ssize_t size = mnl_socket_recvfrom(socket, buffer, sizeof(buffer));

		errno = size > 0 ? ENOMEM : errno; /* what a visit fails with */
		more = size > 0 ? mnl_cb_run(buffer, size, type, mnl_socket_get_portid(socket), visit, links) : -1;
	}
	return more < 0 ? -errno : 0;
}

int links_read(struct links *links)
{
	struct mnl_socket *socket = mnl_socket_open2(NETLINK_ROUTE, SOCK_CLOEXEC);
	int err = socket && !mnl_socket_bind(socket, 0, MNL_SOCKET_AUTOPID) ? 0 : -errno;

	*links = (struct links){};
	err = err ?: dump(socket, RTM_GETLINK, sizeof(struct ifinfomsg), on_link, links);
	err = err ?: dump(socket, RTM_GETADDR, sizeof(struct ifaddrmsg), on_address, links);
	if (socket)
		mnl_socket_close(socket);
	if (err)
		links_free(links);
	return err;
}

void links_free(struct links *links)
{
	free(links->list);
	free(links->addresses);
	*links = (struct links){};
}

const struct link *links_find(const struct links *links, unsigned int ifindex)
{
	for (size_t i = 0; i < links->count; i++)
		if (links->list[i].ifindex == ifindex)
			return &links->list[i];
	return NULL;
}

bool links_own(const struct links *links, const __u8 addr[16])
{
	for (size_t i = 0; i < links->address_count; i++)
		if (!memcmp(links->addresses[i].addr, addr, 16))
			return true;
	return address_is_loopback(addr);
}
