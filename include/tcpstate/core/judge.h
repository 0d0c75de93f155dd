/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * Which class of segment is this, given both ends' numbers? A pure function:
 * it reads the flow and changes nothing. step.h then does what it says.
 *
 * What the observer may assume: a segment that passes reaches the receiver,
 * and the receiver does with it what RFC 9293 3.10.7 says (as Linux 6.18 reads
 * it, where the RFC leaves a choice). What it can't know: segments lost behind
 * it, and those that never passed it. So the tests are those that the receiver
 * makes, on what it is known to hold:
 *
 *   RCV.NXT  is where the sender's seen bytes end without a hole (expected()),
 *   RCV.WUP  is the receiver's newest acknowledgment number     (end.acked),
 *   right edge is its highest acknowledgment plus window        (end.edge),
 *   SND.NXT  is the highest number it sent                      (end.next).
 *
 * x is the end that sent the segment, y = x ^ 1 the one that receives it.
 */
#ifndef TCPSTATE_CORE_JUDGE_H
#define TCPSTATE_CORE_JUDGE_H

#include "tcpstate/core/known.h"
#include "tcpstate/core/missed_fin.h"
#include "tcpstate/core/plausible.h"

/* RFC 6298 2.1: a second, less the round trip. */
#define SYN_ACK_AGAIN_US 900000

enum judgment {
	/* The receiver takes it. */
	JUDGE_ACCEPT,        /* data, ACK, FIN */
	JUDGE_SYN_AGAIN,     /* the same SYN: a retransmission */
	JUDGE_SYN_RESTART,   /* a SYN with another ISN while nobody has answered the first */
	JUDGE_SYN_CROSSED,   /* the other end's SYN: simultaneous open */
	JUDGE_SYN_ACK,       /* acknowledges the receiver's SYN */
	JUDGE_SYN_ACK_AGAIN, /* the same to an end that has taken it */
	JUDGE_RST,           /* closes both ends */
	JUDGE_RST_ANSWER,    /* closes its sender; the receiver challenges it */
	JUDGE_REFUSED,       /* RST that acknowledges a SYN */
	JUDGE_OPEN,          /* SYN of a new incarnation */
	JUDGE_OPEN_SYN_ACK,  /* SYN-ACK of a new incarnation, whose SYN was missed or challenged */
	JUDGE_SYN_LATE,      /* the handshake's own SYN or SYN-ACK, behind what answers it */
	JUDGE_OPEN_MIDSTREAM, /* picked up without either */
	JUDGE_UNIGNORED,     /* traffic that shows that the RST before it was ignored */

	/* Whether the receiver takes it is in doubt: doubt.h. */
	JUDGE_HELD,

	/* The receiver does not take it, and neither end changes. */
	JUDGE_BAD_FLAGS,
	JUDGE_BAD_CHECKSUM,
	JUDGE_CHALLENGE_SYN, /* SYN or SYN-ACK on a live connection: RFC 5961 4 */
	JUDGE_SYN_ACK_WRONG, /* acknowledges something else: the receiver answers RST */
	JUDGE_RST_INEXACT,   /* in the window, but not RCV.NXT: challenge ACK, RFC 5961 3 */
	JUDGE_RST_INVALID,
	JUDGE_OLD,           /* wholly before what the receiver has acknowledged; keepalives too */
	JUDGE_OUT_OF_WINDOW, /* beyond the right edge */
	JUDGE_ACK_UNSENT,    /* acknowledges what was never sent */
	JUDGE_ACK_OLD,       /* acknowledges what was acknowledged more than a window ago */
	JUDGE_PAWS,          /* its timestamp is older than TS.Recent: RFC 7323 5.3 */
	JUDGE_DATA_AFTER_FIN,
	JUDGE_LATE,          /* to an end that is CLOSED, or an old SYN to TIME_WAIT */
};

/* Linux has a request, or a timewait socket, instead of a whole one. */
static __always_inline bool is_minisock(const struct flow *f, __u32 end)
{
	return f->state[end] == STATE_TIME_WAIT ||
	       (f->state[end] == STATE_SYN_RECEIVED && is_passive_opener(f, end));
}

/*
 * Its timestamp is older than the newest that the receiver holds of the sender:
 * RFC 7323 5.3. Linux lets one tick pass (TCP_PAWS_WINDOW), and holds nothing
 * against a sender whose SYN had a timestamp of 0 (tcp_paws_check).
 */
static __always_inline bool fails_paws(const struct flow *f, __u32 x, const struct segment *s, __u64 now)
{
	const __u32 recent = f->end[x].tsval;
	const __u32 slack = !is_minisock(f, x ^ 1);

	return (s->traits & SEG_TIMESTAMP) && uses_timestamps(f, x) && recent &&
	       ts_older(s->tsval + slack, recent) && now - f->last_seen < PAWS_IDLE_NS;
}

/* The first SYN-ACK that was seen came as late as the second of y's does: the time echoed may be that of its first, behind the SYN. */
static __always_inline bool may_echo_missed_syn_ack(const struct flow *f, __u32 y, const struct segment *s)
{
	return f->synack_us >= SYN_ACK_AGAIN_US && f->end[y].tsval - s->tsecr <= f->synack_us / 1000;
}

/*
 * Linux, since "tcp: be less liberal in TSEcr received while in SYN_RECV state":
 * a passive opener takes no ACK that echoes another time than that of one of
 * its SYN-ACKs. Data sent before the ACK has times of its own (TFO).
 */
static __always_inline bool echoes_wrong_time(const struct flow *f, __u32 y, const struct segment *s)
{
	const struct end *to = &f->end[y];

	if (!is_passive_opener(f, y) || !uses_timestamps(f, y) || !(s->traits & SEG_TIMESTAMP) ||
	    !s->tsecr || to->next != f->past[y].isn + 1 || to->acked != f->past[y ^ 1].isn + 1)
		return false;
	return f->past[y].syns == 1 && !may_echo_missed_syn_ack(f, y, s) ? s->tsecr != to->tsval :
									   ts_older(to->tsval, s->tsecr);
}

/* RFC 6191, RFC 9293 3.10.7.4: a SYN that TIME_WAIT gives way to. */
static __always_inline bool is_newer_syn(const struct flow *f, __u32 x, const struct segment *s, __u64 now)
{
	if (fails_paws(f, x, s, now))
		return false;
	if (seq_after(s->seq, expected(f, x)))
		return true;
	return uses_timestamps(f, x) && (s->traits & SEG_TIMESTAMP) &&
	       ts_older(f->end[x].tsval, s->tsval);
}

static __always_inline enum judgment judge_syn(const struct flow *f, __u32 x, const struct segment *s,
					       __u64 now)
{
	__u32 y = x ^ 1;
	bool same = (f->past[x].traits & END_SYN) && f->past[x].isn == s->seq;
	__u8 mine = f->state[x], theirs = f->state[y];

	if (both_closed(f)) {
		/* A refused opener may try again with the same number; another whom an RST ended, if it is answered (RULES 39). */
		if (same && !(f->closed_how == CLOSE_RST && f->was[x] == STATE_SYN_SENT))
			return f->closed_how == CLOSE_RST ? JUDGE_CHALLENGE_SYN : JUDGE_LATE;
		return JUDGE_OPEN;
	}
	/* The SYN-ACK that we saw it answer was first at the observer. */
	if (f->initiator == x && !(f->past[x].traits & END_SYN) && (f->past[y].traits & END_SYN) &&
	    f->past[x].isn == s->seq)
		return JUDGE_SYN_LATE;
	if (mine == STATE_SYN_SENT) {
		if (same)
			return JUDGE_SYN_AGAIN;
		return theirs == STATE_LISTEN ? JUDGE_SYN_RESTART : JUDGE_CHALLENGE_SYN;
	}
	if (mine == STATE_LISTEN && theirs == STATE_SYN_SENT)
		return JUDGE_SYN_CROSSED;
	/* What crossed y's SYN was one that had been refused, and that we did not see. */
	if (mine == STATE_SYN_RECEIVED && theirs == STATE_SYN_RECEIVED && !same && !has_acked(f, x) && !has_acked(f, y))
		return JUDGE_SYN_RESTART;
	if (same && theirs == STATE_SYN_RECEIVED)
		return JUDGE_SYN_AGAIN; /* the SYN-ACK was lost */
	/*
	 * The receiver waits, or is gone while the sender waits (whose stack has
	 * decided to reuse the tuple: tcp_tw_reuse). A waiting initiator has no
	 * listener on its port: it answers with an ACK.
	 */
	if ((theirs == STATE_TIME_WAIT && f->initiator == x) ||
	    (mine == STATE_TIME_WAIT && theirs == STATE_CLOSED))
		return is_newer_syn(f, x, s, now) ? JUDGE_OPEN : JUDGE_CHALLENGE_SYN;
	return JUDGE_CHALLENGE_SYN;
}

/*
 * The SYN-ACK behind the ACK that answers it: nothing of its sender's opening
 * is known, but the number from which the other end has acknowledged it.
 */
static __always_inline bool is_missed_syn_ack(const struct flow *f, const struct history *h, __u32 x,
					      const struct segment *s)
{
	__u32 y = x ^ 1;

	return f->initiator == y && (f->traits & FLOW_MISSED_OPENING) && !(f->past[x].traits & END_SYN) &&
	       (f->past[y].traits & END_SYN) && s->ack - f->past[y].isn - 1 < SYN_DATA_MAX &&
	       s->seq + 1 == h->first[end_index(x)];
}

/* The SYNs had crossed, but x's was missed: y has told its number. */
static __always_inline bool answers_crossed_syn(const struct flow *f, __u32 x, const struct segment *s)
{
	__u32 y = x ^ 1;

	return (f->traits & FLOW_SIMULTANEOUS_OPEN) && f->state[y] == STATE_SYN_RECEIVED &&
	       !(f->past[x].traits & END_SYN) && f->past[x].isn == s->seq && acks_syn(f, y, s->ack);
}

/*
 * The opener x repeats its SYN's number, acknowledges the SYN of y, which seemed to listen, and
 * echoes a time before that of y's SYN-ACK: y had sent a SYN before, which was missed.
 */
static __always_inline bool shows_crossed_syns(const struct flow *f, __u32 x, const struct segment *s)
{
	return f->initiator == x && (f->past[x].traits & END_SYN) && f->past[x].isn == s->seq &&
	       f->state[x ^ 1] == STATE_SYN_RECEIVED && !(f->traits & FLOW_SIMULTANEOUS_OPEN) &&
	       acks_syn(f, x ^ 1, s->ack) && f->past[x ^ 1].syns == 1 && uses_timestamps(f, x ^ 1) &&
	       (s->traits & SEG_TIMESTAMP) && ts_older(s->tsecr, f->end[x ^ 1].tsval);
}

static __always_inline enum judgment judge_syn_ack(const struct flow *f, const struct history *h, __u32 x,
						   const struct segment *s)
{
	__u32 y = x ^ 1;
	bool crossed = f->traits & FLOW_SIMULTANEOUS_OPEN;
	bool same = (f->past[x].traits & END_SYN) && f->past[x].isn == s->seq;
	__u8 theirs = f->state[y];

	if (is_missed_syn_ack(f, h, x, s))
		return JUDGE_SYN_LATE;
	if (answers_crossed_syn(f, x, s))
		return JUDGE_SYN_ACK;
	if (theirs == STATE_SYN_SENT || (theirs == STATE_SYN_RECEIVED && crossed)) {
		if (!acks_syn(f, y, s->ack))
			return JUDGE_SYN_ACK_WRONG;
		/* Simultaneous open: it must repeat the number of its SYN. */
		return crossed && !same ? JUDGE_SYN_ACK_WRONG : JUDGE_SYN_ACK;
	}
	/* An opener that sends a SYN-ACK had a SYN of y's, which we missed: the two have crossed. */
	if (shows_crossed_syns(f, x, s))
		return JUDGE_SYN_ACK;
	/* It repeats the number of its own SYN: it had one of y's, which we missed. */
	if (f->state[x] == STATE_SYN_SENT && theirs == STATE_LISTEN && same)
		return JUDGE_SYN_ACK;
	if (f->state[x] == STATE_SYN_RECEIVED &&
	    (acks_syn(f, y, s->ack) || (same && has_acked(f, x) && s->ack == f->end[x].acked)))
		return JUDGE_SYN_ACK_AGAIN; /* its ACK was lost, or is on its way */
	/*
	 * The same behind an ACK that x has not got: neither end has gone on since. Of one that was met behind its
	 * handshake (seeded) the first numbers are not known, but these would be they.
	 */
	if ((same || !(f->past[x].traits & END_SYN)) && (acks_syn(f, y, s->ack) || !(f->past[y].traits & END_SYN)) &&
	    f->state[x] == STATE_ESTABLISHED && theirs == STATE_ESTABLISHED &&
	    f->end[x].next == s->seq + 1 && f->end[y].next == s->ack)
		return JUDGE_SYN_AGAIN;
	/* SYNs crossed, and what x sent next was first at the observer. */
	if (crossed && same && acks_syn(f, y, s->ack) && !both_closed(f))
		return JUDGE_SYN_AGAIN;
	if (!both_closed(f))
		return JUDGE_CHALLENGE_SYN;
	/* A new number, to an end that has opened before: its SYN was missed. What was refused stays so (RULES 40). */
	return !same && f->initiator == y && !acks_syn(f, y, s->ack) ? JUDGE_OPEN_SYN_ACK : JUDGE_LATE;
}

static __always_inline enum judgment judge_rst(const struct flow *f, const struct history *h, __u32 x,
					       const struct segment *s, __u64 now)
{
	__u32 y = x ^ 1;
	const struct end *to = &f->end[y];
	bool knows_window = has_acked(f, y);
	__u8 theirs = f->state[y];

	if (both_closed(f))
		return JUDGE_LATE;
	if (theirs == STATE_SYN_SENT)
		return (s->flags & TH_ACK) && acks_syn(f, y, s->ack) ? JUDGE_REFUSED : JUDGE_RST_INVALID;
	/* So it still is, if its SYN comes again: the SYN-ACK has not arrived (RULES 40). */
	if ((f->past[y].traits & END_ASKS_AGAIN) && (s->flags & TH_ACK) && acks_syn(f, y, s->ack))
		return JUDGE_REFUSED;
	/* It answers the SYN that y sent on this live connection: x has no such connection. */
	if ((s->flags & TH_ACK) && acks_claimed_syn(h, y, s->ack))
		return JUDGE_RST;
	if (theirs == STATE_LISTEN) {
		/* An opener answers what is no SYN-ACK with the number that it acknowledges (3.10.7.3). */
		if (claim_of(h, y)->kind == CLAIM_NEAR && s->seq == claim_of(h, y)->seg.ack)
			return JUDGE_RST_INVALID;
		return s->seq == f->end[x].next ? JUDGE_RST : JUDGE_RST_INVALID;
	}
	if (!(f->past[x].traits & END_HEARD))
		return !knows_window || s->seq == to->acked ? JUDGE_RST : JUDGE_RST_INVALID;
	/*
	 * RFC 7323 5.2 exempts an RST from PAWS. Linux does so where it has a
	 * whole socket (tcp_paws_reject, tcp_check_req).
	 */
	if (is_minisock(f, y) && fails_paws(f, x, s, now))
		return JUDGE_RST_INVALID;
	if (theirs == STATE_SYN_RECEIVED && echoes_wrong_time(f, y, s))
		return JUDGE_RST_INVALID;
	if (s->seq == expected(f, x))
		return JUDGE_RST;
	/* The SYNs had crossed: x is gone, and refuses y's. Should y have got x's before, it challenges this. */
	if (theirs == STATE_SYN_RECEIVED && (f->traits & FLOW_SIMULTANEOUS_OPEN) && !has_acked(f, x) && !has_acked(f, y) &&
	    (s->flags & TH_ACK) && acks_syn(f, y, s->ack))
		return JUDGE_RST_ANSWER;
	/* Its window is shut: RCV.NXT is where it says (what reaches beyond has not been taken). */
	if (knows_window && to->edge == to->acked && s->seq == to->acked)
		return JUDGE_RST;
	/* The end of the rightmost block that y can acknowledge selectively (Linux tcp_validate_incoming). */
	if ((f->past[x].traits & END_HOLE) && (f->past[y].traits & END_SACK) &&
	    s->seq == f->end[x].next && s->seq != f->past[x].hole_end)
		return JUDGE_RST;
	/* Linux: an RST that does not count the FIN before it (tcp_reset_check). */
	if (has_seen_fin(f, x) && s->seq == f->past[x].fin - 1 &&
	    (theirs == STATE_CLOSE_WAIT || theirs == STATE_LAST_ACK || theirs == STATE_CLOSING))
		return JUDGE_RST;
	/*
	 * An answer to what y just sent: without ACK, its seq is the ack that it
	 * answers (3.10.7.1). x is gone; y, which has received more, challenges it.
	 */
	if (!(s->flags & TH_ACK) && knows_window && s->seq == to->acked && is_synchronized(f->state[x]) &&
	    !(f->traits & FLOW_SELF))
		return JUDGE_RST_ANSWER;
	/* Of one direction alone: it answers what its peer acknowledged. Whether it is exact is not to be known. */
	if (!knows_window && (f->traits & FLOW_MIDSTREAM) && !(s->flags & TH_ACK) && seq_before(s->seq, f->end[x].next))
		return JUDGE_RST_ANSWER;
	if (!knows_window)
		return f->traits & FLOW_MIDSTREAM ? JUDGE_RST : JUDGE_RST_INVALID;
	if (seq_before(s->seq, to->acked) || !seq_before(s->seq, to->edge))
		return JUDGE_RST_INVALID;
	return f->traits & (FLOW_QUIET | FLOW_FRAGMENTED) ? JUDGE_RST : JUDGE_RST_INEXACT;
}

/* After an RST that closed both ends: x goes on as if there had been none. */
static __always_inline bool carries_on(const struct flow *f, __u32 x, const struct segment *s)
{
	return (f->traits & FLOW_RST_CLOSED) && has_acked(f, 0) && has_acked(f, 1) &&
	       (is_synchronized(f->was[0]) || is_synchronized(f->was[1])) &&
	       !seq_before(s->seq + 1, f->end[x].next) && !seq_after(s->seq, f->end[x ^ 1].edge) &&
	       seq_between(f->end[x].acked, s->ack, f->end[x].edge);
}

/*
 * x says anything to an end whose TIME_WAIT an RST has ended. Is that gone, its
 * host answers with RST; an ACK is that of one that still waits (RFC 1337).
 */
static __always_inline bool asks_reset_wait(const struct flow *f, __u32 x)
{
	return (f->traits & FLOW_RST_CLOSED) && f->was[x ^ 1] == STATE_TIME_WAIT;
}

/*
 * What its sender seems to say behind the RST, now or in its claim, may have been sent
 * before, and have been overtaken (RULES 37).
 */
static __always_inline bool may_precede_rst(const struct flow *f, const struct history *h, __u32 x, __u64 now)
{
	__u64 said = f->closed_by == x + 1 ? now : claim_of(h, x ^ 1)->time;

	return f->closed_how == CLOSE_RST && said - f->changed <= DISORDER_NS;
}

/*
 * Both ends carry on: nobody sent that RST, or nobody took it. One end alone
 * proves nothing: what the receiver sent before the RST came is still on its
 * way, and a forged RST does not stop the end in whose name it was sent. Nor do both
 * at once, but that one has had what the other sent behind it.
 */
static __always_inline bool shows_rst_ignored(const struct flow *f, const struct history *h, __u32 x,
					      const struct segment *s, __u64 now)
{
	__u32 y = x ^ 1;

	return claim_of(h, y)->kind == CLAIM_GOES_ON && carries_on(f, x, s) &&
	       (seq_after(s->ack, f->end[y].next) || !may_precede_rst(f, h, x, now));
}

/*
 * The lowest number that x may still acknowledge: the widest window it told below what it has
 * acknowledged, but never below what could be acknowledged at all: that is the
 * SYN of an active opener, and the first byte of a passive one, which begins
 * to count after its SYN (RFC 5961 5.2, Linux "tcp: do not accept ACK of bytes we
 * never sent").
 */
static __always_inline __u32 oldest_ack(const struct flow *f, const struct history *h, __u32 x)
{
	const struct end *me = &f->end[x];
	const struct end_past *to = &f->past[x ^ 1];
	__u32 lowest = to->isn + is_passive_opener(f, x ^ 1);
	__u32 window_below = me->acked - widest_known(f, h, x);

	if (!has_acked(f, x))
		return lowest;
	return (to->traits & (END_SYN | END_LONG)) == END_SYN ? seq_max(window_below, lowest) : window_below;
}

/*
 * x acknowledges the FIN of y that we thought it would refuse (see
 * offer_fin()): it has taken it. An orphan's FIN_WAIT_2 in Linux looks at no ACK.
 */
static __always_inline bool takes_refused_fin(const struct flow *f, __u32 x, const struct segment *s)
{
	__u32 y = x ^ 1;

	return !has_seen_fin(f, y) && (f->past[y].traits & END_FIN_DOUBTFUL) && s->ack == f->past[y].fin &&
	       seq_after(s->ack, f->end[y].next);
}

/* Its FIN lies in what has been received already: a receiver does not look at it (Linux tcp_data_queue). */
static __always_inline bool is_buried_fin(const struct flow *f, __u32 x, const struct segment *s)
{
	__u32 end = segment_end(s);

	return (s->flags & TH_FIN) && (f->past[x].traits & END_HEARD) &&
	       !seq_after(end, expected(f, x)) &&
	       !((f->past[x].traits & (END_FIN | END_FIN_DOUBTFUL)) && end == f->past[x].fin);
}

/* x's FIN has been seen, and all before it. */
static __always_inline bool fin_is_there(const struct flow *f, __u32 x)
{
	return has_seen_fin(f, x) && expected(f, x) == f->past[x].fin;
}

/* Bytes before and beyond a FIN that has not arrived yet: they make it void (Linux tcp_ofo_queue). */
static __always_inline bool voids_fin(const struct flow *f, __u32 x, const struct segment *s)
{
	return has_seen_fin(f, x) && !(f->past[x].traits & END_FIN_INFERRED) && !fin_is_there(f, x) &&
	       seq_before(s->seq, f->past[x].fin) && seq_after(segment_end(s), f->past[x].fin);
}

/* In the receiver's view, data in order is taken whatever old ACK it carries (Linux tcp_rcv_established, header prediction). */
static __always_inline bool is_predicted(const struct flow *f, __u32 x, const struct segment *s)
{
	const struct end *me = &f->end[x];

	return f->state[x ^ 1] == STATE_ESTABLISHED && s->len && s->seq == expected(f, x) && s->seq == me->next &&
	       (s->flags & (TH_CONTROL | TH_URG)) == TH_ACK &&
	       (__u32)s->window << wscale_of(f, x) == me->edge - me->acked;
}

/* An end that has not been heard in its middle: what its peer acknowledges is where it is. */
static __always_inline bool is_first_word(const struct flow *f, __u32 x, const struct segment *s)
{
	return (f->traits & FLOW_MIDSTREAM) && !has_acked(f, x) && s->ack - f->end[x ^ 1].next < LARGEST_WINDOW;
}

/*
 * Nothing of it lies in y's window. What begins inside is taken (RFC 9293 3.10.7.4 trims it, Linux takes it
 * as a whole), and a bare FIN needs no room (Linux tcp_data_queue).
 */
static __always_inline bool is_beyond_window(const struct flow *f, __u32 y, const struct segment *s)
{
	const __u32 edge = f->end[y].edge;

	return s->len ? !seq_before(s->seq, edge) && seq_after(segment_end(s), edge) : seq_after(s->seq, edge);
}

/* ACK, data and FIN. */
static __always_inline enum judgment judge_data(const struct flow *f, const struct history *h, __u32 x,
						const struct segment *s, __u64 now)
{
	__u32 y = x ^ 1;
	const struct end *me = &f->end[x], *to = &f->end[y];
	__u8 theirs = f->state[y];
	__u32 end = segment_end(s);

	if (both_closed(f))
		return shows_rst_ignored(f, h, x, s, now) ? JUDGE_UNIGNORED : JUDGE_LATE;
	/* Only a synchronized end sends this; y (or we) missed what made x one. */
	if (theirs == STATE_LISTEN)
		/* The SYN-ACK is not to be seen; x has had it. Else y answers RST, or drops it. */
		return s->seq + 1 - me->next < FIRST_FLIGHT ? JUDGE_ACCEPT : JUDGE_ACK_UNSENT; /* from a keepalive on */
	if (theirs == STATE_SYN_SENT)
		return may_be_true(f, h, x, s) ? JUDGE_HELD : JUDGE_ACK_UNSENT;
	if (fails_paws(f, x, s, now))
		return JUDGE_PAWS;

	/* The sequence check: 3.10.7.4, first. */
	if (has_acked(f, y)) {
		if (seq_before(end, to->acked))
			return JUDGE_OLD;
		if (is_beyond_window(f, y, s) && !(f->traits & FLOW_FRAGMENTED))
			return (is_exact(f, h, x, s) || is_let_by_claim(f, h, x, end) || follows_claim(h, x, s) ||
				is_window_untold(f, y)) &&
					       (to->edge != to->acked || s->len > 1) && may_be_true(f, h, x, s) ?
				       JUDGE_HELD : JUDGE_OUT_OF_WINDOW;
	}

	/* The ACK check: 3.10.7.4, fifth. */
	if (theirs == STATE_SYN_RECEIVED) {
		/* What it takes nevertheless shows that it is no passive opener, or that a SYN-ACK or its ACK was missed. */
		if (echoes_wrong_time(f, y, s))
			return may_be_true(f, h, x, s) ? JUDGE_HELD : JUDGE_PAWS;
		/* A request takes nothing that is not news, not even its ACK (Linux tcp_in_window). */
		if (is_passive_opener(f, y) && seq_before(s->seq, expected(f, x)) && !seq_after(end, expected(f, x)))
			return JUDGE_OLD;
		if (acks_syn(f, y, s->ack) || acks_far_from_syn(f, y, s->ack))
			return JUDGE_ACCEPT;
		/* A whole socket, after crossed SYNs, takes what SND.UNA stands at (Linux tcp_ack). */
		if ((f->traits & FLOW_SIMULTANEOUS_OPEN) && s->ack == f->past[y].isn)
			return JUDGE_ACCEPT;
		/* The responder sent SYN-ACKs with two numbers: the ACK decides. */
		if ((f->traits & FLOW_OTHER_ISN) && s->ack == f->other_isn + 1)
			return JUDGE_ACCEPT;
		return may_be_true(f, h, x, s) ? JUDGE_HELD : JUDGE_ACK_UNSENT; /* y answers RST */
	}
	/* Either x lies, or the observer missed something (RULES 18, 33). */
	if ((f->past[y].traits & END_HEARD) && seq_after(s->ack, to->next) && !takes_refused_fin(f, x, s) &&
	    !shows_missed_fin(f, x, s, false) && !shows_later_fin(f, x, s) && !is_first_word(f, x, s))
		return may_be_true(f, h, x, s) ? JUDGE_HELD : JUDGE_ACK_UNSENT;
	/* What is new is not old, though windows be so wide that the one seems to lie behind the other. */
	if ((has_acked(f, x) || (f->past[y].traits & END_SYN)) && !is_new_ack(f, x, s->ack) &&
	    seq_before(s->ack, oldest_ack(f, h, x)) && !is_predicted(f, x, s))
		return JUDGE_ACK_OLD;

	if (fin_is_there(f, x) && seq_after(end, f->past[x].fin) && !denies_own_fin(f, x, s))
		return JUDGE_DATA_AFTER_FIN;
	return JUDGE_ACCEPT;
}

/*
 * now: ns, the clock of f->last_seen. The caller has made sure that f is the
 * flow of the segment and has not expired.
 */
static __always_inline enum judgment judge(const struct flow *f, const struct history *h, __u32 x,
					   const struct segment *s, __u64 now)
{
	if (s->traits & SEG_BAD_CHECKSUM)
		return JUDGE_BAD_CHECKSUM;
	if (!has_legal_flags(s))
		return JUDGE_BAD_FLAGS;
	if (s->flags & TH_RST)
		return judge_rst(f, h, x, s, now);
	if (s->flags & TH_SYN)
		return s->flags & TH_ACK ? judge_syn_ack(f, h, x, s) : judge_syn(f, x, s, now);
	return judge_data(f, h, x, s, now);
}

#endif
