/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* What the verifier says of a program: how much it looked at, and why it refused. */
#ifndef TCPSTATE_USER_KERNEL_VERIFIER_LOG_H
#define TCPSTATE_USER_KERNEL_VERIFIER_LOG_H

#include <bpf/libbpf.h>

/* Room for the reason of a refusal; the kernel cuts off what is more. */
#define VERIFIER_LOG_SIZE (1 << 20)

/* Before the program is loaded; log has VERIFIER_LOG_SIZE bytes. */
static inline void log_verifier(struct bpf_program *program, char *log)
{
	log[0] = 0;
	bpf_program__set_log_level(program, 4); /* BPF_LOG_STATS: of what is accepted, only the sums */
	bpf_program__set_log_buf(program, log, VERIFIER_LOG_SIZE);
}

#endif
