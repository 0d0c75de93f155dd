// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
#include "attach.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <linux/if_arp.h>

#include "error.h"
#include "object.h"
#include "options.h"
#include "pins.h"

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

static bool is_down(const char *name)
{
	struct ifreq answer;

	return !ask_interface(name, SIOCGIFFLAGS, &answer) && !(answer.ifr_flags & IFF_UP);
}

static int report_no_interface(const char *name)
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

int attach_check(const struct options *options)
{
	if (!options->interface_count)
		return fail_usage("which interface? Give at least one: -i eth0 (\"ip -br link\" lists them)");
	for (int i = 0; i < options->interface_count; i++) {
		const char *name = options->interfaces[i];
		int type;

		if (strlen(name) >= IF_NAMESIZE || !if_nametoindex(name))
			return report_no_interface(name);
		type = hardware_type(name);
		if (type >= 0 && type != ARPHRD_ETHER && type != ARPHRD_LOOPBACK)
			return fail(-EOPNOTSUPP, "%s carries no Ethernet frames (link type %d), and these are what can be read. Watch the interface that its packets leave through",
				    name, type);
		if (type == ARPHRD_LOOPBACK && options->direction == DIRECTION_TX)
			return fail_usage("%s hands every packet out and in again, so it is watched on receive only: leave out --direction tx",
					  name);
	}
	return 0;
}

static bool is_loopback(const char *name)
{
	return hardware_type(name) == ARPHRD_LOOPBACK;
}

bool only_loopback(const struct options *options)
{
	for (int i = 0; i < options->interface_count; i++)
		if (!is_loopback(options->interfaces[i]))
			return false;
	return true;
}

/* ---- on ----------------------------------------------------------------- */

static int attach_xdp(struct hook *hook, enum rx_hook wanted)
{
	int err;

	if (wanted != RX_HOOK_XDP_GENERIC) {
		hook->kind = HOOK_XDP_NATIVE;
		err = xdp_attach(hook, wanted == RX_HOOK_XDP);
		/* What was reported is final; what the driver can't do, generic XDP may. */
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

static void detach(struct hook *hook)
{
	if (hook->link_fd >= 0) {
		bpf_link_detach(hook->link_fd); /* it may be pinned, too: closing alone would not do */
		close(hook->link_fd);
		return;
	}
	clsact_detach(hook->ifindex, hook->receive, hook->handle, hook->priority);
}

static int attach_one(struct hooks *hooks, const char *name, bool receive, const struct options *options,
		      const struct object *object, const struct pins *pins)
{
	struct hook *hook = &hooks->list[hooks->count];
	int err;

	*hook = (struct hook){ .receive = receive, .ifindex = if_nametoindex(name), .link_fd = -1 };
	snprintf(hook->ifname, sizeof(hook->ifname), "%s", name);
	if (!hook->ifindex)
		return report_no_interface(name);
	if (receive && options->rx_hook != RX_HOOK_TC) {
		hook->prog_fd = object->programs.tcpstate_xdp;
		err = attach_xdp(hook, options->rx_hook);
	} else {
		hook->prog_fd = receive ? object->programs.tcpstate_tc_ingress : object->programs.tcpstate_tc_egress;
		err = attach_tc(hook, options->tx_hook);
	}
	if (err)
		return err;
	hooks->count++;
	return pins_add_hook(pins, hook);
}

int attach_all(struct hooks *hooks, const struct options *options, const struct object *object,
	       const struct pins *pins)
{
	int err = 0;

	hooks->count = 0;
	hooks->list = calloc(options->interface_count * 2, sizeof(*hooks->list));
	if (!hooks->list)
		return fail(-ENOMEM, "out of memory while attaching");
	for (int i = 0; !err && i < options->interface_count; i++) {
		const char *name = options->interfaces[i];

		if (options->direction != DIRECTION_TX)
			err = attach_one(hooks, name, true, options, object, pins);
		if (!err && options->direction != DIRECTION_RX && !is_loopback(name))
			err = attach_one(hooks, name, false, options, object, pins);
		if (!err && is_down(name))
			notice("%s is down, so nothing comes or goes there: \"ip link set %s up\"", name, name);
	}
	if (err)
		detach_all(hooks);
	return err;
}

void detach_all(struct hooks *hooks)
{
	while (hooks->count)
		detach(&hooks->list[--hooks->count]);
	free(hooks->list);
	hooks->list = NULL;
}
