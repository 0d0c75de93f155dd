// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
#include "hooks/hook.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <linux/if_arp.h>

#include "base/error.h"

const char *const hook_titles[HOOK_KINDS] = {
	[HOOK_XDP_NATIVE] = "XDP (native)",
	[HOOK_XDP_GENERIC] = "XDP (generic)",
	[HOOK_TCX] = "TCX",
	[HOOK_CLSACT] = "tc clsact",
};

const char *const hook_names[HOOK_KINDS] = {
	[HOOK_XDP_NATIVE] = "xdp-native",
	[HOOK_XDP_GENERIC] = "xdp-generic",
	[HOOK_TCX] = "tcx",
	[HOOK_CLSACT] = "clsact",
};

/* ---- before anything is loaded ------------------------------------------ */

/* 0 or negative errno. */
static int ask_interface(const char *name, unsigned long what, struct ifreq *answer)
{
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0), err;

	if (fd < 0)
		return -errno;
	*answer = (struct ifreq){};
	snprintf(answer->ifr_name, sizeof(answer->ifr_name), "%s", name);
	err = ioctl(fd, what, answer) ? -errno : 0;
	close(fd);
	return err;
}

/* ARPHRD_* of an interface, or negative errno. */
static int hardware_type(const char *name)
{
	struct ifreq answer;
	int err = ask_interface(name, SIOCGIFHWADDR, &answer);

	return err ? err : answer.ifr_hwaddr.sa_family;
}

bool is_down(const char *name)
{
	struct ifreq answer;

	return !ask_interface(name, SIOCGIFFLAGS, &answer) && !(answer.ifr_flags & IFF_UP);
}

int report_no_interface(const char *name)
{
	struct if_nameindex *all = if_nameindex();
	char list[512] = "";

	for (struct if_nameindex *i = all; i && i->if_index; i++) {
		size_t len = strlen(list);

		snprintf(list + len, sizeof(list) - len, "%s%s", len ? ", " : "", i->if_name);
	}
	if_freenameindex(all);
	return fail(-ENODEV, "no interface \"%s\" in this network namespace; there are: %s", name, list);
}

int attach_check_one(const char *name, const struct hook_choice *choice)
{
	int type = hardware_type(name);

	if (type >= 0 && type != ARPHRD_ETHER && type != ARPHRD_LOOPBACK)
		return fail(-EOPNOTSUPP, "%s carries no Ethernet frames (link type %d), and these are what can be read. Watch the interface that its packets leave through",
			    name, type);
	if (type == ARPHRD_LOOPBACK && choice->direction == DIRECTION_TX)
		return fail_usage("%s hands every packet out and in again, so it is watched on receive only: leave out --direction tx",
				  name);
	return 0;
}

int attach_check(const struct hook_choice *choice)
{
	int err = 0;

	if (!choice->interface_count)
		return fail_usage("which interface? Give at least one: -i eth0 (\"ip -br link\" lists them)");
	for (int i = 0; !err && i < choice->interface_count; i++) {
		const char *name = choice->interfaces[i];

		if (strlen(name) >= IF_NAMESIZE || !if_nametoindex(name))
			return report_no_interface(name);
		err = attach_check_one(name, choice);
	}
	return err;
}

bool interface_loops(const char *name)
{
	return hardware_type(name) == ARPHRD_LOOPBACK;
}

bool only_loopback(const struct hook_choice *choice)
{
	for (int i = 0; i < choice->interface_count; i++)
		if (!interface_loops(choice->interfaces[i]))
			return false;
	return true;
}

/* ---- on and off --------------------------------------------------------- */

static int attach_xdp(struct hook *hook, enum rx_hook wanted)
{
	int err;

	if (wanted != RX_HOOK_XDP_GENERIC) {
		hook->kind = HOOK_XDP_NATIVE;
		err = xdp_attach(hook, wanted == RX_HOOK_XDP);
		/* An error that was reported is final; where only the driver can't do it, generic XDP may. */
		if (!err || wanted == RX_HOOK_XDP_NATIVE || err == -EBUSY || err == -EEXIST || err == -EPERM ||
		    err == -ENODEV)
			return err;
	}
	hook->kind = HOOK_XDP_GENERIC;
	if (wanted == RX_HOOK_XDP) {
		int refused = err;

		err = xdp_attach(hook, false);
		if (!err)
			notice("%s: its driver takes no native XDP program (%s); watching with generic XDP, which costs more a packet",
			       hook->ifname, strerror(-refused));
		return err;
	}
	return xdp_attach(hook, false);
}

static int attach_tc(struct hook *hook, enum tx_hook wanted)
{
	int err;

	if (wanted != TX_HOOK_CLSACT) {
		hook->kind = HOOK_TCX;
		err = tcx_attach(hook);
		if (err != -EOPNOTSUPP)
			return err;
		if (wanted == TX_HOOK_TCX)
			return fail(err, "%s: this kernel has no TCX, which came with Linux 6.6. Use --tx-hook clsact", hook->ifname);
	}
	hook->kind = HOOK_CLSACT;
	return clsact_attach(hook);
}

int attach_hook(struct hook *hook, const struct hook_choice *choice)
{
	if (hook->receive && choice->rx_hook != RX_HOOK_TC)
		return attach_xdp(hook, choice->rx_hook);
	return attach_tc(hook, choice->tx_hook);
}

bool attach_fits(enum hook_kind kind, bool receive, const struct hook_choice *choice)
{
	bool xdp = receive && choice->rx_hook != RX_HOOK_TC;

	switch (kind) {
	case HOOK_XDP_NATIVE:
		return xdp && choice->rx_hook != RX_HOOK_XDP_GENERIC;
	case HOOK_XDP_GENERIC:
		return xdp && choice->rx_hook != RX_HOOK_XDP_NATIVE;
	case HOOK_TCX:
		return !xdp && choice->tx_hook != TX_HOOK_CLSACT;
	case HOOK_CLSACT:
		return !xdp && choice->tx_hook != TX_HOOK_TCX;
	default:
		return false;
	}
}

int attach_swap(struct hook *hook, __u32 old_prog_id)
{
	if (hook->link_fd < 0)
		return clsact_swap(hook, old_prog_id);
	return bpf_link_update(hook->link_fd, hook->prog_fd, NULL);
}

bool attach_is_gone(int err)
{
	return err == -ENOENT || err == -ENOLINK || err == -ENODEV;
}

bool attach_holds(const struct hook *hook)
{
	struct bpf_link_info info = {};
	__u32 size = sizeof(info);

	if (hook->link_fd < 0)
		return clsact_holds(hook);
	/* XDP and TCX both tell the interface first; 0: the link has lost it. */
	return bpf_obj_get_info_by_fd(hook->link_fd, &info, &size) || info.xdp.ifindex;
}

void detach_hook(struct hook *hook)
{
	if (hook->link_fd >= 0) {
		bpf_link_detach(hook->link_fd); /* it may be pinned, too: closing alone would not do */
		close(hook->link_fd);
		hook->link_fd = -1;
		return;
	}
	clsact_detach(hook->ifindex, hook->receive, hook->handle, hook->priority);
}
