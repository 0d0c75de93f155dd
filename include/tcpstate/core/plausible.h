/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * What lies beyond what is known, but not beyond what can be: the observer may
 * have missed the rest (RULES 33). Pure.
 */
#ifndef TCPSTATE_CORE_PLAUSIBLE_H
#define TCPSTATE_CORE_PLAUSIBLE_H

#include "tcpstate/core/known.h"
#include "tcpstate/units.h"

/*
 * How much later what a segment acknowledges may pass the observer: two ports of
 * a tap, RSS, LACP (RULES 37). Later still, it had not been sent when it was acknowledged.
 */
#define DISORDER_NS (100 * NS_PER_MS)

static __always_inline __u32 window_of(const struct flow *f, __u32 end)
{
	__u32 size = f->end[end].edge - f->end[end].acked;

	return size < 65536 ? 65536 : size;
}

/* MAX.SND.WND of its peer (RFC 5961 5.2): the widest that it has told. What shrank again on the fast path alone is not known. */
static __always_inline __u32 widest_known(const struct flow *f, const struct history *h, __u32 end)
{
	__u32 size = f->end[end].edge - f->end[end].acked, widest = h->clock[end_index(end)].widest;

	return size > widest ? size : widest;
}

/* The widest window that the end can have told behind the observer's back. */
static __always_inline __u32 widest_window(const struct flow *f, __u32 end)
{
	return 65536u << wscale_of(f, end);
}

/*
 * From where on the window counts that y may have told x unseen: it may have acknowledged all that x is known to have
 * sent, or claims to, if that is no more than a window itself.
 */
static __always_inline __u32 window_start(const struct flow *f, const struct history *h, __u32 x, const struct segment *s)
{
	const struct claim *c = claim_of(h, x);
	const __u32 known = seq_max(f->end[x ^ 1].edge, f->end[x].next);

	return c->kind == CLAIM_NEAR && s->seq == claim_end(c) && s->seq - f->end[x].next <= widest_window(f, x ^ 1) ?
		       seq_max(known, s->seq) : known;
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
	/* By an RST that answered x, y alone is closed (JUDGE_RST_ANSWER): what it had sent before may have been missed. */
	if (!is_synchronized(f->state[y]) && !(f->past[y].traits & END_RST_DOUBTFUL))
		return false;
	/* Of an end that is heard for the first time, no window is known: the opener has sent a flight or two. */
	if (has_acked(f, x) ? seq_after(s->ack, me->edge) :
			      !(f->past[y].traits & END_SYN) || s->ack - f->past[y].isn - 1 >= FIRST_FLIGHT)
		return false;
	if (!has_acked(f, y))
		return true;
	return !seq_before(s->seq, to->acked) &&
	       (__s32)(end - window_start(f, h, x, s)) <= (__s32)widest_window(f, y);
}

/* It is the next of its sender's, or comes next behind what that claims already. */
static __always_inline bool is_exact(const struct flow *f, const struct history *h, __u32 x, const struct segment *s)
{
	const struct claim *c = claim_of(h, x);

	return (knows_next(f, x) && s->seq == f->end[x].next) || (c->kind == CLAIM_NEAR && s->seq == claim_end(c));
}

/* Of what x claims to send beyond the window, it is a piece out of order. */
static __always_inline bool follows_claim(const struct history *h, __u32 x, const struct segment *s)
{
	const struct claim *c = claim_of(h, x);

	return c->kind == CLAIM_NEAR && c->stray == STRAY_OUT_OF_WINDOW && !(c->seg.flags & TH_FIN) &&
	       s->seq - c->seg.seq < LARGEST_WINDOW;
}

/* y has told no window but its SYN's, which is never scaled (RFC 7323 2.2): what it told next was missed, or is late. */
static __always_inline bool is_window_untold(const struct flow *f, __u32 y)
{
	__u32 x = y ^ 1;

	return (f->past[y].traits & END_SYN) && (f->past[x].traits & (END_SYN | END_LONG)) == END_SYN &&
	       wscale_of(f, y) && f->end[y].acked - f->past[x].isn <= SYN_DATA_MAX &&
	       f->end[y].edge - f->end[y].acked < FIRST_FLIGHT;
}

/* y claims to have let x send up to there. */
static __always_inline bool is_let_by_claim(const struct flow *f, const struct history *h, __u32 x, __u32 end)
{
	__u32 y = x ^ 1;
	const struct claim *c = claim_of(h, y);

	return c->kind == CLAIM_NEAR && !seq_after(end, c->seg.ack + ((__u32)c->seg.window << wscale_of(f, y)));
}

#endif
