/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * What lies beyond what is known, but not beyond what can be: the observer may
 * have missed the rest (RULES 33). Pure.
 */
#ifndef TCPSTATE_PLAUSIBLE_H
#define TCPSTATE_PLAUSIBLE_H

#include "known.h"

static __always_inline __u32 window_of(const struct flow *f, __u32 end)
{
	__u32 size = f->end[end].edge - f->end[end].acked;

	return size < 65536 ? 65536 : size;
}

/* The widest window that the end can have told behind the observer's back. */
static __always_inline __u32 widest_window(const struct flow *f, __u32 end)
{
	return 65536u << (f->wscale >> (end * 4) & 15);
}

/*
 * Its ACK, or its end, lies beyond what is known, but not beyond what can be:
 * the observer may have missed something (RULES 33).
 */
static __always_inline bool may_be_true(const struct flow *f, const struct history *h, __u32 x,
					const struct segment *s)
{
	__u32 y = x ^ 1;
	const struct end *me = &f->end[x], *to = &f->end[y];
	__u32 end = segment_end(s);

	if (lacks_timestamp(f, x, s))
		return false;
	if (f->state[y] == STATE_SYN_SENT || f->state[y] == STATE_SYN_RECEIVED)
		return (f->past[y].traits & END_SYN) && s->ack - f->past[y].isn - 1 < FIRST_FLIGHT &&
		       (f->state[y] == STATE_SYN_SENT || s->seq - f->past[x].isn - 1 < FIRST_FLIGHT);
	if (!is_synchronized(f->state[y]))
		return false;
	/* Of an end that is heard for the first time, no window is known: the opener has sent a flight or two. */
	if (has_acked(f, x) ? seq_after(s->ack, me->edge) :
			      !(f->past[y].traits & END_SYN) || s->ack - f->past[y].isn - 1 >= FIRST_FLIGHT)
		return false;
	if (!has_acked(f, y))
		return true;
	/* It may have acknowledged all that x is known to have sent. */
	return !seq_before(s->seq, to->acked) &&
	       (__s32)(end - seq_max(to->edge, me->next)) <= (__s32)widest_window(f, y);
}

/* It is the next of its sender's, or comes next behind what that claims already. */
static __always_inline bool is_exact(const struct flow *f, const struct history *h, __u32 x, const struct segment *s)
{
	const struct claim *c = claim_of(h, x);

	return (knows_next(f, x) && s->seq == f->end[x].next) || (c->kind == CLAIM_NEAR && s->seq == claim_end(c));
}

/* y claims to have let x send up to there. */
static __always_inline bool is_let_by_claim(const struct flow *f, const struct history *h, __u32 x, __u32 end)
{
	__u32 y = x ^ 1;
	const struct claim *c = claim_of(h, y);

	return c->kind == CLAIM_NEAR && !seq_after(end, c->seg.ack + ((__u32)c->seg.window << (f->wscale >> (y * 4) & 15)));
}

#endif
