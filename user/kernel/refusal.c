// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
#include "kernel/refusal.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <linux/capability.h>

#include "base/error.h"

/* Effective capabilities, from /proc/self/status. */
static unsigned long long capabilities(void)
{
	FILE *file = fopen("/proc/self/status", "r");
	unsigned long long set = 0;
	char line[256];

	while (file && fgets(line, sizeof(line), file))
		if (sscanf(line, "CapEff: %llx", &set) == 1)
			break;
	if (file)
		fclose(file);
	return set;
}

static bool has(unsigned long long set, int capability)
{
	return set >> capability & 1 || set >> CAP_SYS_ADMIN & 1;
}

static bool has_all(void)
{
	unsigned long long set = capabilities();

	return has(set, CAP_BPF) && has(set, CAP_PERFMON) && (set >> CAP_NET_ADMIN & 1);
}

int check_permission(void)
{
	return has_all() ? 0 : report_no_permission(-EPERM);
}

int report_no_permission(int err)
{
	if (has_all())
		return fail(err, "the kernel lets nobody load BPF programs from here, not even with this process's capabilities. In a container, run it on the host or give the container CAP_BPF, CAP_PERFMON and CAP_NET_ADMIN, and bpf(2) in its seccomp profile");
	return fail(err, "loading BPF programs: no permission. Run it as root (sudo xdp-tcpstate ...), or with the capabilities CAP_BPF, CAP_PERFMON and CAP_NET_ADMIN");
}

struct feature {
	const char *what;
	const char *since;
	int map;       /* enum bpf_map_type, or 0 */
	int helper;    /* enum bpf_func_id, or 0 */
};

static const struct feature features[] = {
	{ "the BPF ring buffer", "5.8", BPF_MAP_TYPE_RINGBUF, 0 },
	{ "bpf_ktime_get_coarse_ns", "5.11", 0, BPF_FUNC_ktime_get_coarse_ns },
	{ "bpf_loop", "5.17", 0, BPF_FUNC_loop },
	{ "XDP multi-buffer (xdp.frags)", "5.18", 0, BPF_FUNC_xdp_load_bytes },
};

static bool is_missing(const struct feature *f)
{
	if (f->map)
		return libbpf_probe_bpf_map_type(f->map, NULL) == 0;
	return libbpf_probe_bpf_helper(BPF_PROG_TYPE_XDP, f->helper, NULL) == 0;
}

int report_kernel(int err, bool verbose)
{
	struct utsname kernel = {};

	uname(&kernel);
	for (unsigned int i = 0; i < sizeof(features) / sizeof(features[0]); i++)
		if (is_missing(&features[i]))
			return fail(err, "this kernel (%s) is too old: it lacks %s, which came with Linux %s. xdp-tcpstate needs Linux 6.1 or newer",
				    kernel.release, features[i].what, features[i].since);
	return fail(err, "this kernel (%s) did not accept the BPF programs: %s. %s", kernel.release,
		    err == -EACCES || err == -EINVAL ? "its verifier refused one" : strerror(-err),
		    verbose ? "Its reasons are above" : "Run it again with --verbose to see its reasons, and please report them");
}
