// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/*
 * refused attacks PID: every thread of that process tries what one would who
 * had taken it over: raw sockets, programs of several kinds, another process...
 * All of it must be refused.
 * refused controls PID: the same in a process that may do it: the tests' own test.
 * refused table PID: every line of the table in refused_calls.c is true of
 * that process (one with all capabilities: then nothing else would refuse).
 * refused list: the table.
 */
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <arpa/inet.h>
#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <linux/landlock.h>
#include <linux/netlink.h>
#include <seccomp.h>

#include "inject.h"
#include "daemon/refused_calls.h"

#define X32 0x40000000
#define HIGH (0xabcdULL << 32) /* which the kernel does not look at in an int */

static int passed, failed;

static void verdict(bool good, const char *name, const char *wanted, long got)
{
	if (good)
		printf("ok %s\n", name);
	else if (got < 0)
		printf("not ok %s: %s, but should %s\n", name, strerror(-got), wanted);
	else
		printf("not ok %s: returned %ld, but should %s\n", name, got, wanted);
	*(good ? &passed : &failed) += 1;
}

/* ---- attacks ------------------------------------------------------------- */

/* What lies at victim->data. */
struct data {
	struct bpf_insn program[2];  /* return 0 */
	char license[8];
	char path[16], secret[16], directory[8];
	union bpf_attr attr;
};

static const struct data data = {
	.program = {
		{ .code = BPF_ALU64 | BPF_MOV | BPF_K },
		{ .code = BPF_JMP | BPF_EXIT },
	},
	.license = "GPL",
	.path = "/bin/true",
	.secret = "/etc/passwd",
	.directory = "/etc",
};

#define AT(member) (POINTER | __builtin_offsetof(struct data, member))
#define POINTER (1ULL << 63) /* what follows is an offset into struct data */

enum fill { FILL_NOTHING, FILL_PROGRAM, FILL_MAP };

struct attack {
	const char *name;
	long number;
	__u64 args[6];
	enum way way;
	enum fill fill;
	__u32 type;          /* of a program or map */
	bool harmless;       /* a process that may do it can be let do it */
	int wanted;          /* 0: EPERM */
	bool landlock;       /* only where the kernel has it */
};

#define SOCKET(what, ...) { .name = "socket: " what, .number = SYS_socket, .args = { __VA_ARGS__ }, .harmless = true }
#define PROGRAM(what, number_of_type)                                                                   \
	{ .name = "bpf: load a program of type " what, .number = SYS_bpf, .fill = FILL_PROGRAM,         \
	  .type = number_of_type, .args = { BPF_PROG_LOAD, AT(attr), sizeof(union bpf_attr) }, .harmless = true }

static const struct attack attacks[] = {
	SOCKET("AF_PACKET", AF_PACKET, SOCK_RAW, 0x300 /* ETH_P_ALL */),
	SOCKET("AF_PACKET, datagrams", AF_PACKET, SOCK_DGRAM | SOCK_CLOEXEC, 0x300),
	SOCKET("AF_PACKET and high bits", HIGH | AF_PACKET, SOCK_RAW, 0x300),
	SOCKET("AF_INET, raw TCP", AF_INET, SOCK_RAW, IPPROTO_TCP),
	SOCKET("AF_INET, raw, with flags", AF_INET, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, IPPROTO_RAW),
	SOCKET("AF_INET, raw, and high bits", HIGH | AF_INET, HIGH | SOCK_RAW, IPPROTO_ICMP),
	SOCKET("AF_INET, SOCK_PACKET", AF_INET, SOCK_PACKET, 0x300),
	SOCKET("AF_INET6, raw ICMPv6", AF_INET6, SOCK_RAW, IPPROTO_ICMPV6),
	SOCKET("AF_INET, a connection to elsewhere", AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0),
	SOCKET("NETLINK_GENERIC", AF_NETLINK, SOCK_RAW, NETLINK_GENERIC),
	PROGRAM("socket filter", BPF_PROG_TYPE_SOCKET_FILTER),
	PROGRAM("XDP", BPF_PROG_TYPE_XDP),
	PROGRAM("sched_cls", BPF_PROG_TYPE_SCHED_CLS),
	PROGRAM("tracepoint", BPF_PROG_TYPE_TRACEPOINT),
	{ .name = "bpf: load a program of type kprobe", .number = SYS_bpf, .fill = FILL_PROGRAM,
	  .type = BPF_PROG_TYPE_KPROBE, .args = { BPF_PROG_LOAD, AT(attr), sizeof(union bpf_attr) } },
	{ .name = "bpf: load a program, high bits", .number = SYS_bpf, .fill = FILL_PROGRAM,
	  .type = BPF_PROG_TYPE_XDP, .args = { HIGH | BPF_PROG_LOAD, AT(attr), sizeof(union bpf_attr) }, .harmless = true },
	{ .name = "bpf: load a program, as a 32-bit process", .number = 357, .way = WAY_32,
	  .args = { BPF_PROG_LOAD, 0, sizeof(union bpf_attr) } },
	{ .name = "bpf: load a program, as an x32 process", .number = X32 | SYS_bpf, .fill = FILL_PROGRAM,
	  .type = BPF_PROG_TYPE_XDP, .args = { BPF_PROG_LOAD, AT(attr), sizeof(union bpf_attr) } },
	{ .name = "bpf: make a map", .number = SYS_bpf, .fill = FILL_MAP, .type = BPF_MAP_TYPE_ARRAY,
	  .args = { BPF_MAP_CREATE, AT(attr), sizeof(union bpf_attr) }, .harmless = true },
	{ .name = "bpf: go through all programs", .number = SYS_bpf, .args = { BPF_PROG_GET_NEXT_ID, AT(attr), 12 },
	  .harmless = true },
	{ .name = "bpf: go through all maps", .number = SYS_bpf, .args = { BPF_MAP_GET_NEXT_ID, AT(attr), 12 },
	  .harmless = true },
	{ .name = "execve", .number = SYS_execve, .args = { AT(path) } },
	{ .name = "execve as a 32-bit process", .number = 11, .way = WAY_32 },
	{ .name = "fork", .number = SYS_fork },
	{ .name = "clone as fork does", .number = SYS_clone, .args = { SIGCHLD } },
	{ .name = "clone3", .number = SYS_clone3, .args = { AT(attr), 88 }, .wanted = ENOSYS },
	{ .name = "clone with a user namespace", .number = SYS_clone, .args = { CLONE_THREAD | CLONE_NEWUSER } },
	{ .name = "unshare a user namespace", .number = SYS_unshare, .args = { CLONE_NEWUSER } },
	{ .name = "ptrace", .number = SYS_ptrace, .args = { 16 /* PTRACE_ATTACH */, 1 } },
	{ .name = "a signal for another process", .number = SYS_kill, .args = { 1, 0 }, .harmless = true },
	{ .name = "a signal for another thread", .number = SYS_tgkill, .args = { 1, 1, 0 }, .harmless = true },
	{ .name = "memory that is written and executed", .number = SYS_mmap,
	  .args = { 0, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1 }, .harmless = true },
	/* What Landlock refuses, it refuses with EACCES. */
	{ .name = "write to a file of root's", .number = SYS_open, .args = { AT(secret), O_WRONLY }, .wanted = EACCES,
	  .harmless = true, .landlock = true },
	{ .name = "remove what is root's", .number = SYS_unlink, .args = { AT(directory) }, .wanted = EACCES,
	  .landlock = true }, /* a directory: were it not refused, it would fail all the same */
	{ .name = "move a file of root's", .number = SYS_rename, .args = { AT(secret), AT(secret) }, .wanted = EACCES,
	  .landlock = true },
	{ .name = "io_uring", .number = SYS_io_uring_setup, .args = { 1, AT(attr) } },
	{ .name = "mount", .number = SYS_mount, .args = { AT(path), AT(path), AT(path) } },
	{ .name = "load a kernel module", .number = SYS_finit_module, .args = { -1, AT(license) } },
	{ .name = "perf_event_open", .number = SYS_perf_event_open, .args = { AT(attr), 0, -1, -1 } },
};

#define ATTACKS (sizeof(attacks) / sizeof(attacks[0]))

static int prepare(struct victim *victim, const struct attack *attack)
{
	struct data filled = data;

	if (attack->fill == FILL_PROGRAM) {
		filled.attr.prog_type = attack->type;
		filled.attr.insn_cnt = 2;
		filled.attr.insns = victim->data + __builtin_offsetof(struct data, program);
		filled.attr.license = victim->data + __builtin_offsetof(struct data, license);
	} else if (attack->fill == FILL_MAP) {
		filled.attr.map_type = attack->type;
		filled.attr.key_size = 4;
		filled.attr.value_size = 8;
		filled.attr.max_entries = 1;
	}
	_Static_assert(sizeof(filled) <= INJECT_DATA, "there is room for it");
	return inject_data(victim, 0, &filled, sizeof(filled));
}

static long carry_out(struct victim *victim, const struct attack *attack)
{
	int err = prepare(victim, attack);
	__u64 args[6];
	long result;

	for (int i = 0; i < 6; i++) {
		args[i] = attack->args[i];
		/* -1 has that bit, too. */
		if (args[i] >> 32 == POINTER >> 32)
			args[i] = victim->data + (args[i] & ~POINTER);
	}
	err = err ?: inject_call(victim, attack->way, attack->number, args, &result);
	if (err) {
		printf("not ok %s: it could not be tried: %s\n", attack->name, strerror(-err));
		failed++;
		return -EIO;
	}
	return result;
}

static bool has_landlock(void)
{
	return syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION) > 0;
}

static void attack_thread(struct victim *victim, const char *which, bool control)
{
	for (unsigned int i = 0; i < ATTACKS; i++) {
		const struct attack *attack = &attacks[i];
		int wanted = attack->wanted ?: EPERM;
		char name[128];
		long got;

		if ((control && !attack->harmless) || (attack->landlock && !has_landlock()))
			continue;
		got = carry_out(victim, attack);
		snprintf(name, sizeof(name), "%s: %s", which, attack->name);
		if (control)
			verdict(got >= 0, name, "succeed, for the test to be one", got);
		else
			verdict(got == -wanted, name, wanted == ENOSYS ? "seem not to exist" : "be refused", got);
	}
}

/* ---- the table ----------------------------------------------------------- */

/* Arguments that fit a line of the table. What is left is of no use: -1. */
static void fitting(const struct refused_calls *refused, __u64 args[6], bool high)
{
	memset(args, 0xff, 6 * sizeof(args[0]));
	for (int i = 0; i < REFUSED_CONDITIONS && refused->when[i].is; i++) {
		const struct refused_when *when = &refused->when[i];
		__u64 value = when->is == WHEN_NOT ? 1 : when->value + (when->is == WHEN_ABOVE);

		args[when->argument] = value | (high ? HIGH : 0);
	}
}

static void try_line(struct victim *victim, const struct refused_calls *refused, const char *call, int number, bool high)
{
	int wanted = refused->error ?: EPERM, err;
	char name[256];
	__u64 args[6];
	long got;

	fitting(refused, args, high);
	err = inject_call(victim, WAY_NATIVE, number, args, &got);
	snprintf(name, sizeof(name), "table: %s", call);
	for (int i = 0; i < REFUSED_CONDITIONS && refused->when[i].is; i++) {
		size_t len = strlen(name);

		snprintf(name + len, sizeof(name) - len, " argument %u = %lld", refused->when[i].argument,
			 (long long)args[refused->when[i].argument]);
	}
	verdict(!err && got == -wanted, name, "be refused", err ?: got);
}

static void try_table(struct victim *victim)
{
	for (const struct refused_calls *refused = refused_calls; refused->names; refused++) {
		char names[256], *rest = names, *call;

		snprintf(names, sizeof(names), "%s", refused->names);
		while ((call = strsep(&rest, " "))) {
			int number = seccomp_syscall_resolve_name(call);

			if (number == __NR_SCMP_ERROR) {
				verdict(false, call, "be a system call", 0);
				continue;
			}
			if (number < 0) /* of other architectures */
				continue;
			try_line(victim, refused, call, number, false);
			if (refused->when[0].is)
				try_line(victim, refused, call, number, true);
		}
	}
}

static void print_table(void)
{
	for (const struct refused_calls *refused = refused_calls; refused->names; refused++)
		printf("%s%s: %s\n", refused->names, refused->when[0].is ? " (if)" : "", refused->why);
}

/* What is near to a refused call, and must go on working. */
static void try_allowed(struct victim *victim)
{
	const struct {
		const char *name;
		long number;
		__u64 args[6];
	} allowed[] = {
		{ "a signal for itself (abort)", SYS_tgkill, { victim->pid, victim->tid, 0 } },
		{ "socket: AF_UNIX", SYS_socket, { AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC } },
		{ "socket: AF_INET, datagrams", SYS_socket, { AF_INET, SOCK_DGRAM | SOCK_CLOEXEC } },
		{ "socket: NETLINK_ROUTE", SYS_socket, { AF_NETLINK, SOCK_RAW, NETLINK_ROUTE } },
		{ "socket: NETLINK_SOCK_DIAG", SYS_socket, { AF_NETLINK, SOCK_RAW, NETLINK_SOCK_DIAG } },
		{ "memory", SYS_mmap, { 0, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1 } },
	};

	for (unsigned int i = 0; i < sizeof(allowed) / sizeof(allowed[0]); i++) {
		char name[128];
		long got = -EIO;
		int err = inject_call(victim, WAY_NATIVE, allowed[i].number, allowed[i].args, &got);

		snprintf(name, sizeof(name), "still allowed: %s", allowed[i].name);
		verdict(!err && got >= 0, name, "succeed", err ?: got);
	}
}

/* ---- main ---------------------------------------------------------------- */

static int on_thread(pid_t pid, pid_t tid, const char *what)
{
	struct victim victim;
	int err = inject_begin(&victim, pid, tid);
	char which[32];

	if (err) {
		printf("not ok thread %d: it can't be stopped: %s\n", tid, strerror(-err));
		failed++;
		return err;
	}
	snprintf(which, sizeof(which), tid == pid ? "main thread" : "second thread");
	if (!strcmp(what, "table")) {
		try_table(&victim);
		try_allowed(&victim);
	} else {
		attack_thread(&victim, which, !strcmp(what, "controls"));
	}
	inject_end(&victim);
	return 0;
}

static void on_process(pid_t pid, const char *what)
{
	char path[64];
	struct dirent *entry;
	DIR *dir;

	snprintf(path, sizeof(path), "/proc/%d/task", pid);
	dir = opendir(path);
	if (!dir) {
		printf("not ok process %d: %s\n", pid, strerror(errno));
		failed++;
		return;
	}
	while ((entry = readdir(dir)))
		if (isdigit((unsigned char)entry->d_name[0]))
			on_thread(pid, atoi(entry->d_name), what);
	closedir(dir);
}

int main(int argc, char **argv)
{
	if (argc == 2 && !strcmp(argv[1], "list")) {
		print_table();
		return 0;
	}
	if (argc != 3 || !strchr("act", argv[1][0])) {
		fprintf(stderr, "usage: refused attacks|controls|table PID, or refused list\n");
		return 2;
	}
	setvbuf(stdout, NULL, _IOLBF, 0);
	on_process(atoi(argv[2]), argv[1]);
	printf("%d passed, %d failed, 0 skipped\n", passed, failed);
	return failed || !passed;
}
