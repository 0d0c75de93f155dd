/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* Have another process make a system call, by ptrace(2), as if its code had been taken over. */
#ifndef TCPSTATE_TESTS_INJECT_H
#define TCPSTATE_TESTS_INJECT_H

#include <linux/types.h>
#include <sys/types.h>

enum way {
	WAY_NATIVE, /* syscall */
	WAY_32,     /* int $0x80: the calls of a 32-bit program */
};

struct victim {
	pid_t pid, tid;
	int mem_fd;
	__u64 entry;       /* where its program began, and never comes by again */
	__u64 data;        /* room for what arguments point to, INJECT_DATA bytes */
};

#define INJECT_DATA 512

/* Stop a thread of a process. 0 or negative errno. */
int inject_begin(struct victim *victim, pid_t pid, pid_t tid);

/* Put bytes where victim->data + offset points. */
int inject_data(struct victim *victim, size_t offset, const void *bytes, size_t size);

/* *result: what the call returned, negative errno where it failed. 0 or negative errno if it could not be made. */
int inject_call(struct victim *victim, enum way way, long number, const __u64 args[6], long *result);

/* Let it go on as if nothing had happened. */
void inject_end(struct victim *victim);

#endif
