/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * Met anew: after a gap wider than a window (a blind second, a hook attached
 * again, a burst of drops) both directions are out of window. When the two ends
 * agree with each other out there, their numbers are taken anew; what is known
 * of the connection otherwise stays (RULES 35). Pure.
 */
#ifndef TCPSTATE_CORE_ANEW_H
#define TCPSTATE_CORE_ANEW_H

#include "tcpstate/core/doubt.h"

/*
 * How often one end must have acknowledged more of the other's new data. Two
 * forged segments agree with each other once; behind a known blindness once is enough.
 */
#define ROUNDS_TO_AGREE 2

/* How far beyond what a clock can be a time may lie, where its rate is not known: an hour at 1000 Hz. */
#define TIME_AHEAD_TICKS 3600000u

/* The gap may have begun in the handshake: with all that followed the SYN, or its answer. */
static __always_inline bool may_be_open(const struct flow *f)
{
	return f->state[0] != STATE_CLOSED && f->state[1] != STATE_CLOSED;
}

/* Either way: what is a little ahead is no less near. */
static __always_inline bool is_far_from(__u32 known, __u32 seq, __u32 window)
{
	const __u32 limit = 2 * window + LARGEST_WINDOW / 4;

	return known - seq > limit && seq - known > limit;
}

/* x's segment lies where none of the connection's can be, seen from what is known. */
static __always_inline bool is_far(const struct flow *f, __u32 x, const struct segment *s, __u32 judgment)
{
	bool beyond = judgment == JUDGE_OUT_OF_WINDOW || judgment == JUDGE_ACK_UNSENT;

	/* Nearly all segments are neither. */
	if (!beyond && judgment != JUDGE_OLD && judgment != JUDGE_ACK_OLD)
		return false;
	if ((s->flags & (TH_SYN | TH_RST)) || !may_be_open(f) ||
	    lacks_timestamp(f, x, s))
		return false;
	if (beyond)
		return true;
	/* Or so far behind that it may as well be ahead: a gap of gigabytes. */
	return has_acked(f, 0) && has_acked(f, 1) &&
	       (is_far_from(f->end[x ^ 1].acked, s->seq, window_of(f, x ^ 1)) ||
		is_far_from(f->end[x].acked, s->ack, window_of(f, x)));
}

/* Its time is between the newest seen and what the sender's clock can be now. */
static __always_inline bool has_credible_time(const struct flow *f, __u32 x, const struct segment *s)
{
	return !(s->traits & SEG_TIMESTAMP) || !uses_timestamps(f, x) ||
	       s->tsval - f->end[x].tsval <= TIME_AHEAD_TICKS;
}

/* x acknowledges more of what y claims out there than before, and y has what x claims to be at. */
static __always_inline bool agrees(const struct history *h, __u32 x, const struct segment *s)
{
	const struct claim *theirs = claim_of(h, x ^ 1), *mine = claim_of(h, x);

	if (theirs->kind != CLAIM_FAR || claim_end(theirs) - s->ack > claim_end(theirs) - theirs->seg.seq)
		return false;
	/* What y acknowledges is not beyond where x is. */
	if (segment_end(s) - theirs->seg.ack >= LARGEST_WINDOW)
		return false;
	return mine->kind != CLAIM_FAR || seq_after(s->ack, mine->agreed);
}

/*
 * x's segment, which judge() has refused, may belong to what both ends go on
 * with. True if it was already claimed out there, and so is not to be told.
 */
static __always_inline bool note_far(struct flow *f, struct history *h, __u32 x, const struct segment *s, __u64 now)
{
	struct claim *c = &h->claim[end_index(x)];
	bool agreed, continues;

	/* What comes next behind what is in doubt is where that is, and takes nothing of it. */
	if (c->kind == CLAIM_NEAR && s->seq == claim_end(c))
		return false;
	agreed = agrees(h, x, s);
	continues = c->kind == CLAIM_FAR && s->seq - c->seg.seq < LARGEST_WINDOW;

	if (!continues) {
		claim_segment(f, h, x, s, CLAIM_FAR, now);
	} else {
		if (seq_after(segment_end(s), claim_end(c)))
			c->seg.len += segment_end(s) - claim_end(c);
		if (seq_after(s->ack, c->seg.ack))
			c->seg.ack = s->ack;
		c->seg.window = s->window;
		note_claimed_time(c, s);
	}
	if (agreed) {
		c->agreed = s->ack;
		if (c->rounds < 255)
			c->rounds++;
	}
	return continues;
}

/* With x's segment both ends have shown themselves. blind: the observer is known to have seen nothing meanwhile. */
static __always_inline bool is_met_anew(const struct flow *f, const struct history *h, __u32 x,
					const struct segment *s, bool blind)
{
	const struct claim *mine = claim_of(h, x), *theirs = claim_of(h, x ^ 1);
	__u32 rounds = mine->kind == CLAIM_FAR ? mine->rounds : 0;

	if (theirs->kind == CLAIM_FAR)
		rounds += theirs->rounds;
	return has_credible_time(f, x, s) && agrees(h, x, s) && rounds + 1 >= (blind ? 1 : ROUNDS_TO_AGREE);
}

static __always_inline void take_end_anew(struct flow *f, struct history *h, __u32 x, __u32 next, __u32 acked,
					  __u16 window)
{
	struct end *me = &f->end[x];

	set_next(f, h, x, next);
	if (!has_seen_fin(f, x) || !fin_is_there(f, x))
		f->past[x].traits &= ~(END_HOLE | END_FIN_DOUBTFUL);
	f->past[x].traits |= END_LONG | END_HEARD | END_ACKED;
	me->acked = acked;
	me->edge = acked + ((__u32)window << wscale_of(f, x));
}

/* The numbers of both ends, as x's segment and what y claims tell them. */
static __always_inline void take_anew(struct flow *f, struct history *h, __u32 x, const struct segment *s)
{
	const struct claim *theirs = claim_of(h, x ^ 1);

	take_end_anew(f, h, x ^ 1, seq_max(claim_end(theirs), s->ack), theirs->seg.ack, theirs->seg.window);
	take_end_anew(f, h, x, s->seq, s->ack, s->window);
	if (uses_timestamps(f, x ^ 1) && (theirs->seg.traits & SEG_TIMESTAMP))
		f->end[x ^ 1].tsval = theirs->seg.tsval;
	f->traits |= FLOW_INFERRED;
	drop_claim(f, h, 0);
	drop_claim(f, h, 1);
}

#endif
