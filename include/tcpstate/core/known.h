/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * What is known of a flow's two ends, asked by name. x is the end that sent a
 * segment, y = x ^ 1 the one that receives it. Pure.
 */
#ifndef TCPSTATE_CORE_KNOWN_H
#define TCPSTATE_CORE_KNOWN_H

#include "tcpstate/abi.h"
#include "tcpstate/core/seq.h"

#define PAWS_IDLE_NS (24ull * 86400 * 1000000000) /* RFC 7323 5.5: TS.Recent is void after 24 days */

#define SYN_DATA_MAX 9000 /* one segment's */

/* An index of an end that the verifier believes to be 0 or 1: Linux 6.1 loses sight of it in a 32-bit XOR. */
static __always_inline __u32 end_index(__u32 end)
{
	__asm__ volatile("" : "+r"(end));
	return end & 1;
}

static __always_inline bool has_seen_fin(const struct flow *f, __u32 x)
{
	return f->past[x].traits & END_FIN;
}

static __always_inline __u32 wscale_of(const struct flow *f, __u32 x)
{
	return f->wscale >> (x * 4) & 15;
}

/* Both ends' SYNs carried timestamps, or (mid-stream) this end sends them. */
static __always_inline bool uses_timestamps(const struct flow *f, __u32 x)
{
	return f->past[x].traits & END_TIMESTAMPS;
}

static __always_inline bool has_acked(const struct flow *f, __u32 x)
{
	return f->past[x].traits & END_ACKED;
}

/* x acknowledges more than it has before. */
static __always_inline bool is_new_ack(const struct flow *f, __u32 x, __u32 ack)
{
	return has_acked(f, x) && seq_after(ack, f->end[x].acked);
}

/* What y expects next of x: RCV.NXT(y). */
static __always_inline __u32 expected(const struct flow *f, __u32 x)
{
	const struct end_past *past = &f->past[x];
	__u32 next = past->traits & END_HOLE ? past->hole_start : f->end[x].next;

	return (past->traits & END_FIN) && seq_after(next, past->fin) ? past->fin : next;
}

static __always_inline bool is_synchronized(__u8 state)
{
	return state != STATE_LISTEN && state != STATE_SYN_SENT &&
	       state != STATE_SYN_RECEIVED && state != STATE_CLOSED;
}

static __always_inline bool both_closed(const struct flow *f)
{
	return f->state[0] == STATE_CLOSED && f->state[1] == STATE_CLOSED;
}

/* SYN, FIN and RST exclude each other; all but SYN and RST must carry ACK (3.10.7.4). */
static __always_inline bool has_legal_flags(const struct segment *s)
{
	__u8 flags = s->flags & TH_CONTROL;
	__u8 one = flags & (TH_SYN | TH_FIN | TH_RST);

	if (one & (one - 1))
		return false;
	return flags & (TH_ACK | TH_SYN | TH_RST);
}

/* ack acknowledges the end's SYN, and nothing that it has not sent. */
static __always_inline bool acks_syn(const struct flow *f, __u32 end, __u32 ack)
{
	return (f->past[end].traits & (END_SYN | END_LONG)) == END_SYN &&
	       seq_after(ack, f->past[end].isn) && !seq_after(ack, f->end[end].next);
}

/* The end has sent so much that its SYN no longer compares: ack acknowledges some of that. */
static __always_inline bool acks_far_from_syn(const struct flow *f, __u32 end, __u32 ack)
{
	return (f->past[end].traits & END_LONG) && f->end[end].next - ack < LARGEST_WINDOW;
}

static __always_inline const struct claim *claim_of(const struct history *h, __u32 end)
{
	return &h->claim[end_index(end)];
}

/* The number after a claim's last. */
static __always_inline __u32 claim_end(const struct claim *c)
{
	return segment_end(&c->seg);
}

/* ack acknowledges the SYN that the end sent on the live connection. */
static __always_inline bool acks_claimed_syn(const struct history *h, __u32 end, __u32 ack)
{
	const struct claim *c = claim_of(h, end);

	/* With what data the SYN may have carried. */
	return c->kind == CLAIM_SYN && !(c->seg.flags & TH_ACK) && ack - c->seg.seq - 1 < SYN_DATA_MAX;
}

/* y answers the other end's SYN, and waits for the ACK of its SYN-ACK. */
static __always_inline bool is_passive_opener(const struct flow *f, __u32 y)
{
	return f->initiator != y && !(f->traits & FLOW_SIMULTANEOUS_OPEN);
}

/* Where x is: it has been heard, or its peer has acknowledged it. */
static __always_inline bool knows_next(const struct flow *f, __u32 x)
{
	return (f->past[x].traits & END_HEARD) || has_acked(f, x ^ 1);
}

/* Both ends' segments carry timestamps, and this one does not: no end of this connection has sent it (RFC 7323 3.2). */
static __always_inline bool lacks_timestamp(const struct flow *f, __u32 x, const struct segment *s)
{
	return uses_timestamps(f, 0) && uses_timestamps(f, 1) && !(s->traits & SEG_TIMESTAMP);
}

/* What an opener's peer may have sent before the observer hears of it: its SYN's window is not scaled. */
#define FIRST_FLIGHT (1u << 16)

#endif
