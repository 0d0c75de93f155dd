/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* What a segment did to a flow, as events shall tell it. */
#ifndef TCPSTATE_CORE_OUTCOME_H
#define TCPSTATE_CORE_OUTCOME_H

#include "tcpstate/abi.h"
#include "tcpstate/core/seq.h"

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

/* Mask of the ends in TIME_WAIT: bit 0 for end 0, bit 1 for end 1. */
static __always_inline __u8 waiting_ends(state_pair pair)
{
	return (state_in_pair(pair, 0) == STATE_TIME_WAIT) |
	       (state_in_pair(pair, 1) == STATE_TIME_WAIT) << 1;
}

/* The connection is done: both ends are CLOSED or in TIME_WAIT. */
static __always_inline bool is_over(state_pair pair)
{
	for (__u32 end = 0; end < 2; end++)
		if (state_in_pair(pair, end) != STATE_CLOSED && state_in_pair(pair, end) != STATE_TIME_WAIT)
			return false;
	return true;
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
	FACT_FIN = 1 << 6,           /* a FIN that y looks at */
	FACT_SETTLED = 1 << 7,       /* it was held, and has been shown to be true */
	FACT_AT_LAST = 1 << 8,       /* it was held, and nobody has said anything against it */
	FACT_TAKEN_BACK = 1 << 9,    /* a FIN that was inferred, or thought to have arrived, is not one */
	FACT_CLAIMED = 1 << 10,      /* x had a claim */
	FACT_UNIGNORED = 1 << 11,    /* the RST that closed it was ignored (JUDGE_UNIGNORED) */

	/* What sent() has found before it changes anything. */
	FACT_WAS_OPENING = 1 << 12,  /* x had sent its SYN, and no more */
	FACT_WAS_LISTENING = 1 << 13,
	FACT_CROSSED = 1 << 14,      /* see shows_crossed_fins() */
	FACT_BOTH_MISSED = 1 << 15,  /* see shows_both_fins() */
	FACT_MISSED_FIN = 1 << 16,   /* see shows_missed_fin() */
	FACT_ANSWERED = 1 << 17,     /* see answers_repeated_fin() */
	FACT_REPEATS = 1 << 18,      /* see repeats_fin() */
};

/*
 * What a segment did, as events shall tell it: the ends went from was through
 * via (the same as was, unless they only passed a state) to where they are.
 * In BPF it lies in a map: what the verifier does not follow costs it nothing.
 */
struct outcome {
	__u32 cause; /* enum cause: from via on */
	__u32 via_cause; /* up to via; CAUSE_NONE: the same */
	__u32 facts; /* enum fact */
	state_pair was;
	state_pair via;
};

/*
 * Noted in memory, and read back: a truth that lay in a register the verifier would follow both ways of
 * through all that comes before it is asked for.
 */
static __always_inline void note_fact(struct outcome *out, enum fact fact, bool is)
{
	*(volatile __u32 *)&out->facts |= is ? fact : 0;
}

static __always_inline bool is_fact(const struct outcome *out, enum fact fact)
{
	return *(const volatile __u32 *)&out->facts & fact;
}

/* The end is in a state that it will leave on the same segment. */
static __always_inline void passes(struct outcome *out, const struct flow *f, __u32 end)
{
	out->via = with_state(out->via, end, f->state[end]);
}

#endif
