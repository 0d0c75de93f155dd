// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* Writes the next segment of a flood into a frame: each of a connection of its own. */
#include <linux/bpf.h>
#include <linux/ip.h>
#include <linux/tcp.h>

#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

char LICENSE[] SEC("license") = "Dual BSD/GPL";

__u32 number; /* of the next one: 24 bits of its address, the others of its port */

#define FIRST_ADDRESS 0x0a000000 /* 10.0.0.0/8 */
#define FIRST_PORT 1024

static __always_inline __sum16 header_sum(const struct iphdr *ip)
{
	const __u16 *word = (const __u16 *)ip;
	__u32 sum = 0;

#pragma unroll
	for (int i = 0; i < 10; i++)
		sum += word[i];
	sum = (sum & 0xffff) + (sum >> 16);
	sum += sum >> 16;
	return ~sum;
}

/* XDP_PASS: it comes in at the interface that BPF_PROG_TEST_RUN was given. */
SEC("xdp")
int next_segment(struct xdp_md *ctx)
{
	struct iphdr *ip = (void *)(long)ctx->data + 14;
	struct tcphdr *tcp = (void *)(ip + 1);

	if ((void *)(tcp + 1) > (void *)(long)ctx->data_end)
		return XDP_ABORTED;
	ip->saddr = bpf_htonl(FIRST_ADDRESS + (number & 0xffffff));
	ip->check = 0;
	ip->check = header_sum(ip);
	tcp->source = bpf_htons(FIRST_PORT + (number >> 24));
	tcp->seq = bpf_htonl(number * 2654435761u);
	number++;
	return XDP_PASS;
}
