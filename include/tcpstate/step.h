/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * What each end does with a segment, after judge.h has said what it is. Pure:
 * it changes the flow that it is given, and nothing else.
 *
 * A segment is two things: x sent it, and y = x ^ 1 received it. First the
 * numbers are brought up to date, then transition.h is asked what follows from
 * them, for each end in turn. x is 0 or 1; time is in ns.
 */
#ifndef TCPSTATE_STEP_H
#define TCPSTATE_STEP_H

#include "judge.h"
#include "transition.h"

#define WSCALE_UNKNOWN 14 /* mid-stream: the largest there is, so that nothing is rejected wrongly */

static __always_inline void happens(struct flow *f, __u32 end, enum happening what)
{
	f->state[end] = state_after(f->state[end], what);
}

/* Counters of a byte stay at 255. */
static __always_inline void count_byte(__u8 *counter)
{
	if (*counter < 255)
		(*counter)++;
}

static __always_inline __u32 wscale_of(const struct flow *f, __u32 x)
{
	return f->wscale >> (x * 4) & 15;
}

static __always_inline void set_wscale(struct flow *f, __u32 x, __u32 shift)
{
	f->wscale = (f->wscale & (0xf0 >> (x * 4))) | shift << (x * 4);
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

/* ---- numbers ----------------------------------------------------------- */

/* x acknowledges: what y sent up to there has arrived, also what passed unseen. */
static __always_inline void note_ack(struct flow *f, __u32 x, const struct segment *s)
{
	struct end *me = &f->end[x], *to = &f->end[x ^ 1];
	struct end_past *past = &f->past[x ^ 1];
	__u32 edge = s->ack + ((__u32)s->window << wscale_of(f, x));

	if (!(f->past[x].traits & END_ACKED)) {
		f->past[x].traits |= END_ACKED;
		me->acked = s->ack;
		me->edge = edge;
	} else {
		me->acked = seq_max(me->acked, s->ack);
		me->edge = seq_max(me->edge, edge);
	}
	/* An ACK beyond what we have seen (judge found it credible): it was missed. */
	if (!(past->traits & END_HEARD) || seq_after(s->ack, to->next))
		to->next = s->ack;
	if ((past->traits & END_HOLE) && seq_after(s->ack, past->hole_start)) {
		past->hole_start = s->ack;
		if (!seq_before(s->ack, past->hole_end))
			past->traits &= ~END_HOLE;
	}
	if (s->window == 0 && !(s->flags & (TH_SYN | TH_FIN)) && f->past[x].zero_windows < 0xffff)
		f->past[x].zero_windows++;
}

/* x sent bytes seq..end: new ones, ones that fill a hole, or old ones again. */
static __always_inline void note_bytes(struct flow *f, __u32 x, const struct segment *s)
{
	struct end *me = &f->end[x];
	struct end_past *past = &f->past[x];
	__u32 end = segment_end(s);

	if (!(past->traits & END_HEARD)) {
		past->traits |= END_HEARD;
		me->next = end;
		return;
	}
	if (seq_after(s->seq, me->next)) {
		/* What lies between was lost before us, or is late. */
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
		} else if ((past->traits & END_HOLE) && seq_before(s->seq, past->hole_end) &&
			   !seq_before(s->seq, past->hole_start)) {
			past->out_of_order++;
		} else {
			past->retransmits++;
		}
	}
	if (seq_after(end, me->next))
		me->next = end;
}

/*
 * TS.Recent: RFC 7323 4.3 (2), the newest timestamp of what is not beyond the
 * last ACK. While x waits in SYN_RECEIVED, it stays that of its SYN-ACK.
 */
static __always_inline void note_timestamp(struct flow *f, __u32 x, const struct segment *s)
{
	if (!(s->traits & SEG_TIMESTAMP) || f->state[x] == STATE_SYN_RECEIVED)
		return;
	if (f->traits & FLOW_MIDSTREAM && !uses_timestamps(f, x)) {
		f->past[x].traits |= END_TIMESTAMPS;
		f->end[x].tsval = s->tsval;
	} else if (!ts_older(s->tsval, f->end[x].tsval) &&
		   (!(f->past[x ^ 1].traits & END_ACKED) ||
		    !seq_after(s->seq, f->end[x ^ 1].acked))) {
		f->end[x].tsval = s->tsval;
	}
}

/* What a SYN or a SYN-ACK says of the end that sends it. */
static __always_inline void note_syn(struct flow *f, __u32 x, const struct segment *s)
{
	struct end_past *past = &f->past[x];

	past->traits = END_HEARD | END_SYN | (past->traits & END_ACKED);
	past->isn = s->seq;
	past->mss = s->mss;
	past->ttl = s->ttl;
	if (s->traits & SEG_SACK_PERMITTED)
		past->traits |= END_SACK;
	if (s->traits & SEG_TIMESTAMP)
		past->traits |= END_TIMESTAMPS;
	if (s->traits & SEG_WSCALE)
		past->traits |= END_WSCALE;
	set_wscale(f, x, s->traits & SEG_WSCALE ? s->wscale : 0);
	f->end[x].next = segment_end(s);
	f->end[x].tsval = s->tsval;
	/* Its window is not scaled, and counts from the number that it does not know yet. */
	f->end[x].edge = s->window;
}

/* An option counts if both SYNs carried it (RFC 7323 2.2, 3.2; RFC 2018 2). */
static __always_inline void agree_on_options(struct flow *f)
{
	const __u8 agreed = f->past[0].traits & f->past[1].traits;
	const __u8 options = END_WSCALE | END_TIMESTAMPS | END_SACK;

	f->past[0].traits &= ~options | agreed;
	f->past[1].traits &= ~options | agreed;
	if (!(agreed & END_WSCALE))
		f->wscale = 0;
}

/* ---- what follows for the ends ----------------------------------------- */

static __always_inline bool fin_has_arrived(const struct flow *f, __u32 from)
{
	const struct end_past *past = &f->past[from];

	if (!(past->traits & END_FIN))
		return false;
	if ((f->past[from ^ 1].traits & END_ACKED) && !seq_before(f->end[from ^ 1].acked, past->fin))
		return true;
	return !seq_before(expected(f, from), past->fin);
}

static __always_inline bool acks_fin(const struct flow *f, __u32 of, __u32 ack)
{
	return (f->past[of].traits & END_FIN) && !seq_before(ack, f->past[of].fin);
}

static __always_inline void note_fin(struct flow *f, __u32 x, const struct segment *s, __u64 now)
{
	struct end_past *past = &f->past[x];

	count_byte(&past->fins);
	if (past->traits & END_FIN)
		return;
	past->traits |= END_FIN;
	past->fin = segment_end(s);
	if (!f->first_fin_ms) {
		f->first_fin_ms = since_start_ms(f, now);
		f->closed_by = x + 1;
		f->closed_how = CLOSE_FIN;
	} else {
		f->second_fin_ms = since_start_ms(f, now);
	}
}

/* x sent an acceptable segment that is not a SYN. */
static __always_inline void sent(struct flow *f, __u32 x, const struct segment *s, __u64 now)
{
	bool was_opening = f->state[x] == STATE_SYN_SENT || f->state[x] == STATE_LISTEN;

	note_bytes(f, x, s);
	note_timestamp(f, x, s);
	note_ack(f, x, s);
	if (s->flags & TH_FIN)
		note_fin(f, x, s, now);

	happens(f, x, SENT_ACK);
	if (was_opening)
		f->traits |= FLOW_INFERRED;
	/* Its ACK tells what it has received, before it tells what it sends. */
	if (acks_fin(f, x ^ 1, s->ack))
		happens(f, x, RCVD_FIN);
	if (s->flags & TH_FIN)
		happens(f, x, SENT_FIN);
}

/* y received it. */
static __always_inline void received(struct flow *f, __u32 y, const struct segment *s)
{
	__u32 x = y ^ 1;

	if (f->state[y] == STATE_LISTEN) {
		/* One direction only: y must have answered, or x would not go on. */
		f->traits |= FLOW_INFERRED;
		happens(f, y, SENT_ACK);
	}
	if (f->state[y] == STATE_SYN_RECEIVED || acks_syn(f, y, s->ack))
		happens(f, y, RCVD_ACK_OF_SYN);
	if (acks_fin(f, y, s->ack))
		happens(f, y, RCVD_ACK_OF_FIN);
	if (fin_has_arrived(f, x))
		happens(f, y, RCVD_FIN);
	if (f->state[y] == STATE_CLOSING) {
		f->traits |= FLOW_SIMULTANEOUS_CLOSE;
		f->closed_by = 3;
	}
}

/* One socket connected to itself is both ends: what one has done, the other has. */
static __always_inline void mirror(struct flow *f, __u32 from)
{
	__u32 to = from ^ 1;
	__u64 packets = f->end[to].packets, bytes = f->end[to].bytes;

	f->end[to] = f->end[from];
	f->end[to].packets = packets;
	f->end[to].bytes = bytes;
	f->past[to] = f->past[from];
	f->state[to] = f->state[from];
}

/* Mid-stream: do both ends' numbers belong together? */
static __always_inline bool numbers_agree(const struct flow *f)
{
	const __u8 both = f->past[0].traits & f->past[1].traits;

	return (both & END_HEARD) && (both & END_ACKED) &&
	       f->end[0].next - f->end[1].acked < GUESS_SLACK &&
	       f->end[1].next - f->end[0].acked < GUESS_SLACK;
}

static __always_inline void remember_ack(struct flow *f, __u32 x, __u32 ack)
{
	f->traits |= FLOW_PENDING_ACK | (x ? FLOW_PENDING_END_1 : 0);
	if (!x)
		f->traits &= ~FLOW_PENDING_END_1;
	f->pending_ack = ack;
}

static __always_inline enum cause step_accept(struct flow *f, __u32 x, const struct segment *s, __u64 now)
{
	__u32 y = x ^ 1;
	__u8 before = f->state[y];
	bool opening = f->state[y] == STATE_SYN_RECEIVED;
	bool again = has_seen_fin(f, x);
	bool fin_acked = acks_fin(f, y, s->ack);
	bool progress = (f->past[x].traits & END_HEARD) &&
			(seq_after(segment_end(s), f->end[x].next) ||
			 seq_after(s->ack, f->end[x].acked));

	/* The handshake's ACK decides between two SYN-ACKs. */
	if (opening && (f->traits & FLOW_ISN_CHANGED) && s->ack == f->pending_ack + 1) {
		f->past[y].isn = f->pending_ack;
		f->end[y].next = s->ack;
	}
	sent(f, x, s, now);
	if (f->traits & FLOW_SELF)
		mirror(f, x);
	received(f, y, s);
	if (f->traits & FLOW_SELF)
		mirror(f, y);

	if (f->traits & FLOW_PENDING_ACK) {
		/* y goes on where it was, so that ACK was of nothing; or it was credible. */
		if (is_pending_end(f, y) || !seq_before(f->end[y].next, f->pending_ack))
			f->traits &= ~FLOW_PENDING_ACK;
	}
	if (opening && f->state[y] != STATE_SYN_RECEIVED) {
		f->traits |= FLOW_CONFIRMED;
		if (!f->ack_us && f->synack_us)
			f->ack_us = since_start_us(f, now) - f->synack_us;
	}
	if (!(f->traits & FLOW_CONFIRMED) && numbers_agree(f))
		f->traits |= FLOW_CONFIRMED;
	if ((f->traits & FLOW_QUIET) && ((f->traits & FLOW_CONFIRMED) || progress)) {
		/* Somebody talks back to it: it is a connection. */
		f->traits &= ~FLOW_QUIET;
		return CAUSE_MIDSTREAM;
	}

	if (before == STATE_TIME_WAIT && (s->flags & TH_FIN) && again)
		f->changed = now; /* the last ACK was lost: 2MSL starts again (3.10.7.4, eighth) */

	if (opening && !(s->flags & TH_FIN))
		return CAUSE_HANDSHAKE_ACK;
	if (s->flags & TH_FIN)
		return fin_acked ? CAUSE_FIN_ACK : CAUSE_FIN;
	if (fin_acked)
		return CAUSE_ACK_OF_FIN;
	return again ? CAUSE_HOLE_FILLED : CAUSE_INFERRED;
}

static __always_inline enum cause step_syn_ack(struct flow *f, __u32 x, const struct segment *s, __u64 now)
{
	__u32 y = x ^ 1;
	bool repeated = f->past[x].traits & END_SYN;
	bool crossed;

	if (f->state[x] == STATE_SYN_SENT && f->state[y] == STATE_LISTEN) {
		/* y's SYN, which this acknowledges, was missed. */
		f->traits |= FLOW_SIMULTANEOUS_OPEN | FLOW_INFERRED;
		f->past[y].traits |= END_HEARD;
		f->past[y].isn = s->ack - 1;
		f->end[y].next = s->ack;
		happens(f, y, SENT_SYN);
	}
	crossed = f->traits & FLOW_SIMULTANEOUS_OPEN;
	count_byte(&f->past[x].syns);
	if (repeated && f->past[x].isn != s->seq) {
		f->traits |= FLOW_ISN_CHANGED;
		f->pending_ack = f->past[x].isn;
	} else if (repeated && !crossed) {
		f->past[x].retransmits++;
	}
	note_syn(f, x, s);
	if (f->past[y].traits & END_SYN) {
		/* Only now does y's SYN window count from somewhere. */
		if (!(f->past[y].traits & END_ACKED))
			f->end[y].edge = s->seq + 1 + (__u16)f->end[y].edge;
		agree_on_options(f);
	}
	f->end[x].acked = s->ack;
	f->end[x].edge = s->ack + s->window;
	f->past[x].traits |= END_ACKED;
	if (f->traits & FLOW_SELF)
		mirror(f, x);

	happens(f, x, SENT_SYN_ACK);
	happens(f, y, RCVD_SYN_ACK);
	if (f->traits & FLOW_SELF)
		mirror(f, y);
	if (!f->synack_us && (f->past[y].traits & END_SYN))
		f->synack_us = since_start_us(f, now);
	if (crossed && f->state[x] != STATE_SYN_RECEIVED)
		f->traits |= FLOW_CONFIRMED;
	return CAUSE_SYN_ACK;
}

/* A bare SYN: the first, the same again, another number, or the other end's. */
static __always_inline enum cause step_syn(struct flow *f, __u32 x, const struct segment *s,
				  enum judgment judgment)
{
	__u32 y = x ^ 1;

	count_byte(&f->past[x].syns);
	if (judgment == JUDGE_SYN_AGAIN) {
		f->past[x].retransmits++;
		if (!(f->past[x].traits & END_ACKED))
			f->end[x].tsval = s->tsval;
		return CAUSE_NONE;
	}
	note_syn(f, x, s);
	if (judgment == JUDGE_SYN_RESTART) {
		f->traits |= FLOW_ISN_CHANGED;
		f->pending_ack = s->seq;
		return CAUSE_NONE;
	}
	happens(f, x, SENT_SYN);
	if (f->traits & FLOW_SELF)
		mirror(f, x);
	if (judgment == JUDGE_SYN_CROSSED || (f->traits & FLOW_SELF)) {
		/* Each has the other's SYN: y's passed before, and found x opening. */
		f->traits |= FLOW_SIMULTANEOUS_OPEN;
		happens(f, x, RCVD_SYN);
		happens(f, y, RCVD_SYN);
	}
	return CAUSE_SYN;
}

static __always_inline enum cause step_reset(struct flow *f, __u32 x, enum judgment judgment)
{
	f->was[0] = f->state[0];
	f->was[1] = f->state[1];
	if (f->past[x].rsts < 0xffff)
		f->past[x].rsts++;
	f->traits |= FLOW_RST_CLOSED;
	f->traits &= ~FLOW_PENDING_ACK;
	happens(f, 0, RESET);
	happens(f, 1, RESET);
	f->closed_how = CLOSE_RST;
	f->closed_by = x + 1;
	return judgment == JUDGE_REFUSED ? CAUSE_REFUSED : CAUSE_RST;
}

/* A SYN that the receiver challenges: remember it (RFC 5961 4; RULES 8). */
static __always_inline void remember_syn(struct flow *f, __u32 x, const struct segment *s)
{
	if (s->flags & TH_ACK)
		return;
	f->traits |= FLOW_PENDING_SYN;
	f->traits &= ~(FLOW_PENDING_END_1 | FLOW_PENDING_ACK);
	if (x)
		f->traits |= FLOW_PENDING_END_1;
	f->pending_seq = s->seq;
}

/* Both ends are what they were before the RST that was ignored. */
static __always_inline void take_back_reset(struct flow *f)
{
	f->state[0] = f->was[0];
	f->state[1] = f->was[1];
	f->traits &= ~(FLOW_RST_CLOSED | FLOW_PENDING_ACK);
	f->traits |= FLOW_RST_IGNORED;
	f->closed_how = f->first_fin_ms ? CLOSE_FIN : CLOSE_NONE;
	f->closed_by = 0;
}

/*
 * Does what the judgment says. Returns why a state changed, if one did: the
 * caller compares the states before and after. Where the judgment is that a new
 * incarnation begins, the flow has been made ready for it (open.h).
 */
static __always_inline enum cause step(struct flow *f, __u32 x, const struct segment *s,
			      enum judgment judgment, __u64 now)
{
	enum cause cause;

	switch (judgment) {
	case JUDGE_UNIGNORED:
		take_back_reset(f);
		/* fallthrough */
	case JUDGE_OPEN_MIDSTREAM:
	case JUDGE_ACCEPT:
		cause = step_accept(f, x, s, now);
		return judgment == JUDGE_UNIGNORED ? CAUSE_RST_IGNORED : cause;
	case JUDGE_OPEN:
	case JUDGE_SYN_AGAIN:
	case JUDGE_SYN_RESTART:
	case JUDGE_SYN_CROSSED:
		return step_syn(f, x, s, judgment);
	case JUDGE_OPEN_SYN_ACK:
	case JUDGE_SYN_ACK:
	case JUDGE_SYN_ACK_AGAIN:
		return step_syn_ack(f, x, s, now);
	case JUDGE_RST:
	case JUDGE_REFUSED:
		return step_reset(f, x, judgment);
	case JUDGE_CHALLENGE_SYN:
		remember_syn(f, x, s);
		return CAUSE_NONE;
	case JUDGE_ACK_UNSENT:
		if (f->state[x ^ 1] != STATE_SYN_RECEIVED && is_synchronized(f->state[x ^ 1]) &&
		    !(f->traits & FLOW_PENDING_SYN))
			remember_ack(f, x, s->ack);
		return CAUSE_NONE;
	case JUDGE_RST_INEXACT:
	case JUDGE_RST_INVALID:
		if (f->past[x].rsts < 0xffff)
			f->past[x].rsts++;
		return CAUSE_NONE;
	case JUDGE_LATE:
		if (s->flags & TH_RST)
			f->traits &= ~FLOW_PENDING_ACK;
		else if (!(s->flags & TH_SYN) && carries_on(f, x, s))
			remember_ack(f, x, s->ack);
		return CAUSE_NONE;
	case JUDGE_OLD:
		if (s->len > 1)
			f->past[x].retransmits++;
		return CAUSE_NONE;
	default:
		return CAUSE_NONE;
	}
}

/* A hard ICMP error that quotes x's segment ends an opener (RFC 1122 4.2.3.9), no one else. */
static __always_inline enum cause step_icmp_error(struct flow *f, __u32 x, __u32 seq)
{
	f->traits |= FLOW_ICMP_ERROR;
	if (f->state[x] != STATE_SYN_SENT || f->past[x].isn != seq)
		return CAUSE_NONE;
	happens(f, 0, RESET);
	happens(f, 1, RESET);
	f->closed_by = (x ^ 1) + 1;
	return CAUSE_ICMP;
}

/* Its time has run out (expiry.h). */
static __always_inline void step_timeout(struct flow *f)
{
	happens(f, 0, TIMED_OUT);
	happens(f, 1, TIMED_OUT);
	if (!f->closed_how)
		f->closed_how = CLOSE_TIMEOUT;
}

#endif
