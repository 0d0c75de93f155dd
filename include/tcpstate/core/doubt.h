/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * What an end claims, and whether it is true. A segment that can only be true
 * if the observer missed something (its ACK covers what was never seen, say) is
 * held back as a whole: its numbers, its data, its FIN. What comes after it is
 * evidence: by the table below the claim is settled, and all of it counts, in
 * its order; or it is refused, and told as the stray that it is (RULES 33, 34,
 * 37, 39). Each end has its own claim. Pure.
 */
#ifndef TCPSTATE_CORE_DOUBT_H
#define TCPSTATE_CORE_DOUBT_H

#include "tcpstate/core/numbers.h"
#include "tcpstate/late/sender_clock.h"

/* ---- the evidence ------------------------------------------------------- */

enum verdict { VERDICT_NONE, VERDICT_SETTLED, VERDICT_REFUSED, VERDICT_DROPPED };

/* What a segment is to a claim that was made before it. */
enum evidence {
	EVIDENCE_NEAR = 1 << 0,         /* the claim is CLAIM_NEAR */
	EVIDENCE_SYN = 1 << 1,          /* the claim is CLAIM_SYN */
	EVIDENCE_OTHER = 1 << 2,        /* the other end sent the segment, not the one that claims */
	EVIDENCE_ACKS_CLAIM = 1 << 3,   /* it acknowledges what the claim carried */
	EVIDENCE_BEGINS_THERE = 1 << 4, /* its own number is the one that the claim acknowledged */
	EVIDENCE_OLD_CONTROL = 1 << 5,  /* without data, and with the number before what the claim acknowledged */
	EVIDENCE_ACKS_LESS = 1 << 6,    /* in order, and it acknowledges less than the claim did */
	EVIDENCE_GOES_ON = 1 << 7,      /* it comes next behind the claim, and acknowledges no less */
	EVIDENCE_OLD_NUMBERS = 1 << 8,  /* it is next where its sender was before the claim, or where the claim was */
	EVIDENCE_PROVEN = 1 << 9,       /* the claim echoed a time that only the missed segment had */
	EVIDENCE_RST = 1 << 10,
	EVIDENCE_OPENS = 1 << 11,       /* a SYN of a new life, and the claim would have closed this one */
	EVIDENCE_STILL_OPENS = 1 << 12, /* its sender's SYN, again */
	EVIDENCE_ANSWER = 1 << 13,      /* an RST without ACK, of an end that has no connection yet: 3.10.7.1 */
	EVIDENCE_PROBES = 1 << 14,      /* a keepalive, or a probe of a shut window, at the number that the claim acknowledged */
	EVIDENCE_HAD_ANSWER = 1 << 16,  /* it comes next behind the SYN or SYN-ACK, on a connection that is closed, or that both ends had closed */
	EVIDENCE_ECHOES = 1 << 18,      /* it echoes the time that the claim bore, which is news of its sender */
	EVIDENCE_INSISTS = 1 << 15,     /* the claim was exact, and this acknowledges still more that was not seen */
	EVIDENCE_SHUT = 1 << 17,        /* the claim is data beyond the window, and by this in order it is so still */
};

/* X(all of these, verdict, why). The first row that fits counts. */
#define EVIDENCE_TABLE(X)                                                                          \
	/* Who still opens has taken nothing; and answers what it can't take with the number that this acknowledged. */ \
	X(NEAR | EVIDENCE_OTHER | EVIDENCE_STILL_OPENS, REFUSED)                                   \
	X(NEAR | EVIDENCE_OTHER | EVIDENCE_ANSWER, REFUSED)                                        \
	/* It has what the claim carried, so its sender did send it. */                            \
	X(NEAR | EVIDENCE_OTHER | EVIDENCE_ACKS_CLAIM, SETTLED)                                    \
	/* It has sent all that the claim acknowledges: the number behind it is its next. */       \
	X(NEAR | EVIDENCE_OTHER | EVIDENCE_BEGINS_THERE, SETTLED)                                  \
	/* So is it by a probe, which begins one before it. */                                      \
	X(NEAR | EVIDENCE_OTHER | EVIDENCE_PROBES, SETTLED)                                        \
	/* Windows are not taken back (RFC 9293 3.8.6): it had not let that data come. */          \
	X(NEAR | EVIDENCE_OTHER | EVIDENCE_SHUT, REFUSED)                                          \
	/* It has taken the segment: what it refuses moves no TS.Recent (RFC 7323 5.3 R3). */      \
	X(NEAR | EVIDENCE_OTHER | EVIDENCE_ECHOES, SETTLED)                                        \
	/* A challenge ACK (RFC 5961 5.2): it has not sent what the claim acknowledges. */         \
	X(NEAR | EVIDENCE_OTHER | EVIDENCE_OLD_CONTROL, REFUSED)                                   \
	/* ACKs never go back: the end itself knows nothing of what was claimed in its name. */    \
	X(NEAR | EVIDENCE_ACKS_LESS, REFUSED)                                                      \
	/* ACKs never go back: an end that acknowledges still more of it means it. */              \
	X(NEAR | EVIDENCE_GOES_ON | EVIDENCE_INSISTS, SETTLED)                                     \
	/* No peer knows that time before the segment that bore it has come; and it goes on. */    \
	X(NEAR | EVIDENCE_GOES_ON | EVIDENCE_PROVEN, SETTLED)                                      \
	/* It resets behind what it claimed, and an RST is only exact there. */                    \
	X(NEAR | EVIDENCE_GOES_ON | EVIDENCE_RST, SETTLED)                                         \
	/* A life is over when the next begins: what was left open is as it was claimed. */        \
	X(NEAR | EVIDENCE_OPENS, SETTLED)                                                          \
	/* The SYN on a live connection was taken (RULES 8, 39). */                                \
	X(SYN | EVIDENCE_OTHER | EVIDENCE_ACKS_CLAIM, SETTLED)                                     \
	/* It was, if the connection was over, and its sender goes on behind it. (A live connection is not moved by two that one may forge.) */ \
	X(SYN | EVIDENCE_HAD_ANSWER, SETTLED)                                                      \
	/* Who sent it goes on with the old numbers: it did not restart. */                        \
	X(SYN | EVIDENCE_OLD_NUMBERS, DROPPED)

static __always_inline bool is_own_syn(const struct flow *f, __u32 x, const struct segment *s)
{
	return (f->past[x].traits & END_SYN) && f->past[x].isn == s->seq;
}

/* It is exact, and would close the connection. */
static __always_inline bool closes_by_claim(const struct claim *c)
{
	return c->kind == CLAIM_NEAR && ((c->grounds & CLAIM_CLOSES) ||
					 ((c->grounds & CLAIM_EXACT) && (c->seg.flags & (TH_FIN | TH_RST))));
}

static __always_inline bool is_control(const struct segment *s)
{
	return !s->len && !(s->flags & (TH_SYN | TH_FIN | TH_RST));
}

/* The other end (x) answers the SYN or SYN-ACK that c claims. */
static __always_inline bool answers_syn(const struct claim *c, const struct segment *s)
{
	/* The SYN itself, behind the SYN-ACK that answers it (RULES 37). */
	if ((s->flags & (TH_SYN | TH_ACK | TH_RST)) == TH_SYN)
		return (c->seg.flags & TH_ACK) && c->seg.ack - s->seq - 1 < SYN_DATA_MAX;
	if (!(s->flags & TH_ACK) || (s->flags & TH_RST))
		return false;
	if (!(c->seg.flags & TH_ACK))
		return (s->flags & TH_SYN) && s->ack - c->seg.seq - 1 < SYN_DATA_MAX;
	return !(s->flags & TH_SYN) && s->ack == claim_end(c) && s->seq == c->seg.ack;
}

/* x probes at the number before ack, where all that is known of it are such probes, or less. */
static __always_inline bool probes_at(const struct flow *f, __u32 x, const struct segment *s, __u32 ack)
{
	const struct end_past *past = &f->past[x];
	bool is_beyond = seq_after(s->seq, f->end[x].next) ||
			 ((past->traits & END_HOLE) && past->hole_end == s->seq && s->seq == f->end[x].next);

	return s->len <= 1 && s->seq == ack - 1 && is_beyond && has_acked(f, x) && s->ack == f->end[x].acked;
}

/* x, in order, lets the other end send no more than what is before the claim's end. */
static __always_inline bool shuts_out(const struct flow *f, const struct claim *c, __u32 x, const struct segment *s)
{
	/* Of an end whose SYN was missed, the scale is not known. */
	return c->stray == STRAY_OUT_OF_WINDOW && (f->past[x].traits & END_SYN) &&
	       (s->flags & (TH_ACK | TH_SYN | TH_RST)) == TH_ACK && s->seq == f->end[x].next &&
	       has_acked(f, x) && !seq_before(s->ack, f->end[x].acked) &&
	       seq_before(s->ack + ((__u32)s->window << wscale_of(f, x)), claim_end(c));
}

/* It echoes the time of what the end claims, and no older one of the end's is the same. */
static __always_inline bool echoes_claim(const struct flow *f, const struct claim *c, __u32 end, const struct segment *s)
{
	return (s->traits & c->seg.traits & SEG_TIMESTAMP) && uses_timestamps(f, end) && (s->flags & TH_ACK) &&
	       !(s->flags & TH_RST) && s->tsecr == c->seg.tsval && ts_older(f->end[end].tsval, s->tsecr);
}

/* x has sent but its SYN-ACK, and says again that it has but the SYN: a request answers so what it does not take. */
static __always_inline bool challenges_as_request(const struct flow *f, const struct claim *c, __u32 x,
						  const struct segment *s)
{
	return c->stray == STRAY_PAWS_STALE && f->state[x] == STATE_SYN_RECEIVED && has_acked(f, x) &&
	       s->ack == f->end[x].acked;
}

/* The claim begins behind it, and it passed the observer a little later: it was sent before (RULES 37). */
static __always_inline bool is_overtaken_by(const struct claim *c, const struct segment *s, __u64 now)
{
	return s->seq != c->seg.seq && segment_end(s) == c->seg.seq && (__s64)(now - c->time) <= (__s64)DISORDER_NS;
}

/*
 * The sender of the SYN goes on behind it; that of a SYN-ACK from a keepalive on, as it tells two numbers that fit. next:
 * where it was. A little beyond a copy of this life's own SYN-ACK it goes on, too.
 */
static __always_inline bool goes_on_behind_syn(const struct claim *c, const struct segment *s, __u32 next)
{
	if (!(c->seg.flags & TH_ACK))
		return s->seq == claim_end(c);
	return s->ack - c->seg.ack < 2 * FIRST_FLIGHT &&
	       (s->seq == claim_end(c) ||
		(s->seq + 1 - claim_end(c) < FIRST_FLIGHT && next - c->seg.seq >= FIRST_FLIGHT));
}

/* The connection is closed, or both ends had closed it; or nothing is ever seen of the other end, which would tell. */
static __always_inline bool may_be_over(const struct flow *f, __u32 x)
{
	return (has_seen_fin(f, 0) && has_seen_fin(f, 1)) || both_closed(f) ||
	       !(f->past[end_index(x ^ 1)].traits & END_HEARD);
}

/* What x's segment is to the claim of end. */
static __always_inline __u32 evidence_of(const struct flow *f, const struct claim *c, __u32 end, __u32 x,
					 const struct segment *s, __u64 now)
{
	const struct end *owner = &f->end[end], *other = &f->end[end_index(end ^ 1)];
	__u32 found = c->kind == CLAIM_NEAR ? EVIDENCE_NEAR : c->kind == CLAIM_SYN ? EVIDENCE_SYN : 0;
	bool has_ack = s->flags & TH_ACK, is_syn = s->flags & TH_SYN;
	/* Of an end that was never heard before, where the claim begins. */
	__u32 next = knows_next(f, end) ? owner->next : c->seg.seq;

	if (s->flags & TH_RST)
		found |= EVIDENCE_RST;
	if (c->grounds & CLAIM_PROVEN)
		found |= EVIDENCE_PROVEN;
	if (is_syn && !has_ack && closes_by_claim(c) && !is_own_syn(f, x, s))
		found |= EVIDENCE_OPENS;
	if (x != end) {
		found |= EVIDENCE_OTHER;
		if (c->kind == CLAIM_SYN)
			return answers_syn(c, s) ? found | EVIDENCE_ACKS_CLAIM : found;
		if (is_syn && !has_ack && is_own_syn(f, x, s) && f->state[x] == STATE_SYN_SENT)
			found |= EVIDENCE_STILL_OPENS;
		if ((s->flags & TH_RST) && !has_ack && s->seq == c->seg.ack &&
		    (f->state[x] == STATE_SYN_RECEIVED || f->state[x] == STATE_SYN_SENT))
			found |= EVIDENCE_ANSWER;
		if (is_syn || seq_before(s->seq, other->next))
			return found;
		if (has_ack && seq_after(claim_end(c), next) && seq_after(s->ack, next) &&
		    !seq_after(s->ack, claim_end(c)))
			found |= EVIDENCE_ACKS_CLAIM;
		if ((c->stray == STRAY_ACK_UNSENT || (c->stray == STRAY_PAWS_STALE && !is_control(s))) && s->seq == c->seg.ack)
			found |= EVIDENCE_BEGINS_THERE;
		if (echoes_claim(f, c, end, s))
			found |= EVIDENCE_ECHOES;
		if (probes_at(f, x, s, c->seg.ack))
			found |= EVIDENCE_PROBES;
		if (shuts_out(f, c, x, s))
			found |= EVIDENCE_SHUT;
		if (is_control(s) && s->seq == other->next &&
		    (seq_before(s->seq, c->seg.ack) || challenges_as_request(f, c, x, s)))
			found |= EVIDENCE_OLD_CONTROL;
		return found;
	}
	if (is_syn)
		return found;
	if (c->kind == CLAIM_SYN && has_ack && !(s->flags & TH_RST) && goes_on_behind_syn(c, s, next) && may_be_over(f, end))
		found |= EVIDENCE_HAD_ANSWER;
	/* An RST at the old numbers makes room for the new ones (RULES 8). The SYN's own number is old behind it. */
	if ((s->seq == next || s->seq == c->seg.seq) && !(s->flags & TH_RST))
		found |= EVIDENCE_OLD_NUMBERS;
	/* Where both begin at what was not seen, they agree about that, and one has overtaken the other. */
	if (has_ack && seq_before(s->ack, c->seg.ack) && !is_overtaken_by(c, s, now) &&
	    (s->seq == next || (s->seq == claim_end(c) && (c->grounds & CLAIM_EXACT))))
		found |= EVIDENCE_ACKS_LESS;
	if (s->seq == claim_end(c) && (!has_ack || !seq_before(s->ack, c->seg.ack)))
		found |= EVIDENCE_GOES_ON;
	if (has_ack && c->stray == STRAY_ACK_UNSENT && (c->grounds & CLAIM_EXACT) && seq_after(s->ack, c->seg.ack) &&
	    seq_after(s->ack, other->next))
		found |= EVIDENCE_INSISTS;
	return found;
}

static __always_inline enum verdict weigh(__u32 evidence)
{
#define X(all, verdict)                                                            \
	if ((evidence & (EVIDENCE_##all)) == (EVIDENCE_##all))                     \
		return VERDICT_##verdict;
	EVIDENCE_TABLE(X)
#undef X
	return VERDICT_NONE;
}

/* ---- claims ------------------------------------------------------------- */

static __always_inline void set_claim_kind(struct flow *f, struct history *h, __u32 end, enum claim_kind kind)
{
	h->claim[end_index(end)].kind = kind;
	if (h->claim[0].kind || h->claim[1].kind)
		f->traits |= FLOW_DOUBT;
	else
		f->traits &= ~FLOW_DOUBT;
}

static __always_inline void claim_segment(struct flow *f, struct history *h, __u32 x, const struct segment *s,
					  enum claim_kind kind, __u64 now)
{
	struct claim *c = &h->claim[end_index(x)];

	c->time = now;
	c->seg = *s;
	c->grounds = 0;
	c->rounds = 0;
	c->stray = 0;
	c->agreed = s->ack;
	set_claim_kind(f, h, x, kind);
}

/* A time that has been echoed may be ahead of the clock that we reckon with by as much: jitter, and the clock's own tick. */
#define ECHO_SLACK_TICKS 2

/*
 * x echoes a time newer than any seen of y, and no newer than y's clock can be
 * now: it has had a segment of y that we missed (RULES 33). Not so behind SYN
 * cookies and SYN proxies, so not before y is ESTABLISHED.
 */
static __always_inline bool proves_by_echo(const struct flow *f, const struct history *h, __u32 x,
					   const struct segment *s, __u64 now)
{
	__u32 y = x ^ 1, rate;
	const struct sender_clock *c = &h->clock[end_index(y)];

	if (!(s->traits & SEG_TIMESTAMP) || !uses_timestamps(f, y) || !s->tsecr || !s->tsval ||
	    f->state[y] == STATE_SYN_RECEIVED || f->state[y] == STATE_SYN_SENT || !ts_older(f->end[y].tsval, s->tsecr))
		return false;
	rate = rate_of(c);
	return rate && s->tsecr - c->tsval <= (now - c->time) / (NS_PER_SECOND / rate) + ECHO_SLACK_TICKS;
}

/* The newest time of what is claimed; not every segment need carry one. */
static __always_inline void note_claimed_time(struct claim *c, const struct segment *s)
{
	if (!(s->traits & SEG_TIMESTAMP))
		return;
	c->seg.traits |= SEG_TIMESTAMP;
	c->seg.tsval = s->tsval;
	c->seg.tsecr = s->tsecr;
}

/* The stray that a held segment is, should it be refused. */
static __always_inline enum stray held_as(const struct flow *f, __u32 x, const struct segment *s)
{
	__u32 y = x ^ 1;

	if (seq_after(s->ack, f->end[y].next))
		return STRAY_ACK_UNSENT;
	return f->state[y] == STATE_SYN_RECEIVED ? STRAY_PAWS_STALE : STRAY_OUT_OF_WINDOW;
}

/* x's segment is held: alone, or behind what x claims already. */
static __always_inline void hold(struct flow *f, struct history *h, __u32 x, const struct segment *s, __u64 now)
{
	struct claim *c = &h->claim[end_index(x)];
	bool continues = c->kind == CLAIM_NEAR && s->seq == claim_end(c) && !seq_before(s->ack, c->seg.ack);
	bool exact = is_exact(f, h, x, s);
	bool insists = c->kind == CLAIM_NONE && (c->grounds & CLAIM_INSISTED) && s->seq == claim_end(c) &&
		       seq_after(s->ack, c->seg.ack);

	if (!continues && follows_claim(h, x, s) && !seq_before(s->ack, c->seg.ack)) {
		/* A piece of it, out of order: the claim reaches as far as its furthest. */
		if (seq_after(segment_end(s), claim_end(c))) {
			c->seg.len += segment_end(s) - claim_end(c) - !!(s->flags & TH_FIN);
			c->seg.flags |= s->flags;
		}
	} else if (!continues) {
		claim_segment(f, h, x, s, CLAIM_NEAR, now);
		c->stray = held_as(f, x, s);
		c->grounds = exact ? CLAIM_EXACT : shows_both_fins(f, x, s) ? CLAIM_CLOSES : 0;
		if (insists && exact)
			c->grounds |= CLAIM_INSISTED;
	} else {
		c->seg.len += s->len;
		c->seg.ack = s->ack;
		c->seg.flags |= s->flags;
		c->seg.window = s->window;
		note_claimed_time(c, s);
	}
	if (exact && proves_by_echo(f, h, x, s, now))
		c->grounds |= CLAIM_PROVEN;
}

/* What has been seen since explains it all: nothing of it is in doubt any more. */
static __always_inline bool is_explained(const struct flow *f, const struct history *h, __u32 end)
{
	const struct claim *c = claim_of(h, end);
	__u32 other = end_index(end ^ 1);

	return c->kind == CLAIM_NEAR && !seq_after(c->seg.ack, f->end[other].next) &&
	       (!has_acked(f, other) || !seq_after(claim_end(c), f->end[other].edge)) &&
	       f->state[other] != STATE_SYN_SENT &&
	       (c->stray != STRAY_PAWS_STALE || (f->state[other] != STATE_SYN_RECEIVED && !seq_after(claim_end(c), f->end[end].next)));
}

/*
 * The connection may be over: silence settles what is exact and would close it,
 * as nobody has denied it.
 */
static __always_inline bool ends_in_doubt(const struct flow *f, const struct history *h)
{
	return ((f->past[0].traits | f->past[1].traits) & END_RST_DOUBTFUL) || closes_by_claim(&h->claim[0]) ||
	       closes_by_claim(&h->claim[1]);
}

/*
 * x, without data, is still where it was before it was believed to have sent
 * more, or to have acknowledged more: that was a lie, also if a second one agreed
 * with it. Should it only have come late, the numbers that follow are taken as they come.
 */
static __always_inline bool denies_belief(const struct flow *f, const struct history *h, __u32 x,
					  const struct segment *s)
{
	return (h->believed & 1 << x) && s->seq == h->before[end_index(x)] && s->seq != f->end[x].next && is_control(s) && (s->flags & TH_ACK) &&
	       (seq_before(s->seq, f->end[x].next) || !has_acked(f, x) || seq_before(s->ack, f->end[x].acked));
}

static __always_inline void take_back_number(struct flow *f, struct history *h, __u32 x)
{
	__u32 before = h->before[end_index(x)];

	if (!(h->believed & 1 << x) || has_seen_fin(f, x))
		return;
	set_next(f, h, x, before);
	f->past[x].traits &= ~(END_HOLE | END_FIN_DOUBTFUL | END_FIN_HINT);
	if (has_acked(f, x ^ 1) && seq_after(f->end[x ^ 1].acked, before))
		f->end[x ^ 1].acked = before;
}

/* Both ends' numbers, as the claim had moved both. */
static __always_inline void take_back_belief(struct flow *f, struct history *h)
{
	take_back_number(f, h, 0);
	take_back_number(f, h, 1);
	h->believed = 0;
}

/* The end claims nothing any more. What was claimed stays to be read: hold() asks what it was. */
static __always_inline void drop_claim(struct flow *f, struct history *h, __u32 end)
{
	set_claim_kind(f, h, end, CLAIM_NONE);
}

#endif
