/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * What follows for the states of the two ends, once the numbers are up to
 * date. A segment is two things: x sent it, and y = x ^ 1 received it; here are
 * both. Pure. transition.h is asked for each end in turn.
 */
#ifndef TCPSTATE_CORE_EXCHANGE_H
#define TCPSTATE_CORE_EXCHANGE_H

#include "tcpstate/core/numbers.h"
#include "tcpstate/core/outcome.h"
#include "tcpstate/core/transition.h"

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
	_Static_assert(LOCAL_END_0 + 1 == LOCAL_END_1, "where the other end is");
	/* No branch: behind one, the verifier would know which end it is, and look at all that follows for each. */
	return f->local == LOCAL_END_1 - end;
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
	/* Of an end that is never heard, nothing will tell that a hole was filled. */
	if (!(f->past[y].traits & END_HEARD))
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
		f->past[x].traits |= END_FIN_DOUBTFUL;
	}
}

/* x has sent a FIN; fin: the number behind it. */
static __always_inline void note_fin(struct flow *f, __u32 x, __u32 fin, __u64 now)
{
	struct end_past *past = &f->past[x];

	if (past->traits & END_FIN) {
		if (fin == past->fin)
			past->traits &= ~END_FIN_INFERRED;
		return;
	}
	past->traits |= END_FIN;
	past->traits &= ~(END_FIN_DOUBTFUL | END_FIN_HINT);
	past->fin = fin;
	if (!f->first_fin_ms) {
		f->first_fin_ms = since_start_ms(f, now);
		f->closed_by = x + 1;
		f->closed_how = CLOSE_FIN;
	} else {
		f->second_fin_ms = since_start_ms(f, now);
	}
}

/* y's FIN was missed, or thought refused: how says when it was sent. */
static __always_inline void infer_fin(struct flow *f, __u32 y, __u32 fin, enum happening how, __u64 now)
{
	note_fin(f, y, fin, now);
	f->past[y].traits |= END_FIN_INFERRED;
	f->traits |= FLOW_INFERRED;
	happens(f, y, how);
}

/*
 * y's FIN had to come again, as x's, which was missed and acknowledged it, was lost. Had the two
 * crossed, x would have acknowledged y's at once, and alone.
 */
static __always_inline bool answers_repeated_fin(const struct flow *f, __u32 x)
{
	__u32 y = x ^ 1;

	return f->state[y] == STATE_FIN_WAIT_1 && f->past[y].fins > 1 && !(f->past[y].traits & END_HOLE);
}

/*
 * x, which has sent its FIN a round trip ago, acknowledges one of y that was missed:
 * that answered x's, and acknowledged it. Had the two crossed, it would have come sooner.
 */
static __always_inline bool answers_fin(const struct flow *f, __u32 x, __u64 now)
{
	__u64 round_trip = (f->synack_us + f->ack_us) * 1000ull;

	/* With a hole before x's FIN, y need not have that yet; but of an end that is never heard, nothing tells that it was filled. */
	if ((f->past[x].traits & END_HOLE) && (f->past[x ^ 1].traits & END_HEARD))
		return false;
	return f->state[x] == STATE_FIN_WAIT_1 && now - f->changed >= round_trip - round_trip / 4;
}

/*
 * y's FIN, which was inferred, is none: both ends are where they would be without it.
 * was_byte: but what was acknowledged has been sent.
 */
static __always_inline void take_back_fin(struct flow *f, struct history *h, __u32 y, bool was_byte,
					  struct outcome *out)
{
	__u32 x = y ^ 1;

	f->past[y].traits &= ~(END_FIN | END_FIN_INFERRED | END_FIN_HINT);
	if (!was_byte && f->end[y].next == f->past[y].fin)
		set_next(f, h, y, f->past[y].fin - 1);
	if (!was_byte && f->end[x].acked == f->past[y].fin)
		f->end[x].acked--;
	/* What is closed without a FIN of its own has been reset. */
	if (f->state[x] != STATE_CLOSED || has_seen_fin(f, x))
		happens(f, x, MISSED_FIN);
	happens(f, y, DENIED_FIN);
	if (f->second_fin_ms) {
		f->second_fin_ms = 0;
		f->closed_by = x + 1;
	} else {
		f->first_fin_ms = 0;
		f->closed_by = 0;
		f->closed_how = CLOSE_NONE;
	}
	out->facts |= FACT_TAKEN_BACK;
}

/*
 * y's inferred FIN comes at last, later than disorder explains: it was sent again, or only now. Either way
 * its sender has no ACK of it yet.
 */
static __always_inline void fin_comes_late(struct flow *f, __u32 y, __u64 now)
{
	if (now - f->changed > DISORDER_NS && !both_closed(f))
		happens(f, y, REPEATED_FIN);
}

/* x's inferred FIN did not answer y's: what x says of that comes apart, and acknowledges it alone. */
static __always_inline void cross_fins(struct flow *f, __u32 x, struct outcome *out)
{
	__u32 y = end_index(x ^ 1);

	happens(f, x, CROSSED_FIN);
	if (has_acked(f, x) && acks_fin(f, y, f->end[x].acked))
		return; /* it has come */
	if (f->state[y] == STATE_TIME_WAIT)
		out->facts |= FACT_TAKEN_BACK;
	happens(f, y, UNANSWERED_FIN);
}

/* x's inferred FIN is seen at last, and does not acknowledge y's, though x may have done so since. */
static __always_inline bool shows_unaware_fin(const struct flow *f, __u32 x, const struct segment *s)
{
	return has_seen_fin(f, x ^ 1) && !acks_fin(f, x ^ 1, s->ack);
}

/* Of its opening nothing was seen, so the largest scale is assumed (RULES 42). */
static __always_inline void assume_scale(struct flow *f, __u32 x)
{
	if (f->past[x].traits & END_SYN)
		return;
	f->past[x].traits |= END_SCALE_UNKNOWN;
	set_wscale(f, x, WSCALE_UNKNOWN);
}

/*
 * x, whose SYN-ACK we have seen, has had the ACK of its own SYN, which we missed. It has received more than a SYN: that
 * alone it answers by a SYN-ACK. Where SYNs have crossed, an ACK may be a challenge, to the RST of an end that is gone;
 * but an opener sends no data before.
 */
static __always_inline bool shows_ack_of_syn(const struct flow *f, __u32 x, const struct segment *s)
{
	if (f->state[x] != STATE_SYN_RECEIVED)
		return false;
	if (is_new_ack(f, x, s->ack))
		return true;
	return (f->traits & FLOW_SIMULTANEOUS_OPEN) &&
	       (s->len || (!has_acked(f, x) && !(f->past[x ^ 1].traits & END_RST_DOUBTFUL)));
}

/* x sent an acceptable segment that is not a SYN. */
static __always_inline void sent(struct flow *f, struct history *h, __u32 x, const struct segment *s, __u64 now,
				 struct outcome *out)
{
	__u8 before;

	note_fact(out, FACT_WAS_OPENING, f->state[x] == STATE_SYN_SENT);
	note_fact(out, FACT_WAS_LISTENING, f->state[x] == STATE_LISTEN);
	note_fact(out, FACT_CROSSED, shows_crossed_fins(f, x, s));
	note_fact(out, FACT_BOTH_MISSED, (out->facts & FACT_AT_LAST) && shows_both_fins(f, x, s));
	if (shows_later_fin(f, x, s) || acks_beyond_fin(f, x, s))
		take_back_fin(f, h, x ^ 1, true, out);
	note_fact(out, FACT_MISSED_FIN, takes_refused_fin(f, x, s) || shows_missed_fin(f, x, s, is_fact(out, FACT_SETTLED)) ||
					   is_fact(out, FACT_BOTH_MISSED));
	if (shows_ack_of_syn(f, x, s)) {
		happens(f, x, RCVD_ACK_OF_SYN);
		f->traits |= FLOW_INFERRED;
	}
	/* A FIN that has not arrived is void with bytes beyond it; of two, the lower will, and end it all. */
	if (voids_fin(f, x, s)) {
		f->past[x].traits &= ~END_FIN;
		happens(f, x ^ 1, MISSED_FIN);
	}
	if ((out->facts & FACT_FIN) && has_seen_fin(f, x) && !fin_is_there(f, x) &&
	    seq_before(segment_end(s), f->past[x].fin))
		f->past[x].fin = segment_end(s);
	if (denies_own_fin(f, x, s))
		take_back_fin(f, h, x, !seq_before(s->seq, f->past[x].fin), out);
	if (denies_fin(f, x, s))
		take_back_fin(f, h, x ^ 1, false, out);
	if ((out->facts & FACT_FIN) && (f->past[x].traits & END_FIN_INFERRED) && segment_end(s) == f->past[x].fin) {
		fin_comes_late(f, x, now);
		if (shows_unaware_fin(f, x, s))
			cross_fins(f, x, out);
	}
	if (repeats_unanswered_fin(f, x, s))
		cross_fins(f, x ^ 1, out);
	if (is_fact(out, FACT_MISSED_FIN)) {
		/* One that acknowledged x's would have spared x its repeat. */
		note_fact(out, FACT_REPEATS, repeats_fin(f, x, s));
		if (!is_fact(out, FACT_REPEATS) && answers_fin(f, x, now)) {
			happens(f, x, RCVD_ACK_OF_FIN);
			happens(f, x ^ 1, RCVD_FIN);
		}
		infer_fin(f, x ^ 1, s->ack, is_fact(out, FACT_REPEATS) && f->state[x ^ 1] == STATE_CLOSE_WAIT ? SENT_FIN_UNAWARE : SENT_FIN, now);
	}
	if (is_fact(out, FACT_BOTH_MISSED) || shows_own_missed_fin(f, x, s)) {
		note_fact(out, FACT_ANSWERED, !is_fact(out, FACT_BOTH_MISSED) && answers_repeated_fin(f, x));
		if (is_fact(out, FACT_ANSWERED)) {
			happens(f, x, RCVD_FIN);
			passes(out, f, x);
		}
		/* Else, had it been sent behind y's FIN, that would be acknowledged already. */
		infer_fin(f, x, s->seq, !is_fact(out, FACT_ANSWERED | FACT_BOTH_MISSED) && f->state[x] == STATE_CLOSE_WAIT &&
						is_new_ack(f, x, s->ack) ? SENT_FIN_UNAWARE : SENT_FIN, now);
		/* That it has arrived is another matter: y says so, or nobody ever does. */
		if (is_fact(out, FACT_BOTH_MISSED))
			advance_next(f, h, x, s->seq);
	}
	note_bytes(f, h, x, s);
	note_timestamp(f, x, s);
	note_ack(f, h, x, s);
	f->past[x].traits &= ~END_ASKS_AGAIN;
	if (out->facts & FACT_FIN)
		note_fin(f, x, segment_end(s), now);

	/* Where the SYN-ACK has been seen, it has come after all. */
	if (is_fact(out, FACT_WAS_LISTENING) || (is_fact(out, FACT_WAS_OPENING) && !(f->past[x ^ 1].traits & END_SYN))) {
		f->traits |= FLOW_INFERRED | FLOW_MISSED_OPENING;
		assume_scale(f, x);
	}
	happens(f, x, SENT_ACK);
	if (is_fact(out, FACT_CROSSED))
		happens(f, x, CROSSED_FIN);
	/* Its ACK tells what it has received, before it tells what it sends. */
	before = f->state[x];
	if (acks_fin(f, x ^ 1, s->ack))
		happens(f, x, RCVD_FIN);
	if (out->facts & FACT_FIN) {
		if (f->state[x] != before)
			passes(out, f, x);
		happens(f, x, f->state[x] == STATE_CLOSE_WAIT && !acks_fin(f, x ^ 1, s->ack) ?
				      SENT_FIN_UNAWARE : SENT_FIN);
		/* What acknowledges it was first at the observer. */
		if (has_acked(f, x ^ 1) && acks_fin(f, x, f->end[end_index(x ^ 1)].acked) && now - f->last_seen <= DISORDER_NS)
			happens(f, x, RCVD_ACK_OF_FIN);
	}
}

#define FINS_UNHEARD 3 /* the FIN, and two repeats */

/*
 * x's FIN comes again and again, and y has acknowledged nothing of it: it may not
 * have arrived. That it has not, only y can say: by a segment that still acknowledges less.
 */
static __always_inline void doubt_fin(struct flow *f, __u32 x, const struct segment *s, struct outcome *out)
{
	__u32 y = x ^ 1;
	struct end_past *mine = &f->past[x], *theirs = &f->past[y];

	if (has_seen_fin(f, x) && (s->flags & TH_FIN) && segment_end(s) == mine->fin && has_acked(f, y) &&
	    seq_before(f->end[y].acked, mine->fin)) {
		if (mine->fins_unheard < 255)
			mine->fins_unheard++;
		if (mine->fins_unheard > 1)
			mine->traits |= END_FIN_UNHEARD;
	}
	if (!has_seen_fin(f, y) || !(s->flags & TH_ACK))
		return;
	if (!seq_before(s->ack, theirs->fin)) {
		theirs->traits &= ~END_FIN_UNHEARD;
		theirs->fins_unheard = 0;
	} else if (theirs->fins_unheard >= FINS_UNHEARD) {
		happens(f, x, MISSED_FIN);
		f->traits |= FLOW_INFERRED;
		out->facts |= FACT_TAKEN_BACK;
	}
}

/* y received it. */
static __always_inline void received(struct flow *f, __u32 y, const struct segment *s,
				     struct outcome *out)
{
	__u32 x = y ^ 1;

	if (f->state[y] == STATE_LISTEN) {
		/* One direction only: y must have answered, or x would not go on. */
		f->traits |= FLOW_INFERRED | FLOW_MISSED_OPENING;
		assume_scale(f, y);
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
	__u64 bytes = f->end[to].bytes;
	__u32 packets = f->end[to].packets;

	f->end[to] = f->end[from];
	f->end[to].packets = packets;
	f->end[to].bytes = bytes;
	f->past[to] = f->past[from];
	f->state[to] = f->state[from];
}

#endif
