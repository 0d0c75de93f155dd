/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* What nearly all segments are, and what nearly no time may be spent on. */
#ifndef TCPSTATE_FAST_PATH_H
#define TCPSTATE_FAST_PATH_H

#include "numbers.h"
#include "outcome.h"

/* A flow silent for this long may have expired: the slow path finds out. */
#define FAST_IDLE_NS (60ull * 1000000000)

/*
 * The slow path looks at a sender's clock every 4,096 ticks: 4 to 40 s for
 * clocks of 1000 to 100 Hz, in which they drift by a few ms. While its rate is
 * being learnt, every 128.
 */
#define CLOCK_SAMPLE_BITS 12
#define CLOCK_LEARN_BITS 7

/*
 * The next segment in order, on a connection that is plainly talking: moves
 * the sender's numbers on, and is done: true. No lock, and only the coarse clock.
 *
 * What may race here: the two directions run on two CPUs, but each writes only
 * its own end, and reads of the other end numbers that only grow; an older
 * value sends the segment to the slow path, which is right as well. Two CPUs
 * with segments of one direction (a NIC that sprays a flow) may move next back
 * by one segment: the following one is taken for reordered and the slow path
 * mends it. Packets and bytes are added atomically and stay exact. States are
 * not written here at all.
 */
static __always_inline bool fast_path(struct flow *f, __u32 x, const struct segment *s, __u64 now)
{
	struct end *me = &f->end[x], *peer = &f->end[x ^ 1];
	const __u32 end = s->seq + s->len;
	const __u8 odd = SEG_FRAGMENT | SEG_BAD_CHECKSUM | SEG_BAD_OPTIONS;

	if (*(const __u16 *)f->state != BOTH(ESTABLISHED) || (f->attention & ATTENTION_ALL))
		return false;
	if ((s->flags & TH_CONTROL) != TH_ACK || (s->traits & odd) || !s->window)
		return false;
	if (s->seq != me->next || seq_after(end, peer->edge))
		return false;
	if (!seq_between(me->acked, s->ack, peer->next))
		return false;
	if (now - f->last_seen > FAST_IDLE_NS && (__s64)(now - f->last_seen) > 0)
		return false;
	if (s->traits & SEG_TIMESTAMP) {
		if (ts_older(s->tsval, me->tsval))
			return false;
		/* Now and then the slow path looks at the sender's clock (sender_clock.h). */
		if ((s->tsval ^ me->tsval) >>
		    (f->attention & ATTENTION_CLOCK ? CLOCK_LEARN_BITS : CLOCK_SAMPLE_BITS))
			return false;
		if (!seq_after(s->seq, peer->acked) && me->tsval != s->tsval)
			me->tsval = s->tsval;
	}
	me->next = end;
	me->acked = s->ack;
	me->edge = seq_max(me->edge, s->ack + ((__u32)s->window << wscale_of(f, x)));
	__sync_fetch_and_add(&me->packets, s->packets);
	__sync_fetch_and_add(&me->bytes, s->len);
	f->last_seen = now;
	return true;
}

#endif
