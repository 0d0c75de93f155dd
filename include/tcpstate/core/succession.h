/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* From one incarnation of a tuple to the next: how it ends, and what the next must know of it. Pure. */
#ifndef TCPSTATE_CORE_SUCCESSION_H
#define TCPSTATE_CORE_SUCCESSION_H

#include "tcpstate/core/expiry.h"
#include "tcpstate/core/step.h"

static __always_inline enum wait_outcome outcome_of(enum cause cause)
{
	return cause == CAUSE_TIMEOUT ? WAIT_EXPIRED : cause == CAUSE_REUSED ? WAIT_REUSED : WAIT_EVICTED;
}

/*
 * The incarnation ends at time, as far as its segments tell. deadline: when its
 * time would have run out. Returns the mask of the ends that waited.
 */
static __always_inline __u8 end_incarnation(struct flow *f, struct history *h, enum cause cause,
					    __u64 time, __u64 deadline)
{
	__u8 waited = waiting_ends(state_pair_of(f));

	if (waited) {
		h->wait_outcome = outcome_of(cause);
		h->wait_elapsed_ms = ms_between(waits_since(f, h), time);
		h->wait_remaining_ms = ms_between(time, deadline);
	}
	step_timeout(f);
	return waited;
}

/* end.next says where x was: it was heard, or acknowledged. */
static __always_inline bool is_number_known(const struct flow *f, __u32 x)
{
	return (f->past[x].traits & END_HEARD) || has_acked(f, x ^ 1);
}

/* Of the life that has just ended in the slot, what the next must know. */
static __always_inline void succeed(const struct flow *f, struct history *h, __u64 time)
{
	__u32 next[2] = { f->end[0].next, f->end[1].next };
	__u8 heard = is_number_known(f, 0) | is_number_known(f, 1) << 1;

	__builtin_memset(h, 0, sizeof(*h));
	h->former_end = time;
	h->former_heard = heard;
	h->former_next[0] = next[0];
	h->former_next[1] = next[1];
}

#endif
