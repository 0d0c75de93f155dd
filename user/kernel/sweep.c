// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
#include "kernel/sweep.h"

#include <bpf/bpf.h>
#include <linux/bpf.h>

int sweep_step(int prog_fd)
{
	/* BPF_PROG_TEST_RUN wants a frame for an XDP program; this one does not look at it. */
	static const char frame[64];
	LIBBPF_OPTS(bpf_test_run_opts, opts, .data_in = frame, .data_size_in = sizeof(frame), .repeat = 1);
	int err = bpf_prog_test_run_opts(prog_fd, &opts);

	return err ? err : opts.retval == XDP_TX;
}
