/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * One segment applied to its flow, after it has been judged: states, times,
 * counts, and what there is to tell. Pure.
 */
#ifndef TCPSTATE_CORE_APPLY_H
#define TCPSTATE_CORE_APPLY_H

#include "tcpstate/core/anew.h"
#include "tcpstate/core/expiry.h"
#include "tcpstate/core/open.h"
#include "tcpstate/core/step.h"
#include "tcpstate/late/stray.h"

/*
 * What there is to tell: see passes_through() and changes(); wait, if its phase
 * is not 0; stray, if it is not STRAY_NONE.
 */
struct news {
	struct outcome outcome;
	struct wait_news wait;
	__u32 stray;    /* enum stray */
	__u32 judgment; /* enum judgment */
	__u32 arrival;  /* enum arrival */
	__u32 held_as;  /* of JUDGE_HELD: enum stray, what it will be if it is refused */
	__u32 in_window; /* the sequence check would accept it, as the flow was before it */
	__u32 refused_end;    /* whose claim the segment has refused, NO_END: nobody's */
	__u32 released_end;   /* whose claim is settled, and shall be applied now: before the segment, or after it */
	__u32 released_as;    /* enum arrival: why it is true */
	struct claim refused;
	struct claim released;
	__u32 evidence[2];    /* enum evidence, for or against each end's claim */
	__u32 verdict[2];     /* enum verdict */
};

#define NO_END 2

/*
 * In BPF, news lies in a map, and what was in a map is any number to the
 * verifier: it does not follow each judgment through all that comes after
 * step(), but sees that code once.
 */
static __always_inline __u32 reread(const __u32 *value)
{
	return *(const volatile __u32 *)value;
}

static __always_inline __u64 reread_time(const __u64 *value)
{
	return *(const volatile __u64 *)value;
}

/* All that x sent, as seen, whatever becomes of it; but what is broken says nothing by its flags. */
static __always_inline void count_segment(struct flow *f, __u32 x, const struct segment *s,
					  enum judgment judgment)
{
	struct end_past *past = &f->past[x];

	/* The fast path adds to them without the lock. */
	__sync_fetch_and_add((next_word *)&f->end[x].next, (__u64)s->packets << 32);
	__sync_fetch_and_add(&f->end[x].bytes, s->len);
	if ((f->end[x].packets & ~PACKETS_CLOSED) >> PACKETS_LOW_BITS) {
		__sync_fetch_and_sub((next_word *)&f->end[x].next, 1ull << (32 + PACKETS_LOW_BITS));
		f->packets_high[x]++;
	}
	if (judgment == JUDGE_BAD_CHECKSUM || judgment == JUDGE_BAD_FLAGS)
		return;
	if ((s->flags & TH_SYN) && past->syns < 0xff)
		past->syns++;
	if ((s->flags & TH_FIN) && past->fins < 0xff)
		past->fins++;
	if ((s->flags & TH_RST) && past->rsts < 255)
		past->rsts++;
}

/* It was counted while it was held, but belongs to the life that it opens (RULES 39). */
static __always_inline void uncount_segment(struct flow *f, __u32 x, const struct segment *s)
{
	__sync_fetch_and_sub((next_word *)&f->end[x].next, (__u64)s->packets << 32);
	__sync_fetch_and_sub(&f->end[x].bytes, s->len);
	if ((s->flags & TH_SYN) && f->past[x].syns)
		f->past[x].syns--;
}

/* Its receiver takes it. */
static __always_inline bool is_taken(__u32 judgment)
{
	return judgment < JUDGE_HELD;
}

/* A sender's clock is learnt from what is taken, and not late. */
static __always_inline bool tells_time(__u32 judgment, __u32 stray)
{
	return stray == STRAY_NONE && is_taken(judgment) && judgment != JUDGE_RST &&
	       judgment != JUDGE_REFUSED && judgment != JUDGE_RST_ANSWER;
}

/* How a segment comes to be applied. */
enum arrival {
	ARRIVED,   /* it is the packet at hand */
	SETTLED,   /* it was held, and what came since has shown that it is true: the observer missed something */
	EXPLAINED, /* it was held, and what it needed came after it */
	AT_LAST,   /* it was held, and would close a connection on which all is silent now */
};

static __always_inline void release(struct flow *f, struct history *h, __u32 end, enum arrival as, struct news *news)
{
	news->released = h->claim[end];
	news->released_end = end;
	news->released_as = as;
	drop_claim(f, h, end);
}

/*
 * x's segment in the light of what is claimed. True if a claim is settled by it:
 * news->released must be applied first, and then x's segment be looked at again.
 */
static __always_inline bool settles_claim(struct flow *f, struct history *h, __u32 x, const struct segment *s,
					  __u64 now, struct news *news)
{
	news->refused_end = news->released_end = NO_END;
	if (!(f->traits & FLOW_DOUBT) || (s->traits & SEG_BAD_CHECKSUM) || !has_legal_flags(s))
		return false;
	news->evidence[0] = evidence_of(f, &h->claim[0], 0, x, s, now);
	news->evidence[1] = evidence_of(f, &h->claim[1], 1, x, s, now);
	news->verdict[0] = weigh(reread(&news->evidence[0]));
	news->verdict[1] = weigh(reread(&news->evidence[1]));
	/* What the other end claims came before what x says of it. */
	for (__u32 i = 1; i < 3; i++) {
		__u32 end = end_index(x ^ i);

		if (reread(&news->verdict[end]) != VERDICT_SETTLED)
			continue;
		release(f, h, end, SETTLED, news);
		h->claim[end].grounds = reread(&news->evidence[end]) & EVIDENCE_INSISTS ? CLAIM_INSISTED : 0;
		return true;
	}
	for (__u32 end = 0; end < 2; end++) {
		if (reread(&news->verdict[end]) == VERDICT_NONE)
			continue;
		if (reread(&news->verdict[end]) == VERDICT_REFUSED) {
			news->refused = h->claim[end];
			news->refused_end = end;
		}
		drop_claim(f, h, end);
	}
	return false;
}

/* The other end has sent more than what c acknowledges, and that has not been seen itself: it was missed, or is late. */
static __always_inline bool lacks_what_it_acks(const struct flow *f, __u32 other, const struct claim *c)
{
	const struct end_past *past = &f->past[end_index(other)];

	return (past->traits & END_HOLE) && seq_before(past->hole_start, c->seg.ack) &&
	       !seq_before(past->hole_end, c->seg.ack);
}

/* The other end may have closed by a FIN that was missed, which this acknowledges: it opens anew. */
static __always_inline bool may_ack_last_fin(const struct flow *f, const struct claim *c, __u32 x)
{
	return (c->grounds & CLAIM_EXACT) && is_control(&c->seg) && c->seg.ack == f->end[end_index(x ^ 1)].next + 1;
}

/* Data in order, for which there is room by now: its sender knew, by an ACK that was missed, or it would have waited. */
static __always_inline bool is_let_at_last(const struct claim *c)
{
	return c->stray == STRAY_OUT_OF_WINDOW && (c->grounds & CLAIM_EXACT);
}

/*
 * After x's segment: a claim that it has explained is applied next, as
 * news->released, if that is not too late; or one of which it was the second word.
 */
static __always_inline void explains_claim(struct flow *f, struct history *h, __u32 x, __u64 now, struct news *news)
{
	news->released_end = NO_END;
	if (!(f->traits & FLOW_DOUBT))
		return;
	for (__u32 i = 1; i < 3; i++) {
		__u32 end = end_index(x ^ i);
		struct claim *c = &h->claim[end];

		if (news->released_end != NO_END || c->kind != CLAIM_NEAR)
			continue;
		if (c->grounds & CLAIM_INSISTED) {
			release(f, h, end, SETTLED, news);
		} else if (is_explained(f, h, end)) {
			/* What has been inferred, and not seen, is as old as the claim. */
			bool inferred = (h->believed & 1 << (end ^ 1)) ||
					(f->past[end_index(end ^ 1)].traits & END_FIN_INFERRED);

			if (inferred || c->stray == STRAY_PAWS_STALE || is_let_at_last(c) || lacks_what_it_acks(f, end ^ 1, c) || (__s64)(now - c->time) <= (__s64)DISORDER_NS) {
				release(f, h, end, EXPLAINED, news);
			} else {
				news->refused = *c;
				news->refused_end = end;
				drop_claim(f, h, end);
			}
		}
	}
}

/* What becomes of a claim that is true. */
static __always_inline enum judgment judge_released(const struct flow *f, const struct segment *s)
{
	if (s->flags & TH_SYN)
		return s->flags & TH_ACK ? JUDGE_OPEN_SYN_ACK : JUDGE_OPEN;
	if (both_closed(f))
		return JUDGE_LATE;
	return s->flags & TH_RST ? JUDGE_RST : JUDGE_ACCEPT;
}

/*
 * What x's segment is, if need be after the numbers have been taken anew, or back.
 * blind_since: the observer has missed what came before (struct settings).
 */
static __always_inline enum judgment judge_arrived(struct flow *f, struct history *h, __u32 x,
						   const struct segment *s, __u64 now, __u64 blind_since)
{
	enum judgment judgment;

	if (denies_belief(f, h, x, s))
		take_back_belief(f, h);
	judgment = judge(f, h, x, s, now);
	if (!is_far(f, x, s, judgment) || !is_met_anew(f, h, x, s, f->last_seen < blind_since))
		return judgment;
	take_anew(f, h, x, s);
	return JUDGE_ACCEPT;
}

/* All that has not been seen of the end is the FIN that was inferred of it. */
static __always_inline bool inferred_fin_is_due(const struct flow *f, __u32 end)
{
	const struct end_past *past = &f->past[end];

	return (past->traits & (END_FIN_INFERRED | END_HOLE)) == (END_FIN_INFERRED | END_HOLE) &&
	       past->hole_start == past->fin - 1 && past->hole_end == past->fin && !both_closed(f);
}

/*
 * The capture is over, or all has been silent for long: a claim that would close
 * the connection is true, as nobody has denied it, and an inferred FIN has
 * arrived. False if there is none. resets: also an RST that was not exact (RULES
 * 16); where time runs out, step_timeout() sees to it.
 */
static __always_inline bool settles_at_last(struct flow *f, struct history *h, struct news *news, bool resets)
{
	news->refused_end = news->released_end = NO_END;
	for (__u32 end = 0; end < 2; end++) {
		if (news->released_end != NO_END)
			continue;
		if (closes_by_claim(&h->claim[end])) {
			news->released = h->claim[end];
			drop_claim(f, h, end);
		} else if (resets && (f->past[end].traits & END_RST_DOUBTFUL) && !both_closed(f)) {
			__builtin_memset(&news->released, 0, sizeof(news->released));
			news->released.time = f->last_seen;
			news->released.seg.flags = TH_RST;
			news->released.seg.seq = f->end[end].next;
		} else if (inferred_fin_is_due(f, end)) {
			__builtin_memset(&news->released, 0, sizeof(news->released));
			news->released.time = f->last_seen;
			news->released.seg.flags = TH_FIN | TH_ACK;
			news->released.seg.seq = f->past[end].fin - 1;
			news->released.seg.ack = f->end[end].acked;
			news->released.seg.window = 1;
		} else {
			continue;
		}
		news->released_end = end;
	}
	return news->released_end != NO_END;
}

/* news becomes what there is to tell. */
static __always_inline void apply(struct flow *f, struct history *h, __u32 x, const struct segment *s,
				  enum judgment judgment, enum arrival arrival, __u64 now, struct news *news)
{
	struct outcome *out = &news->outcome;

	news->judgment = judgment;
	news->arrival = arrival;
	note_both_left(h, f);
	news->stray = reread(&news->arrival) == ARRIVED ? stray_kind(f, h, x, s, judgment, now) : STRAY_NONE;
	news->in_window = would_be_in_window(f, x, s);
	out->was = out->via = state_pair_of(f);
	out->via_cause = CAUSE_NONE;
	out->facts = 0;
	note_fact(out, FACT_CLAIMED, claim_of(h, x)->kind == CLAIM_NEAR);
	note_fact(out, FACT_AT_LAST, reread(&news->arrival) == AT_LAST);
	note_fact(out, FACT_SETTLED, reread(&news->arrival) == SETTLED || reread(&news->arrival) == AT_LAST);
	if (is_fact(out, FACT_CLAIMED))
		news->refused = *claim_of(h, x);
	if (reread(&news->arrival) == SETTLED)
		note_belief(f, h, x);
	if (reread(&news->arrival) == ARRIVED || (s->flags & TH_SYN))
		count_segment(f, x, s, reread(&news->judgment));
	if (is_fact(out, FACT_SETTLED) && !(s->flags & TH_SYN))
		f->traits |= FLOW_INFERRED;
	/* Of a SYN whose options were cut off, the window scale is not known: as lenient as with fragments. */
	if ((s->traits & SEG_FRAGMENT) || ((s->traits & SEG_CUT_OPTIONS) && (s->flags & TH_SYN)))
		f->traits |= FLOW_FRAGMENTED;
	if (is_far(f, x, s, reread(&news->judgment)) && note_far(f, h, x, s, now))
		news->stray = STRAY_NONE;
	news->held_as = held_as(f, x, s);
	out->cause = step(f, h, x, s, reread(&news->judgment), now, out);
	/* One claim an end: what gives way to a SYN is not held silently for ever. */
	if (is_fact(out, FACT_CLAIMED) && claim_of(h, x)->kind == CLAIM_SYN && !may_ack_last_fin(f, &news->refused, x))
		news->refused_end = x;
	if (state_pair_of(f) != out->was)
		f->changed = now;
	note_wait(f, h, x, s, out, now, &news->wait);
	note_owed_rst(f, h, x, s);
	/* The usual one is that of the first segment that is not stray. */
	if (!f->past[x].ttl && reread(&news->stray) == STRAY_NONE)
		f->past[x].ttl = s->ttl;
	if (tells_time(reread(&news->judgment), reread(&news->stray)))
		note_clock(&h->clock[x], s, now);
	/* Only what its receiver takes keeps a flow alive (RULES 45). */
	if (now > f->last_seen && reread(&news->judgment) <= JUDGE_HELD)
		f->last_seen = now;
	if (f->traits & FLOW_QUIET) {
		/* What ends is told, even if it was met in its middle and never got on (RULES 43). */
		if (both_closed(f)) {
			f->traits &= ~FLOW_QUIET;
			out->was = BOTH(CLOSED);
			out->via_cause = CAUSE_MIDSTREAM;
		}
	}
	if (reread(&out->cause) == CAUSE_MIDSTREAM)
		out->was = out->via = BOTH(CLOSED); /* until now, nothing was said of it */
	f->attention = needs_attention(f) || h->believed ? ATTENTION_ALL : 0;
	if (is_learning(&h->clock[0]) || is_learning(&h->clock[1]))
		f->attention |= ATTENTION_CLOCK;
}

static __always_inline enum cause via_cause(const struct outcome *out)
{
	return out->via_cause ? out->via_cause : out->cause;
}

/* First to tell: from was to via. */
static __always_inline bool passes_through(const struct flow *f, const struct outcome *out)
{
	return out->via != out->was && !(f->traits & FLOW_QUIET);
}

/* Then: from via to where the ends are now. */
static __always_inline bool changes(const struct flow *f, const struct outcome *out)
{
	return state_pair_of(f) != out->via && !(f->traits & FLOW_QUIET);
}

#endif
