/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * What each end's numbers become by a segment: next, acked, edge, holes,
 * timestamps, options. Pure; states are not touched here (step.h). x is the
 * end that sent the segment, y = x ^ 1 the one that receives it.
 */
#ifndef TCPSTATE_CORE_NUMBERS_H
#define TCPSTATE_CORE_NUMBERS_H

#include "tcpstate/core/judge.h"
#include "tcpstate/units.h"

#define WSCALE_UNKNOWN 14 /* mid-stream: the largest there is, so that nothing is rejected wrongly */

static __always_inline void set_wscale(struct flow *f, __u32 x, __u32 shift)
{
	f->wscale = (f->wscale & (0xf0 >> (x * 4))) | shift << (x * 4);
}

/* One word, and read as such: see struct end. */
typedef __u64 __attribute__((may_alias)) next_word;

/* DISORDER_NS of a clock of 1000 Hz: RFC 7323 allows no faster one. */
#define DISORDER_TICKS 100

#define NEXT_TRIES 4

/*
 * Moves x's next on to seq, if that is ahead of it. The fast path may move it
 * meanwhile, on another CPU and without the lock: it is never moved back.
 */
static __always_inline void advance_next(struct flow *f, struct history *h, __u32 x, __u32 seq)
{
	next_word *word = (next_word *)&f->end[x].next;

	for (int try = 0; try < NEXT_TRIES; try++) {
		__u64 old = *(volatile next_word *)word;

		if (!seq_after(seq, (__u32)old))
			return;
		if (__sync_val_compare_and_swap(word, old, (old & ~0xffffffffull) | seq) != old)
			continue;
		if (seq < (__u32)old)
			h->turns[end_index(x)]++;
		if (seq - h->first[end_index(x)] >= LARGEST_WINDOW)
			f->past[x].traits |= END_LONG;
		return;
	}
}

/* Of an end that has not been heard, or is taken anew: wherever that was. A gap may be up to 3 GiB wide. */
static __always_inline void set_next(struct flow *f, struct history *h, __u32 x, __u32 seq)
{
	if (!(f->past[x].traits & END_HEARD) && !has_acked(f, x ^ 1)) {
		h->first[end_index(x)] = seq;
		h->turns[end_index(x)] = 0;
	} else if (seq - f->end[x].next < 3 * LARGEST_WINDOW) {
		h->turns[end_index(x)] += seq < f->end[x].next;
	} else {
		h->turns[end_index(x)] -= seq > f->end[x].next;
	}
	f->end[x].next = seq;
}

/* end.next is about to be moved on by another's word. */
static __always_inline void note_belief(struct flow *f, struct history *h, __u32 x)
{
	if (!(f->past[x].traits & END_HEARD) || (h->believed & 1 << x))
		return;
	h->before[end_index(x)] = f->end[x].next;
	h->believed |= 1 << x;
	h->shown &= ~(1 << x);
}

/* x goes on from there: with data, or twice. A forger may agree with himself once. */
static __always_inline void confirm_belief(struct history *h, __u32 x, bool with_data)
{
	if (with_data || (h->shown & 1 << x))
		h->believed &= ~(1 << x);
	h->shown |= 1 << x;
}

/* x acknowledges: what y sent up to there has arrived, also what passed unseen. */
static __always_inline void note_ack(struct flow *f, struct history *h, __u32 x, const struct segment *s)
{
	struct end *me = &f->end[x], *to = &f->end[x ^ 1];
	struct end_past *past = &f->past[x ^ 1];
	__u32 edge = s->ack + ((__u32)s->window << wscale_of(f, x));
	bool beyond = seq_after(s->ack, to->next);
	bool by_one = (has_acked(f, x) || (past->traits & END_SYN)) && s->ack == to->next + 1;

	if (!(past->traits & END_HEARD) && !has_acked(f, x))
		set_next(f, h, x ^ 1, s->ack);
	if (!has_acked(f, x)) {
		f->past[x].traits |= END_ACKED;
		me->acked = s->ack;
		me->edge = edge;
	} else {
		h->clock[end_index(x)].widest = widest_known(f, h, x); /* of before, which the fast path may have left */
		me->acked = seq_max(me->acked, s->ack);
		me->edge = seq_max(me->edge, edge);
	}
	h->clock[end_index(x)].widest = widest_known(f, h, x);
	/* An ACK beyond what we have seen (judge found it credible): it was missed. */
	if (beyond || !(past->traits & END_HEARD)) {
		note_belief(f, h, x ^ 1);
		advance_next(f, h, x ^ 1, s->ack);
		if (!(past->traits & END_FIN)) {
			if (s->ack != past->fin)
				past->traits &= ~END_FIN_HINT; /* more than one number was missed */
			past->fin = s->ack; /* it may have been one */
			past->traits |= END_FIN_DOUBTFUL | (by_one ? END_FIN_HINT : 0);
		}
	}
	if ((past->traits & END_HOLE) && seq_after(s->ack, past->hole_start)) {
		past->hole_start = s->ack;
		if (!seq_before(s->ack, past->hole_end))
			past->traits &= ~END_HOLE;
	}
	if (s->window == 0 && !(s->flags & (TH_SYN | TH_FIN)) && f->past[x].zero_windows < 0xffff)
		f->past[x].zero_windows++;
}

/* A byte that the peer has had: garbage, so that it answers (RFC 9293 3.8.4). */
static __always_inline bool is_garbage_byte(const struct flow *f, __u32 x, const struct segment *s)
{
	return s->len <= 1 && !(s->flags & TH_FIN) && segment_end(s) == f->end[x].next &&
	       has_acked(f, x ^ 1) && f->end[x ^ 1].acked == f->end[x].next;
}

/* x sent bytes seq..end: new ones, ones that fill a hole, or old ones again. */
static __always_inline void note_bytes(struct flow *f, struct history *h, __u32 x, const struct segment *s)
{
	struct end *me = &f->end[x];
	struct end_past *past = &f->past[x];
	__u32 end = segment_end(s);

	if (s->len && seq_after(end, past->fin))
		past->traits &= ~END_FIN_HINT; /* it was a keystroke */
	if ((h->believed & 1 << x) && s->seq == me->next)
		confirm_belief(h, x, s->len);
	if (!(past->traits & END_HEARD)) {
		/* What its peer has acknowledged is where it is, if the handshake told (open.h); or where it may have sent a FIN since. */
		bool unknown = !has_acked(f, x ^ 1) || ((f->traits & FLOW_MIDSTREAM) && !(end == s->seq && end == me->next + 1));

		if (unknown)
			set_next(f, h, x, s->seq);
		past->traits |= END_HEARD;
		if (unknown) {
			advance_next(f, h, x, end);
			return;
		}
	}
	if (seq_after(s->seq, me->next)) {
		/* What lies between was lost before us, or is late. One number with nothing behind it may be a FIN. */
		if (!(past->traits & (END_HOLE | END_FIN)) && s->seq == me->next + 1 && end == s->seq) {
			past->fin = end;
			past->traits |= END_FIN_DOUBTFUL | END_FIN_HINT;
		}
		if (!(past->traits & END_HOLE))
			past->hole_start = me->next;
		past->hole_end = s->seq;
		past->traits |= END_HOLE;
	} else if (seq_before(s->seq, me->next) && end != s->seq) {
		if ((past->traits & END_HOLE) && !seq_after(s->seq, past->hole_start) &&
		    seq_after(end, past->hole_start)) {
			past->out_of_order++;
			past->hole_start = end;
			if (!seq_before(end, past->hole_end))
				past->traits &= ~END_HOLE;
		} else if ((past->traits & END_HOLE) && seq_after(s->seq, past->hole_start) &&
			   seq_before(s->seq, past->hole_end)) {
			past->out_of_order++;
			if (!seq_before(end, past->hole_end))
				past->hole_end = s->seq;
		} else if (!is_garbage_byte(f, x, s) && !((past->traits & END_FIN_INFERRED) && end == past->fin)) {
			past->retransmits++;
		}
	}
	advance_next(f, h, x, end);
}

/*
 * TS.Recent: RFC 7323 4.3 (2), the newest timestamp of what is not beyond the
 * last ACK. While x waits in SYN_RECEIVED, it stays that of its SYN-ACK.
 */
static __always_inline void note_timestamp(struct flow *f, __u32 x, const struct segment *s)
{
	if (!(s->traits & SEG_TIMESTAMP) || f->state[x] == STATE_SYN_RECEIVED)
		return;
	/* A FIN that comes again lies outside the window (RFC 7323 5.3 R2; Linux tcp_timewait_state_process). */
	if (f->state[x ^ 1] == STATE_TIME_WAIT && s->seq != expected(f, x))
		return;
	if (((f->traits & FLOW_MIDSTREAM) || (f->past[x].traits & END_SCALE_UNKNOWN)) && !uses_timestamps(f, x)) {
		/* Where it comes behind what is still to come, that may be older. */
		bool beyond = has_acked(f, x ^ 1) && seq_after(s->seq, f->end[x ^ 1].acked);

		f->past[x].traits |= END_TIMESTAMPS;
		f->end[x].tsval = beyond ? s->tsval - DISORDER_TICKS : s->tsval;
	} else if (!ts_older(s->tsval, f->end[x].tsval) &&
		   !seq_after(s->seq, has_acked(f, x ^ 1) ? f->end[x ^ 1].acked : expected(f, x))) {
		f->end[x].tsval = s->tsval;
	}
}

/* What a SYN or a SYN-ACK says of the end that sends it. */
static __always_inline void note_syn_options(struct flow *f, __u32 x, const struct segment *s)
{
	struct end_past *past = &f->past[x];

	past->traits |= END_SYN;
	past->traits &= ~(END_SACK | END_TIMESTAMPS | END_WSCALE | END_SCALE_UNKNOWN);
	past->isn = s->seq;
	past->mss = s->mss;
	if (s->traits & SEG_SACK_PERMITTED)
		past->traits |= END_SACK;
	if (s->traits & SEG_TIMESTAMP)
		past->traits |= END_TIMESTAMPS;
	if (s->traits & SEG_WSCALE)
		past->traits |= END_WSCALE;
	set_wscale(f, x, s->traits & SEG_WSCALE ? s->wscale : 0);
}

/* x opens by it. */
static __always_inline void note_syn(struct flow *f, struct history *h, __u32 x, const struct segment *s)
{
	bool again = (f->past[x].traits & END_SYN) && f->past[x].isn == s->seq;

	f->past[x].traits = END_HEARD | (f->past[x].traits & END_ACKED);
	note_syn_options(f, x, s);
	h->first[end_index(x)] = s->seq;
	h->turns[end_index(x)] = s->seq == 0xffffffff;
	/* The data of a first SYN (TFO) is not repeated in the next. */
	f->end[x].next = again ? seq_max(f->end[x].next, segment_end(s)) : segment_end(s);
	f->end[x].tsval = s->tsval;
	/* Its window is not scaled, and counts from the number that it does not know yet. */
	f->end[x].edge = s->window;
}

/* An option counts if both SYNs carried it (RFC 7323 2.2, 3.2; RFC 2018 2). */
static __always_inline void agree_on_options(struct flow *f)
{
	const __u16 agreed = f->past[0].traits & f->past[1].traits;
	const __u16 options = END_WSCALE | END_TIMESTAMPS | END_SACK;

	f->past[0].traits &= ~options | agreed;
	f->past[1].traits &= ~options | agreed;
	if (!(agreed & END_WSCALE))
		f->wscale = 0;
}

/* Mid-stream: do both ends' numbers belong together? */
static __always_inline bool numbers_agree(const struct flow *f)
{
	const __u16 both = f->past[0].traits & f->past[1].traits;

	return (both & END_HEARD) && (both & END_ACKED) &&
	       f->end[0].next - f->end[1].acked < LARGEST_WINDOW &&
	       f->end[1].next - f->end[0].acked < LARGEST_WINDOW;
}

#endif
