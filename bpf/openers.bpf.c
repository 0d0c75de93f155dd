// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/*
 * Whose a socket is: a walk over the open files of all processes notes, for each TCP socket among them, which
 * process has it open. It shares no map with the tracker, and what it finds is looked up by address and port.
 */
#include "openers/kernel_types.h"

#include <bpf/bpf_endian.h>

#include "socket_address.h"
#include "tcpstate/abi/openers.h"

char LICENSE[] SEC("license") = "Dual BSD/GPL";

#define PROTOCOL_TCP 6
#define PROTOCOL_MPTCP 262 /* include/uapi/linux/in.h */

const volatile __u32 own_netns;     /* inode of the instance's */
const volatile __u32 by_process;    /* paths of cgroups are kept by process (struct opener_cgroup) */

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 1); /* set before it is loaded */
	__type(key, struct opener_key);
	__type(value, struct opener);
} openers SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, OPENER_CGROUPS);
	__type(key, struct opener_cgroup);
	__type(value, struct opener_path);
} opener_cgroups SEC(".maps");

/* Written by user space. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct opener_walks);
} opener_walks SEC(".maps");

/* ---- the socket ----------------------------------------------------------- */

static __always_inline void map_address(__u8 to[16], __be32 ipv4)
{
	to[10] = to[11] = 0xff;
	__builtin_memcpy(to + 12, &ipv4, sizeof(ipv4));
}

/* False: it is no connection, and no listener. */
static __always_inline bool read_key(struct opener_key *key, const struct sock_common *skc)
{
	const __u8 state = skc->skc_state;
	const bool listens = state == STATE_LISTEN;

	if (state == STATE_CLOSED || !skc->skc_num || (!listens && !skc->skc_dport))
		return false;
	__builtin_memset(key, 0, sizeof(*key));
	key->port[0] = bpf_htons(skc->skc_num);
	key->port[1] = listens ? 0 : skc->skc_dport;
	if (skc->skc_family == FAMILY_IPV4) {
		map_address(key->addr[0], skc->skc_rcv_saddr);
		if (!listens)
			map_address(key->addr[1], skc->skc_daddr);
		return true;
	}
	if (skc->skc_family != FAMILY_IPV6 || !bpf_core_field_exists(skc->skc_v6_daddr))
		return false;
	BPF_CORE_READ_INTO(&key->addr[0], skc, skc_v6_rcv_saddr);
	if (!listens)
		BPF_CORE_READ_INTO(&key->addr[1], skc, skc_v6_daddr);
	return true;
}

/* ---- the process ---------------------------------------------------------- */

/* As it is in the PID namespace of who walks, which sees only tasks of its own or of one within. */
static __always_inline __u32 pid_of(const struct task_struct *leader)
{
	const struct task_struct *walker = (void *)bpf_get_current_task();
	const __u32 level = BPF_CORE_READ(walker, thread_pid, level);
	const struct pid *pid = BPF_CORE_READ(leader, thread_pid);
	const __u64 at = bpf_core_field_offset(pid->numbers) + (__u64)level * bpf_core_type_size(struct upid);
	int nr = 0;

	bpf_probe_read_kernel(&nr, sizeof(nr), (const char *)pid + at + bpf_core_field_offset(struct upid, nr));
	return nr;
}

static __always_inline void read_process(struct opener *o, const struct task_struct *leader)
{
	o->pid = pid_of(leader);
	o->started = BPF_CORE_READ(leader, start_boottime);
	o->cgroup = BPF_CORE_READ(leader, cgroups, dfl_cgrp, kn, id);
	BPF_CORE_READ_STR_INTO(&o->comm, leader, comm);
}

/* ---- both ------------------------------------------------------------------ */

/* It may have another name, or be in another cgroup; who reads it meanwhile finds either. */
static __always_inline void note_again(struct opener *known, const struct opener *new)
{
	known->seen_ns = new->seen_ns;
	known->walk = new->walk;
	known->cgroup = new->cgroup;
	known->others = known->several = 0;
	__builtin_memcpy(known->comm, new->comm, sizeof(known->comm));
}

/* Several processes may have one socket, and several namespaces one tuple: the first one that a walk meets stays. */
static __always_inline void note(const struct opener_key *key, const struct opener *new)
{
	struct opener *known = bpf_map_lookup_elem(&openers, key);

	if (!known)
		bpf_map_update_elem(&openers, key, new, BPF_ANY);
	else if (known->walk != new->walk && known->started == new->started && known->pid == new->pid && known->netns == new->netns)
		note_again(known, new);
	else if (known->walk != new->walk)
		bpf_map_update_elem(&openers, key, new, BPF_ANY);
	else if (known->netns != new->netns)
		known->several++;
	else if (known->pid != new->pid)
		known->others++;
}

static __always_inline void tell(struct bpf_iter_meta *meta, const struct opener *o)
{
	struct opener_told told = {
		.cgroup = { .id = by_process ? o->started : o->cgroup, .pid = by_process ? o->pid : 0 },
		.pid = o->pid, .id = o->cgroup,
	};
	const struct opener_path *path = bpf_map_lookup_elem(&opener_cgroups, &told.cgroup);

	/* A process may move, and what could not be told may be told now; a cgroup keeps its name. */
	told.stale = !path || (!path->path[0] && path->read_ns + OPENER_RETRY_NS < o->seen_ns) ||
		     (by_process && path->read_ns + OPENER_PATH_OLD_NS < o->seen_ns);
	bpf_seq_write(meta->seq, &told, sizeof(told));
}

/* Called for each open file of each process of the walker's PID namespace; at the end with none. */
SEC("iter/task_file")
int tcpstate_openers(struct bpf_iter__task_file *ctx)
{
	struct task_struct *task = ctx->task;
	struct file *file = ctx->file;
	struct opener opener = {};
	struct opener_key key;
	struct socket *socket;
	struct sock *sk;

	if (!task || !file)
		return 0;
	socket = bpf_sock_from_file(file);
	if (!socket)
		return 0;
	sk = socket->sk;
	if (!sk || (sk->sk_protocol != PROTOCOL_TCP && sk->sk_protocol != PROTOCOL_MPTCP) || !read_key(&key, &sk->__sk_common))
		return 0;
	opener.netns = BPF_CORE_READ(sk, __sk_common.skc_net.net, ns.inum);
	key.elsewhere = opener.netns != own_netns;
	/* Of another namespace no packet between its own loopback addresses is seen, and a listener may be any one's. */
	if (key.elsewhere && (!key.port[1] || is_loopback(key.addr[0])))
		return 0;
	opener.seen_ns = bpf_ktime_get_ns();
	opener.walk = ctx->meta->session_id;
	read_process(&opener, BPF_CORE_READ(task, group_leader));
	note(&key, &opener);
	tell(ctx->meta, &opener);
	return 0;
}
