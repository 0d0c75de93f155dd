// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
#include "daemon/refused_calls.h"

#include <errno.h>
#include <sched.h>
#include <stdbool.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/shm.h>
#include <sys/socket.h>
#include <unistd.h>

#include <linux/bpf.h>
#include <linux/netlink.h>
#include <seccomp.h>

/* ---- the table ----------------------------------------------------------- */

#define CALLS(list, reason) { .names = list, .why = reason }
#define CALLS_IF(list, reason, ...) { .names = list, .why = reason, .when = { __VA_ARGS__ } }
#define EQUAL(arg, number) { .is = WHEN_EQUAL, .argument = (arg), .value = (number) }
#define BITS(arg, bits, number) { .is = WHEN_EQUAL, .argument = (arg), .mask = (bits), .value = (number) }
#define ABOVE(arg, number) { .is = WHEN_ABOVE, .argument = (arg), .value = (number) }
#define NOT_OUR_PID(arg) { .is = WHEN_NOT, .argument = (arg) }

#define BPF(command) \
	CALLS_IF("bpf", "its maps and programs are loaded: it reads its own, runs its sweep, attaches again", command)
#define SOCKET(...) \
	CALLS_IF("socket", "its sockets are of UNIX (systemd, journal), IP (HTTP, ioctl) and netlink", __VA_ARGS__)
#define NETLINK(protocol) \
	CALLS_IF("socket", "of netlink it asks NETLINK_ROUTE and NETLINK_SOCK_DIAG", EQUAL(0, AF_NETLINK), protocol)
#define SOCK_TYPE_MASK 0xf /* include/linux/net.h */
#define IP(family, type)                                                                                         \
	CALLS_IF("socket", "it listens already, and calls nobody: of IP, datagram sockets do, for ioctls",       \
		 EQUAL(0, family), BITS(1, SOCK_TYPE_MASK, type))
#define NAMESPACE(flag) \
	CALLS_IF("clone", "who has a user namespace of its own has all capabilities in it", BITS(0, flag, flag))

const struct refused_calls refused_calls[] = {
	/* Other programs, other processes. */
	CALLS("execve execveat", "it runs no other program"),
#ifndef __SANITIZE_ADDRESS__ /* LeakSanitizer looks at its process from a second one */
	CALLS("fork vfork", "it starts threads, but no process"),
	CALLS_IF("clone", "it starts threads, but no process", BITS(0, CLONE_THREAD, 0)),
	/* Its flags lie in memory, where a filter can't look. glibc falls back on clone. */
	{ .names = "clone3", .why = "clone does, whose flags can be seen", .error = ENOSYS },
	CALLS("ptrace", "it looks into no other process"),
#endif
	CALLS("process_vm_readv process_vm_writev process_madvise kcmp pidfd_getfd", "it looks into no other process"),
	CALLS("kill tkill rt_sigqueueinfo pidfd_send_signal", "it sends no other process a signal"),
	CALLS_IF("tgkill rt_tgsigqueueinfo", "it sends no other process a signal", NOT_OUR_PID(0)),
	NAMESPACE(CLONE_NEWUSER), NAMESPACE(CLONE_NEWNS), NAMESPACE(CLONE_NEWNET), NAMESPACE(CLONE_NEWPID),
	NAMESPACE(CLONE_NEWUTS), NAMESPACE(CLONE_NEWIPC), NAMESPACE(CLONE_NEWCGROUP),
	CALLS("unshare setns", "it stays in the namespaces it is in, and has none of its own"),

	/* What is executable stays as it was loaded. */
	CALLS_IF("mmap", "no memory is both written and executed",
		 BITS(2, PROT_WRITE | PROT_EXEC, PROT_WRITE | PROT_EXEC)),
	CALLS_IF("mprotect pkey_mprotect", "nothing that was written is executed", BITS(2, PROT_EXEC, PROT_EXEC)),
	CALLS_IF("shmat", "nothing that was written is executed", BITS(2, SHM_EXEC, SHM_EXEC)),
	CALLS_IF("personality", "a personality can make all memory executable, and addresses guessable", ABOVE(0, 0)),
	CALLS("modify_ldt", "it needs no segments of its own"),

	/* BPF_LINK_DETACH, 34, is the last that it needs; what later kernels add is above. */
	BPF(EQUAL(0, BPF_MAP_CREATE)), BPF(EQUAL(0, BPF_PROG_LOAD)), BPF(EQUAL(0, BPF_BTF_LOAD)),
	BPF(EQUAL(0, BPF_PROG_ATTACH)), BPF(EQUAL(0, BPF_PROG_DETACH)), BPF(EQUAL(0, BPF_PROG_QUERY)),
	BPF(EQUAL(0, BPF_PROG_GET_NEXT_ID)), BPF(EQUAL(0, BPF_PROG_GET_FD_BY_ID)),
	BPF(EQUAL(0, BPF_MAP_GET_NEXT_ID)), BPF(EQUAL(0, BPF_MAP_GET_FD_BY_ID)),
	BPF(EQUAL(0, BPF_BTF_GET_NEXT_ID)), BPF(EQUAL(0, BPF_BTF_GET_FD_BY_ID)),
	BPF(EQUAL(0, BPF_LINK_GET_NEXT_ID)), BPF(EQUAL(0, BPF_LINK_GET_FD_BY_ID)),
	BPF(EQUAL(0, BPF_RAW_TRACEPOINT_OPEN)), BPF(EQUAL(0, BPF_TASK_FD_QUERY)), BPF(EQUAL(0, BPF_MAP_FREEZE)),
	BPF(EQUAL(0, BPF_ENABLE_STATS)), BPF(EQUAL(0, BPF_ITER_CREATE)), BPF(ABOVE(0, BPF_LINK_DETACH)),

	/* AF_UNIX is 1, AF_INET 2, AF_INET6 10, AF_NETLINK 16; AF_PACKET, AF_ALG, AF_XDP... are above. */
	SOCKET(EQUAL(0, AF_AX25)), SOCKET(EQUAL(0, AF_IPX)), SOCKET(EQUAL(0, AF_APPLETALK)),
	SOCKET(EQUAL(0, AF_NETROM)), SOCKET(EQUAL(0, AF_BRIDGE)), SOCKET(EQUAL(0, AF_ATMPVC)),
	SOCKET(EQUAL(0, AF_X25)), SOCKET(EQUAL(0, AF_ROSE)), SOCKET(EQUAL(0, AF_DECnet)),
	SOCKET(EQUAL(0, AF_NETBEUI)), SOCKET(EQUAL(0, AF_SECURITY)), SOCKET(EQUAL(0, AF_KEY)),
	SOCKET(ABOVE(0, AF_NETLINK)),
	IP(AF_INET, SOCK_STREAM), IP(AF_INET, SOCK_RAW), IP(AF_INET, SOCK_RDM), IP(AF_INET, SOCK_SEQPACKET),
	IP(AF_INET, SOCK_DCCP), IP(AF_INET, SOCK_PACKET),
	IP(AF_INET6, SOCK_STREAM), IP(AF_INET6, SOCK_RAW), IP(AF_INET6, SOCK_RDM), IP(AF_INET6, SOCK_SEQPACKET),
	IP(AF_INET6, SOCK_DCCP), IP(AF_INET6, SOCK_PACKET),
	NETLINK(EQUAL(2, NETLINK_UNUSED)), NETLINK(EQUAL(2, NETLINK_USERSOCK)), NETLINK(EQUAL(2, NETLINK_FIREWALL)),
	NETLINK(ABOVE(2, NETLINK_SOCK_DIAG)),

	/* Ways past this filter, and large parts of the kernel that nothing here uses. */
	CALLS("io_uring_setup io_uring_enter io_uring_register", "io_uring opens sockets and files past this filter"),
	CALLS("seccomp", "this filter is the last word"),
	CALLS("userfaultfd perf_event_open fanotify_init lookup_dcookie", "it has no use for them; exploits have"),
	CALLS("add_key request_key keyctl", "it has no keys"),
	CALLS_IF("ioctl", "it types nothing into a terminal", EQUAL(1, TIOCSTI)),

	/* Files. */
	CALLS("mount umount umount2 pivot_root chroot move_mount open_tree mount_setattr", "it mounts nothing"),
	CALLS("fsopen fsconfig fsmount fspick", "it mounts nothing"),
	CALLS("open_by_handle_at name_to_handle_at", "it opens files by their names"),
	CALLS("chmod fchmod fchmodat chown fchown lchown fchownat", "what it makes keeps its owner and mode"),
	CALLS("setxattr lsetxattr fsetxattr", "what it makes keeps its owner and mode"),
	CALLS("mknod mknodat", "it makes no devices"),
	CALLS("swapon swapoff quotactl quotactl_fd acct", "it administers no file systems"),

	/* The machine. */
	CALLS("init_module finit_module delete_module", "it loads no kernel modules"),
	CALLS("kexec_load kexec_file_load reboot", "it starts no other kernel"),
	CALLS("iopl ioperm", "it touches no hardware"),
	CALLS("settimeofday clock_settime clock_adjtime adjtimex stime", "it reads clocks, and sets none"),
	CALLS("sethostname setdomainname syslog vhangup", "it administers no machine"),
	{ .names = NULL }
};

/* ---- the filter ---------------------------------------------------------- */

static struct scmp_arg_cmp comparison(const struct refused_when *when)
{
	__u32 mask = when->mask ?: 0xffffffff;

	switch (when->is) {
	case WHEN_ABOVE:
		/* All 64 bits are compared: an argument with any of the upper 32 set is above, and refused. */
		return SCMP_CMP64(when->argument, SCMP_CMP_GT, when->value, 0);
	case WHEN_NOT:
		return SCMP_CMP64(when->argument, SCMP_CMP_NE, getpid(), 0);
	default:
		/* The kernel takes these arguments as int: what is in the upper 32 bits must not get past. */
		return SCMP_CMP64(when->argument, SCMP_CMP_MASKED_EQ, mask, when->value);
	}
}

static int add_rule(scmp_filter_ctx filter, const char *name, const struct refused_calls *refused)
{
	struct scmp_arg_cmp conditions[REFUSED_CONDITIONS];
	int number = seccomp_syscall_resolve_name(name);
	unsigned int count = 0;

	/* This architecture does not have the call, or this libseccomp does not know it. */
	if (number < 0)
		return 0;
	while (count < REFUSED_CONDITIONS && refused->when[count].is) {
		conditions[count] = comparison(&refused->when[count]);
		count++;
	}
	return seccomp_rule_add_array(filter, SCMP_ACT_ERRNO(refused->error ?: EPERM), number, count, conditions);
}

static int add_rules(scmp_filter_ctx filter, const struct refused_calls *refused)
{
	const char *at = refused->names;

	while (*at) {
		size_t len = strcspn(at, " ");
		char name[32];
		int err;

		memcpy(name, at, len);
		name[len] = 0;
		err = add_rule(filter, name, refused);
		if (err)
			return err;
		at += len + (at[len] == ' ');
	}
	return 0;
}

int refuse_calls(void)
{
	scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ALLOW);
	int err;

	if (!filter)
		return -ENOMEM;
	/* The calls of another architecture (32 bits, x32) would get around rules for this one's. */
	err = seccomp_attr_set(filter, SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_ERRNO(EPERM));
	err = err ?: seccomp_attr_set(filter, SCMP_FLTATR_CTL_TSYNC, 1);
	/* What the kernel says, not what libseccomp makes of it. */
	err = err ?: seccomp_attr_set(filter, SCMP_FLTATR_API_SYSRAWRC, 1);
	for (const struct refused_calls *refused = refused_calls; !err && refused->names; refused++)
		err = add_rules(filter, refused);
	err = err ?: seccomp_load(filter);
	seccomp_release(filter);
	return err;
}
