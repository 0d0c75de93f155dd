/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* What nearly all segments are, and what nearly no time may be spent on. */
#ifndef TCPSTATE_CORE_FAST_PATH_H
#define TCPSTATE_CORE_FAST_PATH_H

#include "tcpstate/core/numbers.h"
#include "tcpstate/core/outcome.h"

/* A flow silent for this long may have expired: the slow path finds out. */
#define FAST_IDLE_NS (60ull * 1000000000)

/*
 * The slow path looks at a sender's clock every 4,096 ticks: 4 to 40 s for
 * clocks of 1000 to 100 Hz, in which they drift by a few ms. While its rate is
 * being learnt, every 128.
 */
#define CLOCK_SAMPLE_BITS 12
#define CLOCK_LEARN_BITS 7

/* The slow path looks at a transfer's progress each time it has gone so far: numbers never get half the space ahead of it. */
#define PROGRESS_BITS 29

/*
 * The next segment in order, on a connection that is plainly talking: moves
 * the sender's numbers on, and is done: true. No lock, and only the coarse clock.
 * place: where the segment passes the observer.
 *
 * What may race here: the two directions run on two CPUs, but each writes only
 * its own end, and reads of the other end numbers that only grow; an older
 * value sends the segment to the slow path, which is right as well. Of two CPUs
 * with segments of one direction (a NIC that sprays a flow), one moves next and
 * packets on by a compare-and-swap, the other finds them moved and takes the
 * slow path. That closes both ends' words while it is at work, so what has looked at
 * the flow before fails here, and nothing runs over a FIN or is left out of a record: who ends a
 * flow closes it first, and then looks at last_seen once more, which is written before the word is
 * moved. acked, edge and tsval may fall back by one segment's worth: the next segment tells them again.
 * Bytes are added atomically and stay exact. States are not written here at all.
 */
static __always_inline bool fast_path(struct flow *f, __u32 x, const struct segment *s, __u32 place, __u64 now)
{
	struct end *me = &f->end[x], *peer = &f->end[x ^ 1];
	const __u32 end = s->seq + s->len;
	const __u8 odd = SEG_FRAGMENT | SEG_BAD_CHECKSUM | SEG_BAD_OPTIONS;
	const __u64 was = *(volatile next_word *)&me->next;

	if (*(const __u16 *)f->state != BOTH(ESTABLISHED) || (f->attention & ATTENTION_ALL))
		return false;
	if ((s->flags & TH_CONTROL) != TH_ACK || (s->traits & odd) || !s->window)
		return false;
	if (s->seq != (__u32)was || seq_after(end, peer->edge) || place != me->place)
		return false;
	if (!seq_between(me->acked, s->ack, peer->next))
		return false;
	if (((end ^ s->seq) | (s->ack ^ me->acked)) >> PROGRESS_BITS || was >> (32 + PACKETS_LOW_BITS))
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
	}
	if ((__s64)(now - f->last_seen) > 0)
		*(volatile __u64 *)&f->last_seen = now;
	if (__sync_val_compare_and_swap((next_word *)&me->next, was,
					((was >> 32) + s->packets) << 32 | end) != was)
		return false;
	if ((s->traits & SEG_TIMESTAMP) && !seq_after(s->seq, peer->acked) && me->tsval != s->tsval)
		me->tsval = s->tsval;
	me->acked = s->ack;
	me->edge = seq_max(me->edge, s->ack + ((__u32)s->window << wscale_of(f, x)));
	__sync_fetch_and_add(&me->bytes, s->len);
	return true;
}

/* Under the slot's lock: from now on no fast path of another CPU gets through, whatever it has read before. */
static __always_inline void close_fast_path(struct flow *f)
{
	__sync_fetch_and_or((next_word *)&f->end[0].next, NEXT_CLOSED);
	__sync_fetch_and_or((next_word *)&f->end[1].next, NEXT_CLOSED);
}

static __always_inline void open_fast_path(struct flow *f)
{
	__sync_fetch_and_and((next_word *)&f->end[0].next, ~NEXT_CLOSED);
	__sync_fetch_and_and((next_word *)&f->end[1].next, ~NEXT_CLOSED);
}

#endif
