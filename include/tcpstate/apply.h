/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* One segment applied to its flow, after it has been judged: states, times, counts. Pure. */
#ifndef TCPSTATE_APPLY_H
#define TCPSTATE_APPLY_H

#include "expiry.h"
#include "open.h"
#include "step.h"

/* All that x sent, as seen, whatever becomes of it; but what is broken says nothing by its flags. */
static __always_inline void count_segment(struct flow *f, __u32 x, const struct segment *s,
					  enum judgment judgment)
{
	struct end_past *past = &f->past[x];

	if (!f->end[x].packets)
		past->ttl = s->ttl;
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

/* out becomes what there is to tell: see passes_through() and changes(). */
static __always_inline void apply(struct flow *f, __u32 x, const struct segment *s,
				  enum judgment judgment, __u64 now, struct outcome *out)
{
	out->was = out->via = state_pair_of(f);
	count_segment(f, x, s, judgment);
	/* Of a SYN whose options were cut off, the window scale is not known: as lenient as with fragments. */
	if ((s->traits & SEG_FRAGMENT) || ((s->traits & SEG_CUT_OPTIONS) && (s->flags & TH_SYN)))
		f->traits |= FLOW_FRAGMENTED;
	out->cause = step(f, x, s, judgment, now, out);
	if (state_pair_of(f) != out->was)
		f->changed = now;
	if (out->cause == CAUSE_MIDSTREAM)
		out->was = out->via = BOTH(CLOSED); /* until now, nothing was said of it */

	f->last_seen = now;
	f->attention = needs_attention(f);
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
