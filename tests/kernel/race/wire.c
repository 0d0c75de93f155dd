// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
#include <arpa/inet.h>
#include <assert.h>
#include <linux/if_ether.h>
#include <linux/ip.h>
#include <linux/tcp.h>
#include <linux/udp.h>
#include <string.h>

#include "wire.h"

#define VXLAN_PORT 4789
#define WINDOW 0xffff

static const __u8 syn_options[] = { 2, 4, 5, 0xb4 /* MSS 1460 */, 1, 3, 3, 7 /* window scale 7 */ };

static __u8 *take(struct wire *wire, __u32 size)
{
	__u8 *at = wire->bytes + wire->size;

	assert(wire->size + size <= sizeof(wire->bytes));
	memset(at, 0, size);
	wire->size += size;
	return at;
}

/* The programs read the header's checksum of IPv4 (bad_ip_checksum), not TCP's. */
static __u16 ip_checksum(const struct iphdr *ip)
{
	const __u16 *word = (const __u16 *)ip;
	__u32 sum = 0;

	for (int i = 0; i < 10; i++)
		sum += word[i];
	sum = (sum & 0xffff) + (sum >> 16);
	return ~(sum + (sum >> 16));
}

static void put_ethernet(struct wire *wire)
{
	struct ethhdr *eth = (void *)take(wire, sizeof(*eth));

	eth->h_dest[5] = 1;
	eth->h_source[5] = 2;
	eth->h_proto = htons(ETH_P_IP);
}

static void put_ip(struct wire *wire, __u32 from, __u32 to, __u8 protocol, __u16 inside)
{
	struct iphdr *ip = (void *)take(wire, sizeof(*ip));

	ip->version = 4;
	ip->ihl = 5;
	ip->ttl = 64;
	ip->protocol = protocol;
	ip->tot_len = htons(sizeof(*ip) + inside);
	ip->saddr = htonl(from);
	ip->daddr = htonl(to);
	ip->check = ip_checksum(ip);
}

static __u32 options_of(const struct sent *sent)
{
	return sent->flags & TH_SYN ? sizeof(syn_options) : 0;
}

static void put_tcp(struct wire *wire, const struct pair *pair, const struct sent *sent)
{
	__u32 header = sizeof(struct tcphdr) + options_of(sent);
	struct tcphdr *tcp = (void *)take(wire, header);

	tcp->source = htons(pair->port[sent->from]);
	tcp->dest = htons(pair->port[!sent->from]);
	tcp->seq = htonl(sent->seq);
	tcp->ack_seq = htonl(sent->ack);
	((__u8 *)tcp)[12] = header / 4 << 4;
	((__u8 *)tcp)[13] = sent->flags;
	tcp->window = htons(WINDOW);
	memcpy(tcp + 1, syn_options, options_of(sent));
	take(wire, sent->len);
}

/* One fixed pair of hosts, as an attacker's tunnel has. */
static void put_vxlan(struct wire *wire, const struct pair *pair, __u16 inside)
{
	const __u16 length = sizeof(struct udphdr) + 8 + sizeof(struct ethhdr) + inside;
	struct udphdr *udp;
	__u8 *vxlan;

	put_ip(wire, 0xc6336401, 0xc6336402, 17, length);
	udp = (void *)take(wire, sizeof(*udp));
	udp->source = htons(40000 + (pair->port[CLIENT] & 0xfff));
	udp->dest = htons(VXLAN_PORT);
	udp->len = htons(length);
	vxlan = take(wire, 8);
	vxlan[0] = 0x08;
	vxlan[4] = pair->vni >> 16;
	vxlan[5] = pair->vni >> 8;
	vxlan[6] = pair->vni;
	put_ethernet(wire);
}

void wire_build(struct wire *wire, const struct pair *pair, const struct sent *sent)
{
	const __u16 segment = sizeof(struct tcphdr) + options_of(sent) + sent->len;

	wire->size = 0;
	put_ethernet(wire);
	if (pair->vni)
		put_vxlan(wire, pair, sizeof(struct iphdr) + segment);
	put_ip(wire, pair->addr[sent->from], pair->addr[!sent->from], 6, segment);
	put_tcp(wire, pair, sent);
}

void wire_key(const struct pair *pair, struct flow_key *key, __u32 *client)
{
	const __u32 c = pair->addr[CLIENT] > pair->addr[SERVER] ||
			(pair->addr[CLIENT] == pair->addr[SERVER] && pair->port[CLIENT] > pair->port[SERVER]);

	*key = (struct flow_key){ .tunnel_id = pair->vni, .tunnel_kind = pair->vni ? TUNNEL_VXLAN : TUNNEL_NONE };
	for (__u32 end = 0; end < 2; end++) {
		const __u32 addr = htonl(pair->addr[end ^ c]);

		key->addr[end][10] = key->addr[end][11] = 0xff;
		memcpy(key->addr[end] + 12, &addr, sizeof(addr));
		key->port[end] = htons(pair->port[end ^ c]);
	}
	*client = c;
}
