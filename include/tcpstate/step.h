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

/*
 * Both ends' states in one number, that of end 0 in the low byte: a pair that
 * can be compared at once, and changed without an index into the BPF stack
 * (which the compiler may turn into an OR that the verifier refuses).
 */
typedef __u16 state_pair;

static __always_inline state_pair state_pair_of(const struct flow *f)
{
	return (state_pair)(f->state[0] | f->state[1] << 8);
}

static __always_inline __u8 state_in_pair(state_pair pair, __u32 end)
{
	return pair >> (end * 8) & 0xff;
}

static __always_inline state_pair with_state(state_pair pair, __u32 end, __u8 state)
{
	return (state_pair)((pair & ~(0xff << (end * 8))) | state << (end * 8));
}

#define BOTH(state) ((state_pair)(STATE_##state | STATE_##state << 8))

/* What a segment is to the flow as it was before: step_accept() looks at it first. */
enum fact {
	FACT_OPENING = 1 << 0,       /* y waits for the ACK of its SYN-ACK */
	FACT_FIN_BEFORE = 1 << 1,    /* x has sent its FIN already */
	FACT_ACKS_FIN = 1 << 2,      /* it acknowledges y's FIN */
	FACT_FINS_CROSSED = 1 << 3,  /* see fins_crossed() */
	FACT_PROGRESS = 1 << 4,      /* new bytes, or a new acknowledgment */
	FACT_TIME_WAIT = 1 << 5,     /* y waits */
};

/*
 * What a segment did, as events shall tell it: the ends went from was through
 * via (the same as was, unless they only passed a state) to where they are.
 * In BPF it lies in a map: what the verifier does not follow costs it nothing.
 */
struct outcome {
	__u32 cause; /* enum cause */
	__u32 facts; /* enum fact */
	state_pair was;
	state_pair via;
};

/* The end is in a state that it will leave on the same segment. */
static __always_inline void passes(struct outcome *out, const struct flow *f, __u32 end)
{
	out->via = with_state(out->via, end, f->state[end]);
}

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
		} else if ((past->traits & END_HOLE) && seq_after(s->seq, past->hole_start) &&
			   seq_before(s->seq, past->hole_end)) {
			past->out_of_order++;
			if (!seq_before(end, past->hole_end))
				past->hole_end = s->seq;
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
	bool again = (past->traits & END_SYN) && past->isn == s->seq;

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
	/* The data of a first SYN (TFO) is not repeated in the next. */
	f->end[x].next = again ? seq_max(f->end[x].next, segment_end(s)) : segment_end(s);
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

/* Known to be on the other side of the wire, and not on this one. */
static __always_inline bool is_remote(const struct flow *f, __u32 end)
{
	return f->local == (end ? LOCAL_END_0 : LOCAL_END_1);
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
	if ((f->past[y].traits & END_ACKED) && !seq_before(f->end[y].acked, past->fin))
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
static __always_inline void sent(struct flow *f, __u32 x, const struct segment *s, __u64 now,
				 struct outcome *out)
{
	__u8 before;

	bool was_opening = f->state[x] == STATE_SYN_SENT || f->state[x] == STATE_LISTEN;

	/* It has received more than a SYN, so also the ACK of its own, which we missed. */
	if (f->state[x] == STATE_SYN_RECEIVED && seq_after(s->ack, f->end[x].acked)) {
		happens(f, x, RCVD_ACK_OF_SYN);
		f->traits |= FLOW_INFERRED;
	}
	note_bytes(f, x, s);
	note_timestamp(f, x, s);
	note_ack(f, x, s);
	if (s->flags & TH_FIN)
		note_fin(f, x, s, now);

	happens(f, x, SENT_ACK);
	if (was_opening)
		f->traits |= FLOW_INFERRED;
	/* Its ACK tells what it has received, before it tells what it sends. */
	before = f->state[x];
	if (acks_fin(f, x ^ 1, s->ack))
		happens(f, x, RCVD_FIN);
	if (s->flags & TH_FIN) {
		if (f->state[x] != before)
			passes(out, f, x);
		happens(f, x, f->state[x] == STATE_CLOSE_WAIT && !acks_fin(f, x ^ 1, s->ack) ?
				      SENT_FIN_UNAWARE : SENT_FIN);
	}
}

/* y received it. */
static __always_inline void received(struct flow *f, __u32 y, const struct segment *s,
				     struct outcome *out)
{
	__u32 x = y ^ 1;

	if (f->state[y] == STATE_LISTEN) {
		/* One direction only: y must have answered, or x would not go on. */
		f->traits |= FLOW_INFERRED;
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
	__u64 packets = f->end[to].packets, bytes = f->end[to].bytes;

	f->end[to] = f->end[from];
	f->end[to].packets = packets;
	f->end[to].bytes = bytes;
	f->past[to] = f->past[from];
	f->state[to] = f->state[from];
}

/* The largest window there is: 65535 << 14 (RFC 7323 2.3). */
#define LARGEST_WINDOW (1u << 30)

/* Mid-stream: do both ends' numbers belong together? */
static __always_inline bool numbers_agree(const struct flow *f)
{
	const __u8 both = f->past[0].traits & f->past[1].traits;

	return (both & END_HEARD) && (both & END_ACKED) &&
	       f->end[0].next - f->end[1].acked < LARGEST_WINDOW &&
	       f->end[1].next - f->end[0].acked < LARGEST_WINDOW;
}

static __always_inline void remember_ack(struct flow *f, __u32 x, __u32 ack)
{
	f->traits |= FLOW_PENDING_ACK | (x ? FLOW_PENDING_END_1 : 0);
	if (!x)
		f->traits &= ~FLOW_PENDING_END_1;
	f->pending_ack = ack;
}

static __always_inline __u32 facts_of(const struct flow *f, __u32 x, const struct segment *s)
{
	__u32 y = x ^ 1, facts = 0;

	if (f->state[y] == STATE_SYN_RECEIVED)
		facts |= FACT_OPENING;
	if (f->state[y] == STATE_TIME_WAIT)
		facts |= FACT_TIME_WAIT;
	if (has_seen_fin(f, x))
		facts |= FACT_FIN_BEFORE;
	if (acks_fin(f, y, s->ack))
		facts |= FACT_ACKS_FIN;
	if (fins_crossed(f, x))
		facts |= FACT_FINS_CROSSED;
	if ((f->past[x].traits & END_HEARD) &&
	    (seq_after(segment_end(s), f->end[x].next) || seq_after(s->ack, f->end[x].acked)))
		facts |= FACT_PROGRESS;
	return facts;
}

/* Why a state changed, if one did. */
static __always_inline enum cause cause_of(__u32 facts, const struct segment *s)
{
	if (s->flags & TH_FIN)
		return facts & FACT_ACKS_FIN ? CAUSE_FIN_ACK : CAUSE_FIN;
	if (facts & FACT_OPENING)
		return CAUSE_HANDSHAKE_ACK;
	if (facts & FACT_ACKS_FIN)
		return CAUSE_ACK_OF_FIN;
	return facts & FACT_FIN_BEFORE ? CAUSE_HOLE_FILLED : CAUSE_INFERRED;
}

/* y has acknowledged what we had not seen, and x goes on from there: so x did send it. */
static __always_inline void believe_pending_ack(struct flow *f, __u32 x, const struct segment *s)
{
	__u32 y = x ^ 1;

	if (!(f->traits & FLOW_PENDING_ACK) || !is_pending_end(f, y) ||
	    seq_before(s->seq, f->pending_ack) || !seq_after(f->pending_ack, f->end[x].next))
		return;
	f->end[x].next = f->pending_ack;
	f->end[y].acked = seq_max(f->end[y].acked, f->pending_ack);
	f->past[x].traits &= ~END_HOLE;
}

/* What was remembered of doubtful segments, and is settled by this one. */
static __always_inline void settle_pending(struct flow *f, __u32 x)
{
	__u32 y = x ^ 1;

	f->past[0].doubtful_rst = 0;
	f->past[1].doubtful_rst = 0;
	/* The sender of the challenged SYN goes on with the old numbers: it did not restart. */
	if ((f->traits & FLOW_PENDING_SYN) && is_pending_end(f, x))
		f->traits &= ~FLOW_PENDING_SYN;
	/* y goes on where it was, so that ACK was of nothing; or it was credible. */
	if ((f->traits & FLOW_PENDING_ACK) &&
	    (is_pending_end(f, y) || !seq_before(f->end[y].next, f->pending_ack)))
		f->traits &= ~FLOW_PENDING_ACK;
}

static __always_inline enum cause step_accept(struct flow *f, __u32 x, const struct segment *s, __u64 now,
					      struct outcome *out)
{
	__u32 y = x ^ 1;

	out->facts = facts_of(f, x, s);
	/* The handshake's ACK decides between two SYN-ACKs. */
	if ((out->facts & FACT_OPENING) && (f->traits & FLOW_ISN_CHANGED) &&
	    s->ack == f->pending_ack + 1) {
		f->past[y].isn = f->pending_ack;
		f->end[y].next = s->ack;
	}
	believe_pending_ack(f, x, s);
	sent(f, x, s, now, out);
	if (f->traits & FLOW_SELF)
		mirror(f, x);
	received(f, y, s, out);
	if (f->traits & FLOW_SELF)
		mirror(f, y);
	note_simultaneous_close(f);
	settle_pending(f, x);

	if ((out->facts & FACT_OPENING) && f->state[y] != STATE_SYN_RECEIVED) {
		f->traits |= FLOW_CONFIRMED;
		if (!f->ack_us && f->synack_us)
			f->ack_us = since_start_us(f, now) - f->synack_us;
	}
	if (!(f->traits & FLOW_CONFIRMED) && numbers_agree(f))
		f->traits |= FLOW_CONFIRMED;
	/* The last ACK was lost: 2MSL starts again (3.10.7.4, eighth). */
	if ((out->facts & FACT_TIME_WAIT) && (out->facts & FACT_FIN_BEFORE) && (s->flags & TH_FIN))
		f->changed = now;
	/* Somebody talks back to it: it is a connection. */
	if ((f->traits & FLOW_QUIET) &&
	    ((f->traits & FLOW_CONFIRMED) || (out->facts & FACT_PROGRESS))) {
		f->traits &= ~FLOW_QUIET;
		return CAUSE_MIDSTREAM;
	}
	return cause_of(out->facts, s);
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
					   enum judgment judgment, struct outcome *out)
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
		passes(out, f, x);
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
	if ((f->traits & FLOW_GUESSED_ROLES) && seq_before(s->seq, f->end[x].next)) {
		/* It is this connection's own, late: now we know who began it. */
		f->traits &= ~FLOW_GUESSED_ROLES;
		f->initiator = s->flags & TH_ACK ? x ^ 1 : x;
		return;
	}
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
				       enum judgment judgment, __u64 now, struct outcome *out)
{
	enum cause cause;

	switch (judgment) {
	case JUDGE_UNIGNORED:
		take_back_reset(f);
		/* fallthrough */
	case JUDGE_OPEN_MIDSTREAM:
	case JUDGE_ACCEPT:
		cause = step_accept(f, x, s, now, out);
		return judgment == JUDGE_UNIGNORED ? CAUSE_RST_IGNORED : cause;
	case JUDGE_OPEN:
	case JUDGE_SYN_AGAIN:
	case JUDGE_SYN_RESTART:
	case JUDGE_SYN_CROSSED:
		return step_syn(f, x, s, judgment, out);
	case JUDGE_OPEN_SYN_ACK:
	case JUDGE_SYN_ACK:
	case JUDGE_SYN_ACK_AGAIN:
		return step_syn_ack(f, x, s, now);
	case JUDGE_RST:
	case JUDGE_REFUSED:
		return step_reset(f, x, judgment);
	case JUDGE_DATA_AFTER_FIN:
		/* The data is for nobody, but its ACK holds. */
		note_ack(f, x, s);
		if (acks_fin(f, x ^ 1, s->ack))
			happens(f, x ^ 1, RCVD_ACK_OF_FIN);
		return CAUSE_ACK_OF_FIN;
	case JUDGE_CHALLENGE_SYN:
		remember_syn(f, x, s);
		return CAUSE_NONE;
	case JUDGE_ACK_UNSENT:
		if (f->state[x ^ 1] != STATE_SYN_RECEIVED && is_synchronized(f->state[x ^ 1]) &&
		    !(f->traits & FLOW_PENDING_SYN))
			remember_ack(f, x, s->ack);
		return CAUSE_NONE;
	case JUDGE_RST_INEXACT:
		f->past[x].doubtful_rst = 1;
		/* fallthrough */
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
	if (f->closed_how)
		return;
	if (f->past[0].doubtful_rst || f->past[1].doubtful_rst) {
		/* Nothing came after it: it was taken (RULES 16). */
		f->closed_how = CLOSE_RST;
		f->closed_by = f->past[0].doubtful_rst ? 1 : 2;
	} else {
		f->closed_how = CLOSE_TIMEOUT;
	}
}

#endif
