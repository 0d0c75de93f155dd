// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
#include "host/links.h"

#include <net/if.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <libmnl/libmnl.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>

#include "base/array.h"
#include "flow/address.h"
#include "host/route_dump.h"

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

/* The lower link's number means nothing here if that link is in another namespace. */
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
	struct link *link = ARRAY_ADD(links->list, links->count, links->room);

	if (!link)
		return MNL_CB_ERROR;
	link->ifindex = info->ifi_index;
	mnl_attr_parse(message, sizeof(*info), on_link_attribute, link);
	mnl_attr_parse(message, sizeof(*info), on_netnsid, link);
	return MNL_CB_OK;
}

/* ---- addresses ----------------------------------------------------------- */

static void put_address(__u8 to[16], const struct nlattr *attribute)
{
	size_t size = mnl_attr_get_payload_len(attribute);

	if (size == 16)
		memcpy(to, mnl_attr_get_payload(attribute), 16);
	else if (size == 4)
		address_from_v4(to, mnl_attr_get_payload(attribute));
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
	struct own_address *own = ARRAY_ADD(links->addresses, links->address_count, links->address_room);

	if (!own)
		return MNL_CB_ERROR;
	mnl_attr_parse(message, sizeof(*info), on_address_attribute, &found);
	own->ifindex = info->ifa_index;
	memcpy(own->addr, found.addr, sizeof(found.addr));
	return MNL_CB_OK;
}

/* ---- both ---------------------------------------------------------------- */

int links_read(struct links *links)
{
	int err;

	*links = (struct links){};
	err = route_dump(RTM_GETLINK, sizeof(struct ifinfomsg), on_link, links);
	err = err ?: route_dump(RTM_GETADDR, sizeof(struct ifaddrmsg), on_address, links);
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
