// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* The tracepoint sock:inet_sock_set_state, for some network namespaces. */
#include <linux/bpf.h>
#include <stdbool.h>

#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>

#include "transition.h"

#define IPPROTO_TCP 6
#define AF_INET 2

/* /sys/kernel/tracing/events/sock/inet_sock_set_state/format */
struct set_state {
	__u64 common;
	const void *socket;
	int from;
	int to;
	__u16 local_port;
	__u16 remote_port;
	__u16 family;
	__u16 protocol;
	__u8 local4[4];
	__u8 remote4[4];
	__u8 local6[16];
	__u8 remote6[16];
};

/* What is read of the kernel's own structs; the loader relocates the offsets. */
struct ns_common { unsigned int inum; } __attribute__((preserve_access_index));
struct net { struct ns_common ns; } __attribute__((preserve_access_index));
typedef struct { struct net *net; } __attribute__((preserve_access_index)) possible_net_t;
struct sock_common { possible_net_t skc_net; } __attribute__((preserve_access_index));
struct sock { struct sock_common __sk_common; } __attribute__((preserve_access_index));

const volatile __u32 traced_netns[NETNS_MAX] = {};

__u64 lost;

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 16 << 20);
} transitions SEC(".maps");

static bool is_traced(__u32 netns)
{
	for (int i = 0; i < NETNS_MAX; i++)
		if (traced_netns[i] == netns)
			return true;
	return false;
}

SEC("tp/sock/inet_sock_set_state")
int on_set_state(struct set_state *context)
{
	const struct sock *socket = context->socket;
	struct transition *transition;
	__u32 netns;

	if (context->protocol != IPPROTO_TCP)
		return 0;
	netns = BPF_CORE_READ(socket, __sk_common.skc_net.net, ns.inum);
	if (!is_traced(netns))
		return 0;
	transition = bpf_ringbuf_reserve(&transitions, sizeof(*transition), 0);
	if (!transition) {
		__sync_fetch_and_add(&lost, 1);
		return 0;
	}
	transition->time = bpf_ktime_get_ns();
	transition->socket = (__u64)socket;
	transition->netns = netns;
	transition->family = context->family;
	transition->from = context->from;
	transition->to = context->to;
	transition->port[0] = context->local_port;
	transition->port[1] = context->remote_port;
	transition->pad = 0;
	__builtin_memset(transition->address, 0, sizeof(transition->address));
	if (context->family == AF_INET) {
		__builtin_memcpy(transition->address[0], context->local4, 4);
		__builtin_memcpy(transition->address[1], context->remote4, 4);
	} else {
		__builtin_memcpy(transition->address[0], context->local6, 16);
		__builtin_memcpy(transition->address[1], context->remote6, 16);
	}
	bpf_ringbuf_submit(transition, 0);
	return 0;
}

char LICENSE[] SEC("license") = "Dual BSD/GPL";
