// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/*
 * list-tcx INTERFACE: the programs on its TCX hooks, which bpftool of Debian 12
 * does not know. Prints nothing on kernels without TCX (before 6.6).
 */
#include <net/if.h>
#include <stdio.h>
#include <unistd.h>

#include <bpf/bpf.h>

#define MOST 64 /* programs on one hook; the kernel's limit as well */

static void list(unsigned int ifindex, const char *title, int attach_type)
{
	__u32 ids[MOST], count = MOST, flags;

	if (bpf_prog_query(ifindex, attach_type, 0, &flags, ids, &count))
		return;
	for (__u32 i = 0; i < count; i++) {
		struct bpf_prog_info info = {};
		__u32 size = sizeof(info);
		int fd = bpf_prog_get_fd_by_id(ids[i]);

		if (fd < 0)
			continue;
		bpf_obj_get_info_by_fd(fd, &info, &size);
		close(fd);
		printf("%s %s\n", title, info.name);
	}
}

int main(int argc, char **argv)
{
	unsigned int ifindex = argc == 2 ? if_nametoindex(argv[1]) : 0;

	if (!ifindex) {
		fprintf(stderr, "usage: list-tcx INTERFACE\n");
		return 2;
	}
	list(ifindex, "tcx ingress", 46); /* BPF_TCX_INGRESS */
	list(ifindex, "tcx egress", 47);  /* BPF_TCX_EGRESS */
	return 0;
}
