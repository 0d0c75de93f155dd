// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* The XDP hook, always through a bpf_link: it goes with the process that holds it. */
#include "hooks/hook.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <linux/if_link.h>

#include "base/error.h"

/* The kernel's answers that mean "not with this driver, or not as it is set up". */
static bool driver_refuses(int err)
{
	return err != -EBUSY && err != -EEXIST && err != -EPERM && err != -ENODEV;
}

static int report_taken(const struct hook *hook, int err)
{
	LIBBPF_OPTS(bpf_xdp_query_opts, query);
	struct bpf_prog_info info = {};
	__u32 size = sizeof(info), id = 0;
	const char *mode = "xdp";
	int fd;

	if (!bpf_xdp_query(hook->ifindex, 0, &query)) {
		id = query.drv_prog_id ?: query.skb_prog_id ?: query.hw_prog_id ?: query.prog_id;
		if (query.skb_prog_id && !query.drv_prog_id)
			mode = "xdpgeneric";
	}
	fd = id ? bpf_prog_get_fd_by_id(id) : -1;
	if (fd >= 0) {
		bpf_obj_get_info_by_fd(fd, &info, &size);
		close(fd);
	}
	if (!strncmp(info.name, "tcpstate_", strlen("tcpstate_")))
		return fail(err, "%s: another xdp-tcpstate (program %s, id %u) already watches it. Stop that one first, or if it was left behind with --pin, run \"xdp-tcpstate detach\"",
			    hook->ifname, info.name, id);
	if (id)
		return fail(err, "%s: its XDP hook is taken by program \"%s\" (id %u), which stays as it is. Receive through tc beside it with --hook tc; or, if that program is not needed, end what attached it or run \"ip link set dev %s %s off\", and try again",
			    hook->ifname, info.name[0] ? info.name : "without a name", id, hook->ifname, mode);
	/* dev_xdp_attach() says so of a device below one that has a program, and then has none itself. */
	if (err == -EEXIST)
		return fail(err, "%s: an interface above it (a bridge or bond that it is part of, a VLAN on it) has an XDP program, and then the kernel takes none here. Name it before that one (-i %s,...), or receive through tc: --hook tc",
			    hook->ifname, hook->ifname);
	return fail(err, "%s: its XDP hook is taken (%s). Receive through tc beside it with --hook tc", hook->ifname,
		    strerror(-err));
}

int xdp_attach(struct hook *hook, bool quiet)
{
	bool native = hook->kind == HOOK_XDP_NATIVE;
	LIBBPF_OPTS(bpf_link_create_opts, opts, .flags = native ? XDP_FLAGS_DRV_MODE : XDP_FLAGS_SKB_MODE);
	int fd = bpf_link_create(hook->prog_fd, hook->ifindex, BPF_XDP, &opts);

	if (fd >= 0) {
		hook->link_fd = fd;
		return 0;
	}
	if (fd == -EBUSY || fd == -EEXIST)
		return report_taken(hook, fd);
	if (fd == -EPERM)
		return fail(fd, "%s: attaching an XDP program needs CAP_NET_ADMIN; run it as root (sudo)", hook->ifname);
	if (fd == -ENODEV)
		return fail(fd, "%s: the interface went away while it was being attached to", hook->ifname);
	if (quiet && driver_refuses(fd))
		return fd;
	return fail(fd, "%s: its driver takes no %s XDP program (%s). %s", hook->ifname, native ? "native" : "generic",
		    strerror(-fd),
		    native ? "Use --hook xdp-generic or --hook tc" : "Use --hook tc");
}
