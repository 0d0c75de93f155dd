// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
#include "inject.h"

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

#define RED_ZONE 4096 /* and more: below the stack's end, which the thread may use without asking */

/* Followed by ud2: a child that should not be there dies of it. */
static const unsigned char calls[][4] = {
	[WAY_NATIVE] = { 0x0f, 0x05, 0x0f, 0x0b },
	[WAY_32] = { 0xcd, 0x80, 0x0f, 0x0b },
};

static __u64 entry_of(pid_t pid)
{
	__u64 pair[2] = {}, entry = 0;
	char path[64];
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/auxv", pid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	while (fd >= 0 && read(fd, pair, sizeof(pair)) == sizeof(pair))
		if (pair[0] == AT_ENTRY)
			entry = pair[1];
	if (fd >= 0)
		close(fd);
	return entry;
}

/* Until the thread stops; -ESRCH: it has ended. */
static int wait_for_stop(pid_t tid)
{
	int status;

	for (;;) {
		if (waitpid(tid, &status, __WALL) < 0)
			return -errno;
		if (WIFSTOPPED(status))
			return 0;
		if (WIFEXITED(status) || WIFSIGNALED(status))
			return -ESRCH;
	}
}

int inject_begin(struct victim *victim, pid_t pid, pid_t tid)
{
	struct user_regs_struct registers;
	char path[64];
	int err;

	*victim = (struct victim){ .pid = pid, .tid = tid, .entry = entry_of(pid), .mem_fd = -1 };
	if (!victim->entry)
		return -ESRCH;
	snprintf(path, sizeof(path), "/proc/%d/mem", pid);
	victim->mem_fd = open(path, O_RDWR | O_CLOEXEC);
	if (victim->mem_fd < 0)
		return -errno;
	if (ptrace(PTRACE_SEIZE, tid, NULL, NULL) || ptrace(PTRACE_INTERRUPT, tid, NULL, NULL))
		err = -errno;
	else
		err = wait_for_stop(tid);
	if (!err && ptrace(PTRACE_GETREGS, tid, NULL, &registers))
		err = -errno;
	victim->data = (registers.rsp - RED_ZONE - INJECT_DATA) & ~15ULL;
	if (err)
		close(victim->mem_fd);
	return err;
}

int inject_data(struct victim *victim, size_t offset, const void *bytes, size_t size)
{
	return pwrite(victim->mem_fd, bytes, size, victim->data + offset) == (ssize_t)size ? 0 : -errno;
}

static int step(struct victim *victim)
{
	if (ptrace(PTRACE_SINGLESTEP, victim->tid, NULL, NULL))
		return -errno;
	return wait_for_stop(victim->tid);
}

int inject_call(struct victim *victim, enum way way, long number, const __u64 args[6], long *result)
{
	struct user_regs_struct before, during;
	unsigned char code[4];
	int err;

	if (ptrace(PTRACE_GETREGS, victim->tid, NULL, &before) ||
	    pread(victim->mem_fd, code, sizeof(code), victim->entry) != sizeof(code) ||
	    pwrite(victim->mem_fd, calls[way], sizeof(code), victim->entry) != sizeof(code))
		return -errno;
	during = before;
	during.rip = victim->entry;
	during.rax = number;
	during.orig_rax = -1; /* it is not to be taken for a call that was interrupted */
	if (way == WAY_NATIVE) {
		during.rdi = args[0], during.rsi = args[1], during.rdx = args[2];
		during.r10 = args[3], during.r8 = args[4], during.r9 = args[5];
	} else {
		during.rbx = args[0], during.rcx = args[1], during.rdx = args[2];
		during.rsi = args[3], during.rdi = args[4], during.rbp = args[5];
	}
	err = ptrace(PTRACE_SETREGS, victim->tid, NULL, &during) ? -errno : step(victim);
	if (!err && ptrace(PTRACE_GETREGS, victim->tid, NULL, &during))
		err = -errno;
	if (!err && during.rip != victim->entry + 2)
		err = -EFAULT; /* it got elsewhere: a signal of its own, or it was executed */
	*result = way == WAY_NATIVE ? (long)during.rax : (int)during.rax;

	pwrite(victim->mem_fd, code, sizeof(code), victim->entry);
	ptrace(PTRACE_SETREGS, victim->tid, NULL, &before);
	return err;
}

void inject_end(struct victim *victim)
{
	ptrace(PTRACE_DETACH, victim->tid, NULL, NULL);
	close(victim->mem_fd);
}
