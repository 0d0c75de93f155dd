/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * One segment applied to its flow, after it has been judged: states, times,
 * counts, and what there is to tell. Pure.
 */
#ifndef TCPSTATE_APPLY_H
#define TCPSTATE_APPLY_H

#include "expiry.h"
#include "open.h"
#include "step.h"
#include "stray.h"

/*
 * What there is to tell: see passes_through() and changes(); wait, if its phase
 * is not 0; stray, if it is not STRAY_NONE.
 */
struct news {
	struct outcome outcome;
	struct wait_news wait;
	__u32 stray;    /* enum stray */
	__u32 judgment; /* enum judgment */
	__u32 in_window; /* the sequence check would accept it, as the flow was before it */
};

/*
 * In BPF, news lies in a map, and what was in a map is any number to the
 * verifier: it does not follow each judgment through all that comes after
 * step(), but sees that code once.
 */
static __always_inline __u32 reread(const __u32 *value)
{
	return *(const volatile __u32 *)value;
}

/* All that x sent, as seen, whatever becomes of it; but what is broken says nothing by its flags. */
static __always_inline void count_segment(struct flow *f, __u32 x, const struct segment *s,
					  enum judgment judgment)
{
	struct end_past *past = &f->past[x];

	f->end[x].packets += s->packets;
	f->end[x].bytes += s->len;
	if (judgment == JUDGE_BAD_CHECKSUM || judgment == JUDGE_BAD_FLAGS)
		return;
	if ((s->flags & TH_SYN) && past->syns < 0xff)
		past->syns++;
	if ((s->flags & TH_FIN) && past->fins < 0xff)
		past->fins++;
	if ((s->flags & TH_RST) && past->rsts < 0xffff)
		past->rsts++;
}

/* A sender's clock is learnt from what is taken, and not late. */
static __always_inline bool tells_time(__u32 judgment, __u32 stray)
{
	return stray == STRAY_NONE && judgment < JUDGE_BAD_FLAGS && judgment != JUDGE_RST &&
	       judgment != JUDGE_REFUSED && judgment != JUDGE_RST_ANSWER;
}

/* news becomes what there is to tell. */
static __always_inline void apply(struct flow *f, struct history *h, __u32 x, const struct segment *s,
				  enum judgment judgment, __u64 now, struct news *news)
{
	struct outcome *out = &news->outcome;

	note_both_left(h, f);
	news->judgment = judgment;
	news->stray = stray_kind(f, h, x, s, judgment);
	news->in_window = would_be_in_window(f, x, s);
	out->was = out->via = state_pair_of(f);
	out->facts = 0;
	count_segment(f, x, s, judgment);
	/* Of a SYN whose options were cut off, the window scale is not known: as lenient as with fragments. */
	if ((s->traits & SEG_FRAGMENT) || ((s->traits & SEG_CUT_OPTIONS) && (s->flags & TH_SYN)))
		f->traits |= FLOW_FRAGMENTED;
	out->cause = step(f, x, s, judgment, now, out);
	if (state_pair_of(f) != out->was)
		f->changed = now;
	note_wait(f, h, x, s, out, now, &news->wait);
	note_owed_rst(f, h, x, s);
	/* The usual one is that of the first segment that is not stray. */
	if (!f->past[x].ttl && reread(&news->stray) == STRAY_NONE)
		f->past[x].ttl = s->ttl;
	if (tells_time(reread(&news->judgment), reread(&news->stray)))
		note_clock(&h->clock[x], s, now);
	if (reread(&out->cause) == CAUSE_MIDSTREAM)
		out->was = out->via = BOTH(CLOSED); /* until now, nothing was said of it */
	f->last_seen = now;
	f->attention = needs_attention(f) ? ATTENTION_ALL : 0;
	if (is_learning(&h->clock[0]) || is_learning(&h->clock[1]))
		f->attention |= ATTENTION_CLOCK;
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
