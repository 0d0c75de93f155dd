// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
#include "kinds.h"

#define SEED 0x2545f4914f6cdd1dull
#define TUNNEL_VNI 77

/* Numbers count from the first byte of each end: a SYN's is -1. */
const struct kind kinds[] = {
	{ "syn", "SYNs", { { CLIENT, TH_SYN, 0, -1, 0 } }, false },
	{ "syn-ack", "SYN-ACKs", { { SERVER, TH_SYN | TH_ACK, 0, -1, 0 } }, false },
	{ "ack", "ACKs", { { CLIENT, TH_ACK, 0, 0, 0 } }, false },
	{ "rst", "RSTs", { { CLIENT, TH_RST, 0, 0, 0 } }, false },
	{ "fin", "FINs", { { CLIENT, TH_FIN | TH_ACK, 0, 0, 0 } }, false },
	{ "pairs", "forged pairs that agree", { { CLIENT, TH_ACK, 10, 0, 0 }, { SERVER, TH_ACK, 10, 0, 10 } }, false },
	{ "tunnel", "forged pairs inside UDP 4789", { { CLIENT, TH_ACK, 10, 0, 0 }, { SERVER, TH_ACK, 10, 0, 10 } }, true },
	{ "vanish",
	  "peers that vanish after their first answer",
	  { { CLIENT, TH_SYN, 0, -1, 0 },
	    { SERVER, TH_SYN | TH_ACK, 0, -1, 0 },
	    { CLIENT, TH_ACK, 0, 0, 0 },
	    { CLIENT, TH_ACK | TH_PSH, 10, 0, 0 },
	    { SERVER, TH_ACK | TH_PSH, 10, 0, 10 },
	    { CLIENT, TH_ACK, 0, 10, 10 } },
	  false },
	{},
};

static __u64 next_random(struct flood *flood)
{
	flood->random ^= flood->random << 13;
	flood->random ^= flood->random >> 7;
	flood->random ^= flood->random << 17;
	return flood->random;
}

/* From 11.0.0.0/8, to one host's port: nobody of the real ones. */
static void next_connection(struct flood *flood)
{
	const __u64 random = next_random(flood);

	flood->pair = (struct pair){
		.addr = { 0x0b000000 | (random & 0xffffff), 0xcb007102 },
		.port = { 1024 + (random >> 24) % 64000, 443 },
		.vni = flood->kind->in_tunnel ? TUNNEL_VNI : 0,
	};
	flood->first[CLIENT] = random >> 32;
	flood->first[SERVER] = next_random(flood);
	flood->step = 0;
}

void flood_begin(struct flood *flood, const struct kind *kind)
{
	*flood = (struct flood){ .kind = kind, .random = SEED };
	next_connection(flood);
}

void flood_next(struct flood *flood, struct wire *wire)
{
	struct sent sent = flood->kind->script[flood->step++];

	sent.seq += flood->first[sent.from];
	sent.ack += flood->first[!sent.from];
	wire_build(wire, &flood->pair, &sent);
	if (!flood->kind->script[flood->step].flags)
		next_connection(flood);
}
