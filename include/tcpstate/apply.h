/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* One segment applied to its flow, after it has been judged: states, times, counts. Pure. */
#ifndef TCPSTATE_APPLY_H
#define TCPSTATE_APPLY_H

#include "expiry.h"
#include "open.h"
#include "step.h"

/*
 * was becomes the states before, as an event shall tell them. Returns the
 * cause. There is something to tell if tells_change(f, was).
 */
static __always_inline enum cause apply(struct flow *f, __u32 x, const struct segment *s,
					enum judgment judgment, __u64 now, __u8 was[2])
{
	enum cause cause;

	was[0] = f->state[0];
	was[1] = f->state[1];
	if (s->traits & SEG_FRAGMENT)
		f->traits |= FLOW_FRAGMENTED;
	cause = step(f, x, s, judgment, now);
	if (judgment == JUDGE_SYN_CROSSED)
		was[x] = STATE_SYN_SENT; /* it had not been listening, as we thought */
	if (cause == CAUSE_MIDSTREAM)
		was[0] = was[1] = STATE_CLOSED; /* until now, nothing was said of it */

	f->end[x].packets += s->packets;
	f->end[x].bytes += s->len;
	f->last_seen = now;
	if (f->state[0] != was[0] || f->state[1] != was[1])
		f->changed = now;
	f->attention = needs_attention(f);
	return cause;
}

static __always_inline bool tells_change(const struct flow *f, const __u8 was[2])
{
	return (f->state[0] != was[0] || f->state[1] != was[1]) && !(f->traits & FLOW_QUIET);
}

#endif
