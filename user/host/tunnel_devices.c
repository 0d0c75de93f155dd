// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
#include "host/tunnel_devices.h"

#include <net/if.h>
#include <string.h>

#include <libmnl/libmnl.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>

#include "base/error.h"
#include "host/route_dump.h"
#include "tcpstate/abi.h"

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

enum tunnel_kind tunnel_kind_of_device(const char *device)
{
	for (size_t i = 0; i < sizeof(devices) / sizeof(devices[0]); i++)
		if (!strcmp(device, devices[i].device))
			return devices[i].kind;
	return TUNNEL_NONE;
}

static int on_info(const struct nlattr *attribute, void *arg)
{
	enum tunnel_kind kind;
	__u8 *kinds = arg;

	if (mnl_attr_get_type(attribute) != IFLA_INFO_KIND || mnl_attr_validate(attribute, MNL_TYPE_NUL_STRING) < 0)
		return MNL_CB_OK;
	kind = tunnel_kind_of_device(mnl_attr_get_str(attribute));
	if (kind != TUNNEL_NONE)
		*kinds |= 1 << kind;
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

int tunnel_devices(__u8 *kinds)
{
	int err;

	*kinds = 0;
	err = route_dump(RTM_GETLINK, sizeof(struct ifinfomsg), on_link, kinds);
	return err ? fail(err, "asking the kernel which tunnel devices there are: %s", strerror(-err)) : 0;
}
