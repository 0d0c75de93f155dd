/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * A FIN that the observer has missed is inferred where one is due, and taken
 * back where what follows shows that it was none (RULES 34). Pure: what each
 * segment shows; exchange.h does what follows from it.
 */
#ifndef TCPSTATE_CORE_MISSED_FIN_H
#define TCPSTATE_CORE_MISSED_FIN_H

#include "tcpstate/core/known.h"

static __always_inline bool may_send_fin(__u8 state)
{
	return state == STATE_ESTABLISHED || state == STATE_CLOSE_WAIT || state == STATE_SYN_RECEIVED ||
	       state == STATE_SYN_SENT;
}

/* x's FIN, of which only the number behind it was known (or a retransmission of what was missed). */
static __always_inline bool is_hinted_fin(const struct flow *f, __u32 x, const struct segment *s)
{
	const struct end_past *past = &f->past[x];

	return (s->flags & TH_FIN) && !s->len && !(past->traits & END_FIN) && (past->traits & END_FIN_HINT) &&
	       segment_end(s) == past->fin;
}

/* x's FIN, which was seen, again. */
static __always_inline bool repeats_fin(const struct flow *f, __u32 x, const struct segment *s)
{
	return (s->flags & TH_FIN) && has_seen_fin(f, x) && !(f->past[x].traits & END_FIN_INFERRED) &&
	       segment_end(s) == f->past[x].fin;
}

/*
 * y's FIN is what the observer has missed: x acknowledges exactly one number
 * beyond all that y sent, or what y's own next number lies one beyond; and a FIN is
 * due: x has sent its own, or does now (RULES 34). With both ends open it may as well have been a keystroke.
 * trusted: the segment need not be the next of x's, as what came behind it has shown that it is true.
 */
static __always_inline bool shows_missed_fin(const struct flow *f, __u32 x, const struct segment *s, bool trusted)
{
	__u32 y = x ^ 1;
	const struct end *me = &f->end[x], *to = &f->end[y];
	bool one_beyond = s->ack == to->next + 1 ||
			  ((f->past[y].traits & END_FIN_HINT) && s->ack == to->next && f->past[y].fin == s->ack);

	if (has_seen_fin(f, y) || !one_beyond || !may_send_fin(f->state[y]) ||
	    !((f->past[y].traits & END_HEARD) || has_acked(f, x)) || lacks_timestamp(f, x, s))
		return false;
	if (!trusted && !(s->seq == me->next || is_hinted_fin(f, x, s) || repeats_fin(f, x, s)))
		return false;
	if (!trusted && !has_acked(f, x))
		return false;
	return (s->flags & (TH_FIN | TH_RST)) || has_seen_fin(f, x);
}

/*
 * x's own FIN was missed: it has nothing to send, and is one number beyond all
 * that it sent. Due, as it acknowledges y's FIN.
 */
static __always_inline bool shows_own_missed_fin(const struct flow *f, __u32 x, const struct segment *s)
{
	__u32 y = x ^ 1;

	return !has_seen_fin(f, x) && (f->past[x].traits & END_HEARD) && s->seq == f->end[x].next + 1 && !s->len &&
	       !(s->flags & (TH_FIN | TH_SYN)) && (s->flags & TH_ACK) && may_send_fin(f->state[x]) &&
	       has_seen_fin(f, y) && !seq_before(s->ack, f->past[y].fin) && !seq_after(s->ack, f->end[y].next);
}

/* Both FINs were missed: x acknowledges one number beyond all that y sent, and is itself one beyond, with nothing to send. */
static __always_inline bool shows_both_fins(const struct flow *f, __u32 x, const struct segment *s)
{
	return !has_seen_fin(f, 0) && !has_seen_fin(f, 1) && !s->len && !(s->flags & (TH_FIN | TH_SYN)) &&
	       s->seq == f->end[x].next + 1 && s->ack == f->end[x ^ 1].next + 1;
}

/* x sends what the number of its inferred FIN stands for, or its FIN behind that: that was none. */
static __always_inline bool denies_own_fin(const struct flow *f, __u32 x, const struct segment *s)
{
	const struct end_past *past = &f->past[x];

	if (!(past->traits & END_FIN_INFERRED))
		return false;
	return (s->flags & TH_FIN) && s->seq == past->fin ? true :
	       s->len && !seq_before(segment_end(s), past->fin) &&
	       s->seq - (past->fin - 1 - FIRST_FLIGHT) < 2 * FIRST_FLIGHT;
}

/* x acknowledges one beyond the FIN of y that was inferred: that was a byte, and this is the FIN. */
static __always_inline bool shows_later_fin(const struct flow *f, __u32 x, const struct segment *s)
{
	const struct end_past *theirs = &f->past[x ^ 1];

	return (theirs->traits & END_FIN_INFERRED) && s->seq == f->end[x].next && s->ack == theirs->fin + 1 &&
	       f->end[x ^ 1].next == theirs->fin && has_seen_fin(f, x) && !(f->past[x].traits & END_FIN_INFERRED);
}

/*
 * x's FIN comes again, and x has y's by now, which was inferred: that did not acknowledge
 * x's, or this would not have been sent. The two had crossed.
 */
static __always_inline bool repeats_unanswered_fin(const struct flow *f, __u32 x, const struct segment *s)
{
	__u32 y = x ^ 1;

	return repeats_fin(f, x, s) && (f->past[y].traits & END_FIN_INFERRED) &&
	       !seq_before(s->ack, f->past[y].fin) &&
	       (!has_acked(f, y) || seq_before(f->end[y].acked, f->past[x].fin));
}

/* x acknowledges more than one beyond the FIN of y that was inferred: there was none. */
static __always_inline bool acks_beyond_fin(const struct flow *f, __u32 x, const struct segment *s)
{
	const struct end_past *theirs = &f->past[x ^ 1];

	return (theirs->traits & END_FIN_INFERRED) && s->seq == f->end[x].next && seq_after(s->ack, theirs->fin + 1) &&
	       !(s->flags & TH_RST);
}

/* x goes on in order, and acknowledges all of y but the inferred FIN: that was none. */
static __always_inline bool denies_fin(const struct flow *f, __u32 x, const struct segment *s)
{
	const struct end_past *theirs = &f->past[x ^ 1];

	return (theirs->traits & END_FIN_INFERRED) && s->seq == f->end[x].next && s->ack == theirs->fin - 1;
}

/*
 * x's FIN was missed, and thought to answer y's. But x acknowledges y's for the first
 * time now: the two had crossed. (Not so if y's FIN came again.)
 */
static __always_inline bool shows_crossed_fins(const struct flow *f, __u32 x, const struct segment *s)
{
	__u32 y = x ^ 1;

	return (f->past[x].traits & END_FIN_INFERRED) && has_seen_fin(f, y) && f->past[y].fins <= 1 && !s->len &&
	       (f->state[x] == STATE_LAST_ACK || f->state[x] == STATE_CLOSED) &&
	       (s->flags & (TH_ACK | TH_FIN | TH_RST | TH_SYN)) == TH_ACK && s->seq == f->past[x].fin &&
	       !seq_after(s->ack, f->past[y].fin) && (!has_acked(f, x) || is_new_ack(f, x, s->ack));
}

#endif
