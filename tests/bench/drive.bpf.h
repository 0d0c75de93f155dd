/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * The frame generator: writes addresses, ports and numbers of the next flow
 * into the frame. To be included behind xdp_tcpstate.bpf.c; the programs here
 * add one step of its way after another, so that differences tell what each
 * costs.
 */
#ifndef TCPSTATE_BENCH_DRIVE_BPF_H
#define TCPSTATE_BENCH_DRIVE_BPF_H

#include <linux/ip.h>
#include <linux/tcp.h>

#include "drive.h"

struct drive drive SEC(".data.drive") = {};

const volatile struct layout layout = {
	.flow_size = sizeof(struct flow),
	.history_size = sizeof(struct history),
	.settings_size = sizeof(struct settings),
	.timeouts = offsetof(struct settings, timeout_ns),
	.unconfirmed = offsetof(struct settings, unconfirmed_ns),
	.wanted = offsetof(struct settings, events),
#ifdef EVENTS_UNLIMITED
	.budget = offsetof(struct settings, unconfirmed_events),
#endif
	.counters_size = sizeof(struct counters),
#define X(name, path) .name = offsetof(struct counters, path),
	BENCH_COUNTERS(X)
#undef X
};

/*
 * What the generator writes into, each field at its full width: had the parser
 * to put a number together from bytes just stored, it would wait for them.
 * Nothing here is the tracker's own, so that it also drives earlier ones.
 */
struct bench_frame {
	struct iphdr *ip;
	struct tcphdr *tcp;
	__be32 *timestamps; /* NOP NOP kind length, TSval, TSecr; used only where the sender takes turns */
};

#define BENCH_FLAGS 13 /* offset in the TCP header */
#define BENCH_ACK 0x10

static __always_inline bool find_headers(struct xdp_md *ctx, struct bench_frame *f)
{
	void *data = (void *)(long)ctx->data;

	f->ip = data + 14; /* Ethernet's header */
	f->tcp = (void *)(f->ip + 1);
	f->timestamps = (void *)(f->tcp + 1);
	return (void *)(f->timestamps + 3) <= (void *)(long)ctx->data_end;
}

#define ORDER_TRIES 64 /* each finds a flow with a chance of a half or better */

/*
 * The next flow of the round, from 0. A linear congruential sequence of full
 * period (Hull and Dobell, 1962) walks the power of two, a bijection hides the
 * regularity of its low bits, and what is beyond the last flow is skipped. So
 * no flow comes twice in a round, and no list of them lies in the cache.
 */
static __always_inline __u32 next_flow(struct drive *d)
{
	__u32 cursor = d->cursor, flow = 0;

	for (int i = 0; i < ORDER_TRIES; i++) {
		cursor = (cursor * 1664525 + 1013904223) & d->mask;
		flow = cursor ^ cursor >> 7;
		flow = (flow * 0x9e3779b1) & d->mask;
		flow ^= flow >> 9;
		if (flow < d->flows)
			break;
	}
	d->cursor = cursor;
	return flow;
}

static __always_inline __u32 isn_of(__u32 number, __u32 end)
{
	return number * 2654435761u + end * 0x9e3779b9;
}

/*
 * DRIVE_IN_TURN: in even rounds the end 'number & 1' sends, in odd ones the
 * other, each time the next data, acknowledging all before it.
 */
static __always_inline bool next_frame(struct xdp_md *ctx)
{
	struct drive *d = &drive;
	struct bench_frame f;
	__u32 number, from, seq, ack, round = d->round;
	__be32 address[2];
	__be16 port[2];

	if (!find_headers(ctx, &f))
		return false;
	number = d->first + next_flow(d);
	if (++d->visited == d->flows) {
		d->visited = 0;
		d->round++;
	}
	if (d->sender == DRIVE_IN_TURN) {
		from = (number ^ round) & 1;
		seq = 1 + round / 2 * d->payload;
		ack = 1 + (round + 1) / 2 * d->payload;
		f.timestamps[1] = bpf_htonl(round + 2);
	} else {
		from = d->sender & 1;
		seq = d->seq_offset;
		ack = d->ack_offset;
	}
	address[0] = bpf_htonl(0x0a000000 + number / 4); /* four connections an address */
	address[1] = bpf_htonl(0xc6120001);              /* to 198.18.0.1 port 443 */
	port[0] = bpf_htons(32768 + (number * 40503 & 0x3fff));
	port[1] = bpf_htons(443);
	f.ip->saddr = from ? address[1] : address[0];
	f.ip->daddr = from ? address[0] : address[1];
	f.tcp->source = from ? port[1] : port[0];
	f.tcp->dest = from ? port[0] : port[1];
	f.tcp->seq = bpf_htonl(isn_of(number, from) + seq);
	f.tcp->ack_seq = ((__u8 *)f.tcp)[BENCH_FLAGS] & BENCH_ACK ? bpf_htonl(isn_of(number, from ^ 1) + ack) : 0;
	/* What follows reads the frame, not what the compiler remembers of it. */
	__asm__ volatile("" : : : "memory");
	return true;
}

SEC("xdp.frags")
int bench_empty(struct xdp_md *ctx)
{
	return XDP_PASS;
}

/* The generator alone: what is subtracted from all others. */
SEC("xdp.frags")
int bench_drive(struct xdp_md *ctx)
{
	return next_frame(ctx) ? XDP_PASS : XDP_ABORTED;
}

SEC("xdp.frags")
int bench_parse(struct xdp_md *ctx)
{
	struct packet p = {};
	int err;

	if (!next_frame(ctx))
		return XDP_ABORTED;
	err = parse_xdp(ctx, &p);
	__asm__ volatile("" : : "r"(&p) : "memory"); /* somebody reads it */
	return err ? XDP_ABORTED : XDP_PASS;
}

/* The whole program, as it is attached to a NIC. */
SEC("xdp.frags")
int bench_track(struct xdp_md *ctx)
{
	return next_frame(ctx) ? tcpstate_xdp(ctx) : XDP_ABORTED;
}

#endif
