/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * What follows for the states of the two ends, once the numbers are up to
 * date. A segment is two things: x sent it, and y = x ^ 1 received it; here are
 * both. Pure. transition.h is asked for each end in turn.
 */
#ifndef TCPSTATE_EXCHANGE_H
#define TCPSTATE_EXCHANGE_H

#include "numbers.h"
#include "outcome.h"
#include "transition.h"

static __always_inline void happens(struct flow *f, __u32 end, enum happening what)
{
	f->state[end] = state_after(f->state[end], what);
}

static __always_inline __u32 since_start_us(const struct flow *f, __u64 now)
{
	__u64 us = (now - f->start) / 1000;

	return us < 0xffffffff ? us : 0xffffffff;
}

static __always_inline __u32 since_start_ms(const struct flow *f, __u64 now)
{
	__u64 ms = (now - f->start) / 1000000;

	/* 0 means that it has not happened. */
	return ms == 0 ? 1 : ms < 0xffffffff ? ms : 0xffffffff;
}

/* Known to be on the other side of the wire, and not on this one. */
static __always_inline bool is_remote(const struct flow *f, __u32 end)
{
	return f->local == (end ? LOCAL_END_0 : LOCAL_END_1);
}

/*
 * Has x's FIN, and all before it, arrived at y? What passes is assumed to
 * arrive. But on an end host, what goes out arrives half a round trip later,
 * and may cross with y's own FIN: so a remote y says itself that it has it.
 */
static __always_inline bool fin_has_arrived(const struct flow *f, __u32 x)
{
	const struct end_past *past = &f->past[x];
	__u32 y = x ^ 1;

	if (!(past->traits & END_FIN))
		return false;
	if (has_acked(f, y) && !seq_before(f->end[y].acked, past->fin))
		return true;
	return !is_remote(f, y) && !seq_before(expected(f, x), past->fin);
}

/* x's FIN crossed with that of a remote y, and is there before anything that x sends now. */
static __always_inline bool fins_crossed(const struct flow *f, __u32 x)
{
	__u32 y = x ^ 1;

	return is_remote(f, y) && f->state[y] == STATE_FIN_WAIT_1 && has_seen_fin(f, x) &&
	       !(f->past[x].traits & END_HOLE);
}

static __always_inline bool acks_fin(const struct flow *f, __u32 of, __u32 ack)
{
	return (f->past[of].traits & END_FIN) && !seq_before(ack, f->past[of].fin);
}

/* A FIN in order that y should refuse: should y acknowledge it, it has taken it. */
static __always_inline void offer_fin(struct flow *f, __u32 x, const struct segment *s)
{
	if ((s->flags & TH_FIN) && !has_seen_fin(f, x) && !seq_after(s->seq, expected(f, x))) {
		f->past[x].fin = segment_end(s);
		f->past[x].doubtful_fin = 1;
	}
}

static __always_inline void note_fin(struct flow *f, __u32 x, const struct segment *s, __u64 now)
{
	struct end_past *past = &f->past[x];

	if (past->traits & END_FIN)
		return;
	past->traits |= END_FIN;
	past->fin = segment_end(s);
	past->doubtful_fin = 0;
	if (!f->first_fin_ms) {
		f->first_fin_ms = since_start_ms(f, now);
		f->closed_by = x + 1;
		f->closed_how = CLOSE_FIN;
	} else {
		f->second_fin_ms = since_start_ms(f, now);
	}
}

/* x sent an acceptable segment that is not a SYN. */
static __always_inline void sent(struct flow *f, __u32 x, const struct segment *s, __u64 now,
				 struct outcome *out)
{
	__u8 before;

	bool was_opening = f->state[x] == STATE_SYN_SENT || f->state[x] == STATE_LISTEN;

	/* It has received more than a SYN, so also the ACK of its own, which we missed. */
	if (f->state[x] == STATE_SYN_RECEIVED && is_new_ack(f, x, s->ack)) {
		happens(f, x, RCVD_ACK_OF_SYN);
		f->traits |= FLOW_INFERRED;
	}
	/* A FIN that has not arrived is void with bytes beyond it; of two, the lower will, and end it all. */
	if (voids_fin(f, x, s))
		f->past[x].traits &= ~END_FIN;
	if ((out->facts & FACT_FIN) && has_seen_fin(f, x) && !fin_is_there(f, x) &&
	    seq_before(segment_end(s), f->past[x].fin))
		f->past[x].fin = segment_end(s);
	if (takes_refused_fin(f, x, s)) {
		f->past[x ^ 1].traits |= END_FIN;
		f->past[x ^ 1].doubtful_fin = 0;
		happens(f, x ^ 1, SENT_FIN);
	}
	note_bytes(f, x, s);
	note_timestamp(f, x, s);
	note_ack(f, x, s);
	if (out->facts & FACT_FIN)
		note_fin(f, x, s, now);

	happens(f, x, SENT_ACK);
	if (was_opening)
		f->traits |= FLOW_INFERRED;
	/* Its ACK tells what it has received, before it tells what it sends. */
	before = f->state[x];
	if (acks_fin(f, x ^ 1, s->ack))
		happens(f, x, RCVD_FIN);
	if (out->facts & FACT_FIN) {
		if (f->state[x] != before)
			passes(out, f, x);
		happens(f, x, f->state[x] == STATE_CLOSE_WAIT && !acks_fin(f, x ^ 1, s->ack) ?
				      SENT_FIN_UNAWARE : SENT_FIN);
	}
}

/* y received it. */
static __always_inline void received(struct flow *f, __u32 y, const struct segment *s,
				     struct outcome *out)
{
	__u32 x = y ^ 1;

	if (f->state[y] == STATE_LISTEN) {
		/* One direction only: y must have answered, or x would not go on. */
		f->traits |= FLOW_INFERRED;
		happens(f, y, SENT_ACK);
	}
	if (f->state[y] == STATE_SYN_RECEIVED || acks_syn(f, y, s->ack))
		happens(f, y, RCVD_ACK_OF_SYN);
	if (out->facts & FACT_FINS_CROSSED) {
		happens(f, y, RCVD_FIN);
		passes(out, f, y);
	}
	if (acks_fin(f, y, s->ack))
		happens(f, y, RCVD_ACK_OF_FIN);
	if (fin_has_arrived(f, x))
		happens(f, y, RCVD_FIN);
}

static __always_inline void note_simultaneous_close(struct flow *f)
{
	if (f->state[0] == STATE_CLOSING || f->state[1] == STATE_CLOSING) {
		f->traits |= FLOW_SIMULTANEOUS_CLOSE;
		f->closed_by = 3;
	}
}

/* One socket connected to itself is both ends: what one has done, the other has. */
static __always_inline void mirror(struct flow *f, __u32 from)
{
	__u32 to = from ^ 1;
	__u64 packets = f->end[to].packets, bytes = f->end[to].bytes;

	f->end[to] = f->end[from];
	f->end[to].packets = packets;
	f->end[to].bytes = bytes;
	f->past[to] = f->past[from];
	f->state[to] = f->state[from];
}

#endif
