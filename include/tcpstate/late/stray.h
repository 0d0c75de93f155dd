/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * Segments that belong to no live part of their connection: which kind, how
 * late, and what harm they could have done. Pure.
 *
 * What is no stray: retransmission of what was not acknowledged, reordering
 * inside the window, keepalives, zero-window probes, window updates, duplicate
 * ACKs, and ACKs that answer another segment (RFC 5961 challenges among them).
 */
#ifndef TCPSTATE_LATE_STRAY_H
#define TCPSTATE_LATE_STRAY_H

#include "tcpstate/core/exchange.h"
#include "tcpstate/late/sender_clock.h"

static __always_inline bool carries_payload(const struct segment *s)
{
	return s->len || (s->flags & TH_FIN);
}

/* Length 0 or 1, one below what is next, and nothing new acknowledged (RFC 9293 3.8.4). */
static __always_inline bool is_keepalive(const struct flow *f, __u32 x, const struct segment *s)
{
	return s->len <= 1 && !(s->flags & (TH_SYN | TH_FIN | TH_RST)) &&
	       s->seq == expected(f, x) - 1 && has_acked(f, x) && s->ack == f->end[x].acked;
}

/* A byte beyond a window that is shut (RFC 9293 3.8.6.1). */
static __always_inline bool is_window_probe(const struct flow *f, __u32 x, const struct segment *s)
{
	const struct end *to = &f->end[x ^ 1];

	return s->len <= 1 && s->seq == f->end[x].next && to->edge == to->acked;
}

/* All that it carries has been acknowledged. */
static __always_inline bool is_acknowledged(const struct flow *f, __u32 x, const struct segment *s)
{
	return has_acked(f, x ^ 1) && carries_payload(s) && !is_hinted_fin(f, x, s) &&
	       !seq_after(segment_end(s), f->end[x ^ 1].acked);
}

/* Its timestamp is older than that of this life's SYN. */
static __always_inline bool is_older_than_syn(const struct flow *f, const struct history *h, __u32 x,
					      const struct segment *s)
{
	return (s->traits & SEG_TIMESTAMP) && uses_timestamps(f, x) && h->clock[x].first_time &&
	       ts_older(s->tsval, h->clock[x].first_tsval);
}

/* Its numbers lie where the life before ended. */
static __always_inline bool fits_former_life(const struct history *h, __u32 x, const struct segment *s)
{
	return (h->former_heard & 1 << x) && h->former_next[x] - segment_end(s) < LARGEST_WINDOW &&
	       (!(s->flags & TH_ACK) || !(h->former_heard & 1 << (x ^ 1)) ||
		h->former_next[x ^ 1] - s->ack < LARGEST_WINDOW);
}

/* x has gone past that number in this life, or lies before it by no more than a window. Its ISN compares with what is near alone (RULES 36). */
static __always_inline bool is_of_this_life(const struct flow *f, const struct history *h, __u32 x, __u32 seq)
{
	__u64 gone = ((__u64)h->turns[end_index(x)] << 32 | f->end[x].next) - h->first[end_index(x)];

	return (f->past[x].traits & END_LONG) && seq - h->first[end_index(x)] <= gone + LARGEST_WINDOW;
}

/*
 * Of the life before: by its timestamp; without one, by numbers that fit that
 * life and not this one (before the ISN is before this life's first byte).
 */
static __always_inline bool is_of_former_life(const struct flow *f, const struct history *h, __u32 x,
					      const struct segment *s)
{
	if (!h->former_end || !fits_former_life(h, x, s))
		return false;
	if (s->traits & SEG_TIMESTAMP)
		return is_older_than_syn(f, h, x, s);
	/* Where the SYN was missed, or challenged, its SYN-ACK has told the number (open.h). */
	return ((f->past[x].traits & END_SYN) || f->past[x].isn) && seq_before(s->seq, f->past[x].isn) &&
	       !is_of_this_life(f, h, x, s->seq);
}

/* In TIME_WAIT, and neither the FIN again nor what ends the wait. */
static __always_inline enum stray stray_in_time_wait(const struct flow *f, __u32 x,
						     const struct segment *s, enum judgment judgment)
{
	if (s->flags & TH_RST)
		return judgment == JUDGE_RST ? STRAY_NONE : STRAY_LATE_RST;
	if (s->flags & TH_SYN)
		return STRAY_LATE_SYN;
	/* One that was inferred has not been seen yet; and bytes before it that were never acknowledged may not have come. */
	if ((s->flags & TH_FIN) && has_seen_fin(f, x) && segment_end(s) == f->past[x].fin)
		return (f->past[x].traits & END_FIN_INFERRED) || (s->len && !is_acknowledged(f, x, s)) ? STRAY_NONE :
												  STRAY_FIN_RETRANSMIT;
	if (denies_own_fin(f, x, s))
		return STRAY_NONE;
	/* What the end that waits has never acknowledged it may have missed, and then does not wait yet. */
	if (s->len)
		return is_acknowledged(f, x, s) || seq_after(segment_end(s), f->past[x].fin) ? STRAY_LATE_DATA :
											       STRAY_NONE;
	/* Where both wait, each answers what is late for the other. */
	if (f->state[x] == STATE_TIME_WAIT && s->seq == f->end[x].next && !seq_before(s->ack, f->end[x].acked) &&
	    !seq_after(s->ack, f->end[x ^ 1].next))
		return STRAY_NONE;
	/* Who is never heard may have said what this answers. */
	if (!(f->past[x ^ 1].traits & END_HEARD) && s->seq == f->end[x].next && !seq_before(s->ack, f->end[x].acked))
		return STRAY_NONE;
	if (shows_crossed_fins(f, x, s) || shows_later_fin(f, x, s) || acks_beyond_fin(f, x, s))
		return STRAY_NONE;
	return STRAY_LATE_ACK;
}

/* Its timestamp is older than the newest of its sender. */
static __always_inline bool would_fail_paws(const struct flow *f, __u32 x, const struct segment *s)
{
	return (s->traits & SEG_TIMESTAMP) && uses_timestamps(f, x) && f->end[x].tsval &&
	       ts_older(s->tsval, f->end[x].tsval);
}

/* Without data, and overtaken at the observer by one that acknowledges more. */
static __always_inline bool is_overtaken(const struct flow *f, __u32 x, const struct segment *s, __u64 now)
{
	return !carries_payload(s) && has_acked(f, x) && now - f->last_seen <= DISORDER_NS &&
	       f->end[x].acked - s->ack < window_of(f, x);
}

/* What an opener got was no answer to its SYN, and it says so: also with a number of the life before (RFC 9293 3.10.7.3). */
static __always_inline bool is_openers_answer(const struct flow *f, __u32 x, const struct segment *s)
{
	return (s->flags & (TH_RST | TH_ACK)) == TH_RST && f->state[x] == STATE_SYN_SENT &&
	       f->state[x ^ 1] == STATE_LISTEN;
}

static __always_inline enum stray stray_by_judgment(const struct flow *f, __u32 x,
						    const struct segment *s, enum judgment judgment, __u64 now)
{
	__u8 theirs = f->state[x ^ 1];

	switch (judgment) {
	case JUDGE_ACCEPT:
	case JUDGE_OLD:
	case JUDGE_PAWS:
	case JUDGE_ACK_OLD:
		if (is_keepalive(f, x, s))
			return STRAY_NONE;
		if ((f->past[x].traits & END_FIN_INFERRED) && (s->flags & TH_FIN) && segment_end(s) == f->past[x].fin)
			return STRAY_NONE; /* what acknowledges it was first at the observer */
		if (is_acknowledged(f, x, s))
			return would_fail_paws(f, x, s) ? STRAY_OLD_DUPLICATE : STRAY_SPURIOUS_RETRANSMIT;
		if (judgment == JUDGE_ACK_OLD)
			return is_overtaken(f, x, s, now) ? STRAY_NONE : STRAY_OLD_DUPLICATE;
		return judgment == JUDGE_PAWS ? STRAY_PAWS_STALE : STRAY_NONE;
	case JUDGE_OUT_OF_WINDOW:
		return is_window_probe(f, x, s) ? STRAY_NONE : STRAY_OUT_OF_WINDOW;
	case JUDGE_ACK_UNSENT:
		return theirs == STATE_SYN_SENT || theirs == STATE_LISTEN ? STRAY_CHALLENGE_ACK :
									     STRAY_ACK_UNSENT;
	case JUDGE_SYN_ACK_WRONG:
		return STRAY_ACK_UNSENT;
	case JUDGE_CHALLENGE_SYN:
		/* An opener's SYN-ACK answers a SYN that we missed, and not a listener's. */
		if ((s->flags & TH_ACK) && f->initiator == x && theirs == STATE_SYN_RECEIVED)
			return STRAY_NONE;
		/* A copy of the handshake's own; any other may be the beginning of a new one. */
		return (f->past[x].traits & END_SYN) && s->seq == f->past[x].isn ? STRAY_LATE_SYN :
										   STRAY_NONE;
	case JUDGE_DATA_AFTER_FIN:
		return STRAY_DATA_AFTER_FIN;
	case JUDGE_RST_INEXACT:
	case JUDGE_RST_INVALID:
		/* An end that is gone answers each segment with what that acknowledged (RFC 9293 3.10.7.1). */
		if (f->state[x] == STATE_CLOSED && !(s->flags & TH_ACK) && has_acked(f, x ^ 1) &&
		    f->end[x ^ 1].acked - s->seq < window_of(f, x ^ 1))
			return STRAY_NONE;
		return STRAY_RST_INVALID;
	default:
		return STRAY_NONE;
	}
}

/* After the close: how many of x's RSTs will each be an answer, as far as that is counted. */
#define RSTS_OWED_BITS 4

static __always_inline __u32 rsts_owed(const struct history *h, __u32 x)
{
	return h->owes_rst >> (x * RSTS_OWED_BITS) & ((1 << RSTS_OWED_BITS) - 1);
}

/*
 * Before apply(): the kind of x's segment, STRAY_NONE if it is none. The flow
 * is as it was before the segment.
 */
static __always_inline enum stray stray_kind(const struct flow *f, const struct history *h, __u32 x,
					     const struct segment *s, enum judgment judgment, __u64 now)
{
	if (judgment == JUDGE_BAD_FLAGS || judgment == JUDGE_BAD_CHECKSUM ||
	    judgment == JUDGE_OPEN || judgment == JUDGE_OPEN_SYN_ACK ||
	    judgment == JUDGE_OPEN_MIDSTREAM || judgment == JUDGE_UNIGNORED ||
	    judgment == JUDGE_HELD || judgment == JUDGE_SYN_LATE)
		return STRAY_NONE;
	if (is_openers_answer(f, x, s))
		return STRAY_NONE;
	if (is_of_former_life(f, h, x, s))
		return STRAY_OLD_INCARNATION;
	if (both_closed(f))
		/* An RST answers what the other end sent to a closed port. */
		return (s->flags & TH_RST) && rsts_owed(h, x) ? STRAY_NONE : STRAY_AFTER_CLOSE;
	if (f->state[x ^ 1] == STATE_TIME_WAIT)
		return stray_in_time_wait(f, x, s, judgment);
	return stray_by_judgment(f, x, s, judgment, now);
}

static __always_inline void note_owed_rst(const struct flow *f, struct history *h, __u32 x,
					  const struct segment *s)
{
	if (!both_closed(f))
		h->owes_rst = 0;
	else if (!(s->flags & TH_RST))
		h->owes_rst += (rsts_owed(h, x ^ 1) + 1 < 1 << RSTS_OWED_BITS) << ((x ^ 1) * RSTS_OWED_BITS);
	else if (rsts_owed(h, x))
		h->owes_rst -= 1 << (x * RSTS_OWED_BITS);
}

/* ---- the verdict on harm (RULES 26) ------------------------------------- */

/* Would the sequence check of RFC 9293 3.10.7.4, table 6, accept it now? */
static __always_inline bool would_be_in_window(const struct flow *f, __u32 x, const struct segment *s)
{
	const struct end *to = &f->end[x ^ 1];
	__u32 next = expected(f, x), end = segment_end(s), size = to->edge - next;

	if (f->state[x ^ 1] == STATE_CLOSED || !has_acked(f, x ^ 1))
		return false;
	if (size == 0 || size > LARGEST_WINDOW)
		return s->seq == next && end == s->seq;
	if (end == s->seq)
		return s->seq - next < size;
	return s->seq - next < size || end - 1 - next < size;
}

/* Four buckets for each power of two: 0..3 ms, then by the two bits behind the first. */
static __always_inline __u32 lifetime_bucket(__u32 ms)
{
	__u32 log = 0, v = ms;

	if (ms < 4)
		return ms;
	if (v >> 16) { log += 16; v >>= 16; }
	if (v >> 8) { log += 8; v >>= 8; }
	if (v >> 4) { log += 4; v >>= 4; }
	if (v >> 2) { log += 2; v >>= 2; }
	log += v >> 1;
	return (log - 1) * 4 + (ms >> (log - 2) & 3);
}

/* Since what it came late for: the end of its life, the wait's start, the close. */
static __always_inline __u32 stray_age_ms(const struct flow *f, const struct history *h,
					  enum stray kind, __u64 now)
{
	__u64 since = f->changed, ms;

	if (kind == STRAY_OLD_INCARNATION)
		since = h->former_end;
	ms = now > since ? (now - since) / NS_PER_MS : 0;
	return ms < 0xffffffff ? ms : 0xffffffff;
}

#endif
