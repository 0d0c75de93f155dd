// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/*
 * What nine.py keeps from arriving, a section for each filter of tc(8). The ports are those of nine.py.
 */
#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/pkt_cls.h>
#include <linux/tcp.h>

#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

#define SYN_SENT 9002
#define SYN_RECEIVED 9003
#define FIN_WAIT_1 9004
#define CLOSING 9006
#define LAST_ACK 9007

char LICENSE[] SEC("license") = "Dual BSD/GPL";

/* No options, no fragments: the test's own. */
static __always_inline int read_tcp(struct __sk_buff *skb, struct tcphdr *tcp)
{
	__u32 at;

	if (skb->protocol == bpf_htons(ETH_P_IP))
		at = ETH_HLEN + sizeof(struct iphdr);
	else if (skb->protocol == bpf_htons(ETH_P_IPV6))
		at = ETH_HLEN + sizeof(struct ipv6hdr);
	else
		return -1;
	return bpf_skb_load_bytes(skb, at, tcp, sizeof(*tcp));
}

SEC("to_server")
int drop_to_server(struct __sk_buff *skb)
{
	struct tcphdr tcp;

	if (read_tcp(skb, &tcp))
		return TC_ACT_UNSPEC;
	switch (bpf_ntohs(tcp.dest)) {
	case SYN_SENT:
		return tcp.syn ? TC_ACT_SHOT : TC_ACT_UNSPEC;
	case SYN_RECEIVED:
		return !tcp.syn && !tcp.fin && !tcp.rst ? TC_ACT_SHOT : TC_ACT_UNSPEC;
	case FIN_WAIT_1:
		return tcp.fin ? TC_ACT_SHOT : TC_ACT_UNSPEC;
	default:
		return TC_ACT_UNSPEC;
	}
}

SEC("closing")
int drop_closing(struct __sk_buff *skb)
{
	struct tcphdr tcp;

	return !read_tcp(skb, &tcp) && bpf_ntohs(tcp.dest) == CLOSING ? TC_ACT_SHOT : TC_ACT_UNSPEC;
}

SEC("to_client")
int drop_to_client(struct __sk_buff *skb)
{
	struct tcphdr tcp;

	return !read_tcp(skb, &tcp) && bpf_ntohs(tcp.source) == LAST_ACK && tcp.fin ? TC_ACT_SHOT : TC_ACT_UNSPEC;
}
