/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * TIME_WAIT as a measurement: who waits, since when, how often it began again,
 * and what ended it. Pure. RFC 9293 3.10.7.4 and 3.10.8, RFC 1337, RFC 6191.
 *
 * An end waits from its ACK of the peer's FIN; from the FIN where that ACK was
 * not seen. The same FIN again means that the ACK was lost: the end answers,
 * and waits anew. Nothing else moves it (Linux restarts its timer on any
 * segment that it answers; see RULES 20).
 */
#ifndef TCPSTATE_LATE_TIME_WAIT_H
#define TCPSTATE_LATE_TIME_WAIT_H

#include "tcpstate/core/exchange.h"

/* What there is to tell of a wait; phase 0: nothing. */
struct wait_news {
	__u8 phase;       /* enum wait_phase */
	__u8 ends;        /* mask */
	__u8 denied;      /* mask: before that, a wait of theirs has turned out to be none */
	__u8 pad;
	__u32 elapsed_ms;
	__u32 denied_ms;  /* how long it seemed to have lasted */
};

/* Since when the flow waits; the later of the two ends, if both do. */
static __always_inline __u64 waits_since(const struct flow *f, const struct history *h)
{
	__u8 ends = waiting_ends(state_pair_of(f));
	__u64 a = ends & 1 ? h->wait_since[0] : 0, b = ends & 2 ? h->wait_since[1] : 0;

	return a > b ? a : b;
}

static __always_inline __u32 ms_between(__u64 from, __u64 to)
{
	__u64 ms = to > from ? (to - from) / 1000000 : 0;

	return ms < 0xffffffff ? ms : 0xffffffff;
}

static __always_inline bool is_fin_again(const struct flow *f, __u32 x, const struct segment *s)
{
	return (s->flags & TH_FIN) && has_seen_fin(f, x) && segment_end(s) == f->past[x].fin;
}

/*
 * After apply(): x's segment was taken, and took the flow from the pair before
 * to where it is. Brings the wait's times up to date.
 */
static __always_inline void note_wait(const struct flow *f, struct history *h, __u32 x,
				      const struct segment *s, const struct outcome *what,
				      __u64 now, struct wait_news *news)
{
	__u32 y = x ^ 1;
	__u8 before = waiting_ends(what->was), after = waiting_ends(state_pair_of(f));
	__u8 entered = after & ~before, left = before & ~after;

	news->phase = 0;
	news->denied = 0;
	if ((what->facts & FACT_TAKEN_BACK) && left) {
		/* There was no wait, nor its restarts (RULES 41). */
		news->denied = left;
		news->denied_ms = ms_between(h->wait_since[left >> 1 & 1], now);
		h->wait_ends &= ~left;
		h->wait_restarts = 0;
		left = 0;
	}
	if (entered && h->wait_outcome == WAIT_RESET) {
		/* The RST that had ended it is taken back: it has gone on all the while. */
		h->wait_outcome = WAIT_NONE;
		news->phase = WAIT_STARTED;
		news->ends = entered;
		news->elapsed_ms = ms_between(h->wait_since[entered >> 1 & 1], now);
	} else if (h->wait_outcome == WAIT_RESET && is_fin_again(f, x, s)) {
		/* Should it still wait, then from here. */
		h->wait_since[y] = now;
		h->wait_acked &= ~(1 << y);
		if (h->wait_restarts < 0xffff)
			h->wait_restarts++;
	} else if (entered) {
		if (entered & 1)
			h->wait_since[0] = now;
		if (entered & 2)
			h->wait_since[1] = now;
		h->wait_ends |= entered;
		h->wait_acked &= ~entered;
		news->phase = WAIT_STARTED;
		news->ends = entered;
		news->elapsed_ms = 0;
	} else if (left) {
		h->wait_outcome = WAIT_RESET;
		h->wait_elapsed_ms = ms_between(h->wait_since[left >> 1 & 1], now);
		news->phase = WAIT_ENDED;
		news->ends = left;
		news->elapsed_ms = h->wait_elapsed_ms;
	} else if ((what->facts & FACT_TIME_WAIT) && (what->facts & FACT_FIN_BEFORE) &&
		   (s->flags & TH_FIN)) {
		news->phase = WAIT_RESTARTED;
		news->ends = 1 << y;
		news->elapsed_ms = ms_between(h->wait_since[y], now);
		h->wait_since[y] = now;
		h->wait_acked &= ~(1 << y);
		if (h->wait_restarts < 0xffff)
			h->wait_restarts++;
	} else if (after & 1 << y) {
		/* What else comes late is answered too: an ACK after it need not be the last one. */
		h->wait_acked |= 1 << y;
	}
	/* The waiting end's own ACK of the FIN: from here it counts. */
	if ((after & 1 << x) && !(h->wait_acked & 1 << x) &&
	    (s->flags & (TH_ACK | TH_SYN | TH_RST)) == TH_ACK && acks_fin(f, y, s->ack)) {
		h->wait_since[x] = now;
		h->wait_acked |= 1 << x;
	}
}

/* A new incarnation takes the tuple of a waiting one: what makes that safe? */
static __always_inline enum reuse reuse_by(const struct flow *f, __u32 x, const struct segment *s,
					   enum judgment judgment)
{
	bool is_syn = judgment == JUDGE_OPEN;
	__u32 opener = end_index(x ^ !is_syn);
	__u32 isn = is_syn ? s->seq : s->ack - 1;

	if (!waiting_ends(state_pair_of(f)))
		return REUSE_NONE;
	if (seq_after(isn, f->end[opener].next))
		return REUSE_SEQUENCE;
	if (is_syn && (s->traits & SEG_TIMESTAMP) && uses_timestamps(f, opener) &&
	    ts_older(f->end[opener].tsval, s->tsval))
		return REUSE_TIMESTAMP;
	return REUSE_UNSAFE;
}

#endif
