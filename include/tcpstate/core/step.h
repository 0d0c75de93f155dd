/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * What a flow does with a segment, after judge.h has said what it is. Pure: it
 * changes the flow that it is given, and nothing else. x is 0 or 1, the end
 * that sent the segment; time is in ns.
 */
#ifndef TCPSTATE_CORE_STEP_H
#define TCPSTATE_CORE_STEP_H

#include "tcpstate/core/anew.h"
#include "tcpstate/core/exchange.h"

static __always_inline __u32 facts_of(const struct flow *f, __u32 x, const struct segment *s)
{
	__u32 y = x ^ 1, facts = 0;

	if (f->state[y] == STATE_SYN_RECEIVED)
		facts |= FACT_OPENING;
	if (f->state[y] == STATE_TIME_WAIT)
		facts |= FACT_TIME_WAIT;
	if (has_seen_fin(f, x) && !(f->past[x].traits & END_FIN_INFERRED))
		facts |= FACT_FIN_BEFORE;
	if ((s->flags & TH_FIN) && !is_buried_fin(f, x, s))
		facts |= FACT_FIN;
	if (acks_fin(f, y, s->ack))
		facts |= FACT_ACKS_FIN;
	if (fins_crossed(f, x))
		facts |= FACT_FINS_CROSSED;
	if ((f->past[x].traits & END_HEARD) &&
	    (seq_after(segment_end(s), f->end[x].next) || is_new_ack(f, x, s->ack)))
		facts |= FACT_PROGRESS;
	return facts;
}

/* Why a state changed, if one did. */
static __always_inline enum cause cause_of(__u32 facts, const struct segment *s)
{
	if (facts & FACT_FIN)
		return facts & FACT_ACKS_FIN ? CAUSE_FIN_ACK : CAUSE_FIN;
	if (facts & FACT_OPENING)
		return CAUSE_HANDSHAKE_ACK;
	if (facts & FACT_ACKS_FIN)
		return CAUSE_ACK_OF_FIN;
	return facts & FACT_FIN_BEFORE ? CAUSE_HOLE_FILLED : CAUSE_INFERRED;
}

/* What was remembered, and is settled by a segment that both ends' numbers fit. */
static __always_inline void settle_pending(struct flow *f, struct history *h)
{
	f->past[0].traits &= ~END_RST_DOUBTFUL;
	f->past[1].traits &= ~END_RST_DOUBTFUL;
	for (__u32 end = 0; end < 2; end++)
		if (h->claim[end].kind == CLAIM_FAR || h->claim[end].kind == CLAIM_GOES_ON)
			drop_claim(f, h, end);
}

static __always_inline enum cause step_accept(struct flow *f, struct history *h, __u32 x,
					      const struct segment *s, __u64 now, struct outcome *out)
{
	__u32 y = x ^ 1;

	out->facts |= facts_of(f, x, s);
	/* The handshake's ACK decides between two SYN-ACKs. */
	if ((out->facts & FACT_OPENING) && (f->traits & FLOW_OTHER_ISN) && s->ack == f->other_isn + 1) {
		f->past[y].isn = f->other_isn;
		f->end[y].next = s->ack;
		h->first[end_index(y)] = f->other_isn;
	}
	/* Data of the SYN-ACK that x did not take will be sent again, if y has sent no more since. */
	if ((out->facts & FACT_OPENING) && s->ack == f->past[y].isn + 1 && packets_of(f, y) == f->past[y].syns)
		set_next(f, h, y, s->ack);
	sent(f, h, x, s, now, out);
	if (f->traits & FLOW_SELF)
		mirror(f, x);
	received(f, y, s, out);
	if (f->traits & FLOW_SELF)
		mirror(f, y);
	doubt_fin(f, x, s, out);
	note_simultaneous_close(f);
	settle_pending(f, h);

	if ((out->facts & FACT_OPENING) && f->state[y] != STATE_SYN_RECEIVED) {
		f->traits |= FLOW_CONFIRMED;
		if (!f->ack_us && f->synack_us) {
			const __u32 since = since_start_us(f, now);

			/* 0 would be: not both were seen. */
			f->ack_us = since > f->synack_us ? since - f->synack_us : 1;
		}
	}
	if (!(f->traits & FLOW_CONFIRMED) && numbers_agree(f))
		f->traits |= FLOW_CONFIRMED;
	/* Somebody talks back to it, or it insists: it is a connection. */
	if ((f->traits & FLOW_QUIET) &&
	    ((f->traits & FLOW_CONFIRMED) || (out->facts & FACT_PROGRESS) || f->past[x].fins > 1)) {
		f->traits &= ~FLOW_QUIET;
		return CAUSE_MIDSTREAM;
	}
	return cause_of(out->facts, s);
}

static __always_inline enum cause step_syn_ack(struct flow *f, struct history *h, __u32 x,
					       const struct segment *s, __u64 now)
{
	__u32 y = x ^ 1;
	bool repeated = f->past[x].traits & END_SYN;
	bool crossed;

	if (f->state[x] == STATE_SYN_SENT && f->state[y] == STATE_LISTEN) {
		/* y's SYN, which this acknowledges, was missed. */
		f->traits |= FLOW_SIMULTANEOUS_OPEN | FLOW_INFERRED;
		f->past[y].isn = s->ack - 1;
		set_next(f, h, y, s->ack);
		happens(f, y, SENT_SYN);
	}
	if (shows_crossed_syns(f, x, s))
		f->traits |= FLOW_SIMULTANEOUS_OPEN | FLOW_INFERRED;
	crossed = f->traits & FLOW_SIMULTANEOUS_OPEN;
	if (repeated && f->past[x].isn == s->seq && !crossed)
		f->past[x].retransmits++;
	if (repeated && f->past[x].isn != s->seq)
		f->traits |= FLOW_ISN_CHANGED;
	if (repeated) {
		/* The other number that the ACK may decide for. */
		f->other_isn = f->past[x].isn;
		f->traits |= FLOW_OTHER_ISN;
	}
	note_syn(f, h, x, s);
	if (f->past[y].traits & END_SYN) {
		/* Only now does y's SYN window count from somewhere. */
		if (!has_acked(f, y)) {
			f->end[y].edge = s->seq + 1 + (__u16)f->end[y].edge;
			/* Data of the SYN that x did not take will be sent again. */
			if (seq_before(s->ack, f->end[y].next))
				f->end[y].next = s->ack;
		}
		agree_on_options(f);
	} else {
		/* y's SYN was missed. What this one answers, it offered; but not what its scale is. */
		f->past[y].traits |= f->past[x].traits & (END_TIMESTAMPS | END_SACK);
		f->end[y].tsval = s->tsecr; /* the SYN-ACK echoes the SYN's */
		set_wscale(f, y, s->traits & SEG_WSCALE ? WSCALE_UNKNOWN : 0);
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
		f->synack_us = since_start_us(f, now) ?: 1; /* 0: not both were seen */
	if (crossed && f->state[x] != STATE_SYN_RECEIVED)
		f->traits |= FLOW_CONFIRMED;
	return CAUSE_SYN_ACK;
}

/* A bare SYN: the first, the same again, another number, or the other end's. */
static __always_inline enum cause step_syn(struct flow *f, struct history *h, __u32 x, const struct segment *s,
					   enum judgment judgment, struct outcome *out)
{
	__u32 y = x ^ 1;

	if (judgment == JUDGE_SYN_AGAIN) {
		f->past[x].retransmits++;
		if (!has_acked(f, x) && (s->traits & SEG_TIMESTAMP))
			f->end[x].tsval = s->tsval;
		if (!(s->flags & TH_ACK) && f->state[y] == STATE_SYN_RECEIVED)
			f->past[x].traits |= END_ASKS_AGAIN;
		return CAUSE_NONE;
	}
	note_syn(f, h, x, s);
	if (judgment == JUDGE_SYN_RESTART) {
		f->traits |= FLOW_ISN_CHANGED;
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

/*
 * The handshake's own SYN or SYN-ACK comes behind what answers it: the observer
 * saw them in another order (RULES 37). What it says of its sender counts.
 */
static __always_inline enum cause step_syn_late(struct flow *f, struct history *h, __u32 x, const struct segment *s,
						__u64 now)
{
	if (!uses_timestamps(f, x))
		f->end[x].tsval = s->tsval; /* else a later one is known */
	note_syn_options(f, x, s);
	h->first[end_index(x)] = s->seq;
	if (f->past[x ^ 1].traits & END_SYN)
		agree_on_options(f);
	if ((s->flags & TH_ACK) && !f->synack_us)
		f->synack_us = since_start_us(f, now) ?: 1; /* 0: not both were seen */
	f->past[x].traits |= END_HEARD;
	f->traits &= ~(FLOW_INFERRED | FLOW_MISSED_OPENING);
	return CAUSE_NONE;
}

static __always_inline enum cause step_reset(struct flow *f, struct history *h, __u32 x, const struct segment *s,
					     enum judgment judgment, struct outcome *out)
{
	/* It acknowledges the other end's FIN, so it had received it before it reset (RULES 41). */
	if ((s->flags & TH_ACK) && acks_fin(f, x ^ 1, s->ack)) {
		__u8 before = f->state[x];

		happens(f, x, RCVD_FIN);
		if (f->state[x] != before) {
			passes(out, f, x);
			out->via_cause = CAUSE_INFERRED;
		}
	}
	/* Else it ends a TIME_WAIT (RFC 1337), and how the connection was closed stays. */
	if (!is_over(state_pair_of(f))) {
		f->closed_how = CLOSE_RST;
		f->closed_by = x + 1;
	}
	f->was[0] = f->state[0];
	f->was[1] = f->state[1];
	if (judgment == JUDGE_REFUSED)
		f->was[end_index(x ^ 1)] = STATE_SYN_SENT; /* also if a SYN-ACK had passed, and not arrived */
	f->traits |= FLOW_RST_CLOSED;
	/* But the SYN that x sent before, which y challenged: x makes room for it (RULES 8). */
	if (h->claim[end_index(x)].kind != CLAIM_SYN)
		drop_claim(f, h, x);
	drop_claim(f, h, x ^ 1);
	happens(f, 0, RESET);
	happens(f, 1, RESET);
	return judgment == JUDGE_REFUSED ? CAUSE_REFUSED : CAUSE_RST;
}

/* A SYN or SYN-ACK that the receiver challenges: remember it (RFC 5961 4; RULES 8, 39). */
static __always_inline void remember_syn(struct flow *f, struct history *h, __u32 x, const struct segment *s,
					 __u64 now)
{
	if ((f->traits & FLOW_GUESSED_ROLES) && f->end[x].next - s->seq - 1 < LARGEST_WINDOW) {
		/* It is this connection's own, late: now we know who began it. */
		f->traits &= ~FLOW_GUESSED_ROLES;
		f->initiator = s->flags & TH_ACK ? x ^ 1 : x;
		return;
	}
	if (!both_closed(f) && (f->past[x].traits & END_SYN) && s->seq == f->past[x].isn)
		return; /* a copy of this connection's own opens nothing */
	claim_segment(f, h, x, s, CLAIM_SYN, now);
}

/* Who closed by FIN, in closed_by's words: the end that waits, or the only one that has sent a FIN. */
static __always_inline __u8 first_closer(const struct flow *f)
{
	__u8 waits = waiting_ends(state_pair_of(f));
	__u8 sent = has_seen_fin(f, 0) | has_seen_fin(f, 1) << 1;

	return waits ? waits : sent == 3 ? 0 : sent;
}

/* Both ends are what they were before the RST that was ignored. */
static __always_inline void take_back_reset(struct flow *f)
{
	f->state[0] = f->was[0];
	f->state[1] = f->was[1];
	f->traits &= ~FLOW_RST_CLOSED;
	f->traits |= FLOW_RST_IGNORED;
	f->closed_how = f->first_fin_ms ? CLOSE_FIN : CLOSE_NONE;
	f->closed_by = first_closer(f);
}

/*
 * Does what the judgment says. Returns why a state changed, if one did: the
 * caller compares the states before and after. Where the judgment is that a new
 * incarnation begins, the flow has been made ready for it (open.h).
 */
static __always_inline enum cause step(struct flow *f, struct history *h, __u32 x, const struct segment *s,
				       enum judgment judgment, __u64 now, struct outcome *out)
{
	enum cause cause;

	note_fact(out, FACT_UNIGNORED, judgment == JUDGE_UNIGNORED);
	switch (judgment) {
	case JUDGE_UNIGNORED:
		take_back_reset(f);
		/* fallthrough */
	case JUDGE_OPEN_MIDSTREAM:
	case JUDGE_ACCEPT:
		cause = step_accept(f, h, x, s, now, out);
		return is_fact(out, FACT_UNIGNORED) ? CAUSE_RST_IGNORED : cause;
	case JUDGE_OPEN:
	case JUDGE_SYN_AGAIN:
	case JUDGE_SYN_RESTART:
	case JUDGE_SYN_CROSSED:
		return step_syn(f, h, x, s, judgment, out);
	case JUDGE_OPEN_SYN_ACK:
	case JUDGE_SYN_ACK:
	case JUDGE_SYN_ACK_AGAIN:
		return step_syn_ack(f, h, x, s, now);
	case JUDGE_SYN_LATE:
		return step_syn_late(f, h, x, s, now);
	case JUDGE_RST:
	case JUDGE_REFUSED:
		return step_reset(f, h, x, s, judgment, out);
	case JUDGE_HELD:
		hold(f, h, x, s, now);
		return CAUSE_NONE;
	case JUDGE_DATA_AFTER_FIN:
		/* The data is for nobody, but its ACK holds. */
		note_ack(f, h, x, s);
		doubt_fin(f, x, s, out);
		if (acks_fin(f, x ^ 1, s->ack))
			happens(f, x ^ 1, RCVD_ACK_OF_FIN);
		if (f->traits & FLOW_SELF)
			mirror(f, x ^ 1);
		return CAUSE_ACK_OF_FIN;
	case JUDGE_RST_ANSWER:
		f->past[x].traits |= END_RST_DOUBTFUL; /* should y fall silent, it has taken it */
		happens(f, x, RESET);
		return CAUSE_RST;
	case JUDGE_BAD_FLAGS:
		/* Linux takes SYN and FIN for a SYN, and may answer it with RST. */
		if ((s->flags & TH_CONTROL) == (TH_SYN | TH_FIN) && f->state[x ^ 1] != STATE_SYN_SENT)
			remember_syn(f, h, x, s, now);
		return CAUSE_NONE;
	case JUDGE_CHALLENGE_SYN:
		remember_syn(f, h, x, s, now);
		return CAUSE_NONE;
	case JUDGE_RST_INEXACT:
		f->past[x].traits |= END_RST_DOUBTFUL;
		return CAUSE_NONE;
	case JUDGE_ACK_OLD:
		offer_fin(f, x, s);
		return CAUSE_NONE;
	case JUDGE_LATE:
		if (s->flags & TH_RST) {
			drop_claim(f, h, 0);
			drop_claim(f, h, 1);
		} else if (!(s->flags & TH_SYN) && (carries_on(f, x, s) || asks_reset_wait(f, x))) {
			claim_segment(f, h, x, s, CLAIM_GOES_ON, now);
		}
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
	if (f->closed_how || f->closed_by)
		return; /* the latter alone: by an ICMP error */
	if ((f->past[0].traits | f->past[1].traits) & END_RST_DOUBTFUL) {
		/* Nothing came after it: it was taken (RULES 16). */
		f->closed_how = CLOSE_RST;
		f->closed_by = f->past[0].traits & END_RST_DOUBTFUL ? 1 : 2;
	} else {
		f->closed_how = CLOSE_TIMEOUT;
	}
}

#endif
