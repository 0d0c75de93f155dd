/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* When a flow's time has run out. Pure. All times in ns of one clock. */
#ifndef TCPSTATE_CORE_EXPIRY_H
#define TCPSTATE_CORE_EXPIRY_H

#include "tcpstate/core/doubt.h"
#include "tcpstate/late/time_wait.h"

#define NEVER (~0ull)

/*
 * How long a flow in this pair of states may go on without a segment: the
 * shorter of the two ends' timeouts. An end that is CLOSED or LISTEN has
 * nothing to time out, unless both are: then the flow lingers, so that late
 * segments can be told from unknown ones.
 */
static __always_inline __u64 flow_timeout(const struct flow *f, const struct history *h,
					   const struct settings *set)
{
	__u64 shortest = NEVER;

	if (both_closed(f))
		return set->timeout_ns[STATE_CLOSED];
	for (__u32 i = 0; i < 2; i++) {
		__u8 state = f->state[i] & (STATE_SLOTS - 1);
		__u64 timeout = set->timeout_ns[state];

		if (state != STATE_CLOSED && state != STATE_LISTEN && timeout < shortest)
			shortest = timeout;
	}
	/* Silence after an RST, or after a FIN that is in doubt: it was taken (RULES 16, 33). */
	if (ends_in_doubt(f, h) &&
	    set->timeout_ns[STATE_LAST_ACK] < shortest)
		shortest = set->timeout_ns[STATE_LAST_ACK];
	if (!(f->traits & FLOW_CONFIRMED) && (f->traits & FLOW_MIDSTREAM) &&
	    set->unconfirmed_ns < shortest)
		shortest = set->unconfirmed_ns;
	return shortest;
}

/*
 * The instant at which it runs out. TIME_WAIT counts from its start (or
 * restart), whatever comes late; a closed flow lingers from its close; all
 * else counts from the newest segment.
 */
static __always_inline __u64 flow_deadline(const struct flow *f, const struct history *h,
					   const struct settings *set)
{
	__u64 timeout = flow_timeout(f, h, set), since = f->last_seen;

	if (waiting_ends(state_pair_of(f)))
		since = waits_since(f, h);
	else if (both_closed(f))
		since = f->changed;
	return timeout == NEVER || since + timeout < since ? NEVER : since + timeout;
}

/* The class of its tag: who gives way first when a set is full. */
static __always_inline enum tag_class flow_class(const struct flow *f)
{
	for (__u32 i = 0; i < 2; i++) {
		__u8 state = f->state[i];

		if (state == STATE_CLOSED || state == STATE_TIME_WAIT ||
		    state == STATE_CLOSING || state == STATE_LAST_ACK)
			return TAG_CLOSING;
	}
	return f->traits & FLOW_CONFIRMED ? TAG_CONFIRMED : TAG_UNCONFIRMED;
}

/*
 * That of its tag, by which it is known what a full set can best do without: what is over, if both ends are;
 * and of what is confirmed, what carried bytes both ways, acknowledged, is worth the most.
 */
static __always_inline enum tag_class tag_worth(const struct flow *f, const struct history *h)
{
	if (is_over(state_pair_of(f)))
		return TAG_CLOSING;
	if (!(f->traits & FLOW_CONFIRMED))
		return TAG_UNCONFIRMED;
	if (bytes_acked_of(f, h, 0) && bytes_acked_of(f, h, 1))
		return TAG_TALKED;
	return f->traits & FLOW_MIDSTREAM ? TAG_MET : TAG_CONFIRMED;
}

/* Must every segment take the slow path? Not if both ends are plainly talking. */
static __always_inline bool needs_attention(const struct flow *f)
{
	const __u16 both = f->past[0].traits & f->past[1].traits;
	const __u16 either = f->past[0].traits | f->past[1].traits;
	const __u16 odd = FLOW_FRAGMENTED | FLOW_RST_CLOSED | FLOW_DOUBT |
			  FLOW_SELF | FLOW_QUIET;

	return !(f->traits & FLOW_CONFIRMED) || (f->traits & odd) || (either & END_HOLE) ||
	       (either & (END_RST_DOUBTFUL | END_FIN_UNHEARD | END_FIN_HINT)) ||
	       !(both & END_HEARD) || !(both & END_ACKED) || !f->past[0].ttl || !f->past[1].ttl;
}

#endif
