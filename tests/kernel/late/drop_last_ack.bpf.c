// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/*
 * tc egress at the end that closes first: of a connection to server port
 * 9500 + N it drops the first N pure ACKs after that end's own FIN. These are
 * its ACKs of the other end's FIN: that comes again, and TIME_WAIT restarts.
 */
#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <linux/in.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/pkt_cls.h>
#include <linux/tcp.h>

#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

#define FIRST_PORT 9500
#define MOST_DROPS 100

struct connection {
	__be16 protocol, source, destination, zero;
};

/* ACKs dropped, of those that have sent a FIN. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1024);
	__type(key, struct connection);
	__type(value, __u32);
} dropped SEC(".maps");

static __always_inline __u32 drops_wanted(const struct tcphdr *tcp)
{
	__u32 to = bpf_ntohs(tcp->dest) - FIRST_PORT, from = bpf_ntohs(tcp->source) - FIRST_PORT;

	return to < MOST_DROPS ? to : from < MOST_DROPS ? from : 0;
}

SEC("tc")
int drop_last_ack(struct __sk_buff *skb)
{
	struct connection key = { .protocol = skb->protocol };
	__u32 offset = ETH_HLEN, end, none = 0, *count;
	struct ipv6hdr ip6;
	struct tcphdr tcp;
	struct iphdr ip;

	if (skb->protocol == bpf_htons(ETH_P_IP)) {
		if (bpf_skb_load_bytes(skb, offset, &ip, sizeof(ip)) || ip.protocol != IPPROTO_TCP)
			return TC_ACT_OK;
		end = offset + bpf_ntohs(ip.tot_len);
		offset += ip.ihl * 4;
	} else if (skb->protocol == bpf_htons(ETH_P_IPV6)) {
		if (bpf_skb_load_bytes(skb, offset, &ip6, sizeof(ip6)) || ip6.nexthdr != IPPROTO_TCP)
			return TC_ACT_OK;
		offset += sizeof(ip6);
		end = offset + bpf_ntohs(ip6.payload_len);
	} else {
		return TC_ACT_OK;
	}
	if (bpf_skb_load_bytes(skb, offset, &tcp, sizeof(tcp)) || !drops_wanted(&tcp))
		return TC_ACT_OK;
	key.source = tcp.source;
	key.destination = tcp.dest;
	if (tcp.fin)
		bpf_map_update_elem(&dropped, &key, &none, BPF_NOEXIST);
	count = bpf_map_lookup_elem(&dropped, &key);
	if (!count || tcp.fin || tcp.syn || tcp.rst || !tcp.ack || offset + tcp.doff * 4 != end ||
	    *count >= drops_wanted(&tcp))
		return TC_ACT_OK;
	*count += 1;
	return TC_ACT_SHOT;
}

char _license[] SEC("license") = "Dual BSD/GPL";
