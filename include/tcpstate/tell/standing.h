/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * What the gauges and the histograms need of a flow, in one word: taken before
 * a segment and after it, under the lock, their difference is what is counted
 * after it. Pure.
 */
#ifndef TCPSTATE_TELL_STANDING_H
#define TCPSTATE_TELL_STANDING_H

#include "tcpstate/core/expiry.h"
#include "tcpstate/core/outcome.h"

/* 0: no flow. Bits; what is wider than one is shifted to its SHIFT. */
enum standing {
	STANDING_PRESENT = 1 << 0,
	STANDING_RESPONDER_0 = 1 << 1, /* end 0 is the responder */
	STANDING_CLASS_SHIFT = 2,      /* two bits: enum tag_class */
	STANDING_STATE_SHIFT = 4,      /* two ends of four bits: enum tcp_end_state */
	STANDING_PLACE_SHIFT = 12,     /* two ends of two bits: enum whereabouts */
	STANDING_SYN_ACK = 1 << 16,    /* synack_us is known */
	STANDING_OPENED = 1 << 17,     /* ack_us is known */
	STANDING_FIN = 1 << 18,        /* one end has sent its FIN */
	STANDING_OVER = 1 << 19,       /* is_over(), and was told of */
};

/* local: enum locality */
static __always_inline __u32 whereabouts_of(__u8 local, __u32 end)
{
	if (local == LOCAL_TRANSIT)
		return END_IN_TRANSIT;
	return local & (LOCAL_END_0 << end) ? END_IS_LOCAL : END_IS_REMOTE;
}

static __always_inline __u32 standing_of(const struct flow *f)
{
	if (!f->id)
		return 0;
	return STANDING_PRESENT | (f->initiator ? STANDING_RESPONDER_0 : 0) |
	       (__u32)flow_class(f) << STANDING_CLASS_SHIFT |
	       (f->state[0] & 15u) << STANDING_STATE_SHIFT |
	       (f->state[1] & 15u) << (STANDING_STATE_SHIFT + 4) |
	       whereabouts_of(f->local, 0) << STANDING_PLACE_SHIFT |
	       whereabouts_of(f->local, 1) << (STANDING_PLACE_SHIFT + 2) |
	       (f->synack_us ? STANDING_SYN_ACK : 0) | (f->ack_us ? STANDING_OPENED : 0) |
	       (f->first_fin_ms ? STANDING_FIN : 0) |
	       (is_over(state_pair_of(f)) && !(f->traits & FLOW_QUIET) ? STANDING_OVER : 0);
}

/* Of a present flow's end: where it is counted in counters.endpoints, as one index. */
static __always_inline __u32 endpoint_index(__u32 standing, __u32 end)
{
	__u32 state = standing >> (STANDING_STATE_SHIFT + 4 * end) & 15;
	__u32 role = (standing & STANDING_RESPONDER_0 ? 1 : 0) ^ end;
	__u32 place = standing >> (STANDING_PLACE_SHIFT + 2 * end) & 3;

	return (state * 2 + role) * WHEREABOUTS + place;
}

static __always_inline __u32 class_in_standing(__u32 standing)
{
	return standing >> STANDING_CLASS_SHIFT & 3;
}

/* By role. */
static __always_inline enum closer closer_of(const struct flow *f)
{
	if (!f->closed_by)
		return CLOSER_NOBODY;
	if (f->closed_by == 3)
		return CLOSER_BOTH;
	return f->closed_by - 1 == f->initiator ? CLOSER_INITIATOR : CLOSER_RESPONDER;
}

/*
 * From before a segment (or a timeout) to after it: what there is to count.
 * In BPF it lies in a map, and is looked at once the lock has been given back.
 */
struct change {
	__u32 before;         /* enum standing of the slot */
	__u32 after;
	__u32 had;            /* before, of the same flow; of a new incarnation, nothing is measured yet */
	__u32 cut_short;      /* an incarnation ended that was not over: the rest is about that */
	__u32 synack_us;
	__u32 ack_us;
	__u64 age_us;         /* from the first segment to the newest */
	__u32 by;             /* enum closer */
	__u32 how;            /* enum close_how */
	__u32 confirmed;      /* IS_CONFIRMED, or NOT_CONFIRMED */
	__u32 seeded;         /* it began at some time before: how old it is, is not known */
};

static __always_inline void change_begins(struct change *c, const struct flow *f)
{
	c->before = c->had = standing_of(f);
	c->cut_short = 0;
}

static __always_inline void note_close(struct change *c, const struct flow *f)
{
	c->age_us = f->last_seen > f->start ? (f->last_seen - f->start) / 1000 : 0;
	c->by = closer_of(f);
	c->how = f->closed_how;
	c->seeded = seeded_ends(f);
	c->confirmed = f->traits & FLOW_CONFIRMED ? IS_CONFIRMED : NOT_CONFIRMED;
}

/* The incarnation has ended. Of one that was quiet nothing was said, and nothing is counted. */
static __always_inline void change_concludes(struct change *c, const struct flow *f)
{
	if (!(c->had & STANDING_OVER) && !(f->traits & FLOW_QUIET)) {
		c->cut_short = 1;
		note_close(c, f);
	}
	c->had = ~0u;
}

static __always_inline void change_ends(struct change *c, const struct flow *f)
{
	c->after = standing_of(f);
	c->synack_us = f->synack_us;
	c->ack_us = f->ack_us;
	if (!c->cut_short)
		note_close(c, f);
}

/* enum standing: what the flow has come to. */
static __always_inline __u32 gained(const struct change *c)
{
	return c->after & ~c->had;
}

/* Both its SYN-ACK and the ACK of that were seen, the latter just now. */
static __always_inline bool completes_handshake(const struct change *c)
{
	return gained(c) & STANDING_OPENED;
}

static __always_inline bool has_come_to_its_end(const struct change *c)
{
	return c->cut_short || (gained(c) & STANDING_OVER);
}

/* What the receiver makes of a segment with RST; RESET_COUNT: what is passed over is not counted here. */
static __always_inline enum reset reset_kind(__u32 judgment)
{
	switch (judgment) {
	case JUDGE_RST:
	case JUDGE_RST_ANSWER:
		return RESET_VALID;
	case JUDGE_REFUSED:
		return RESET_REFUSED;
	case JUDGE_RST_INEXACT:
		return RESET_CHALLENGED;
	case JUDGE_LATE:
		return RESET_LATE;
	case JUDGE_BAD_FLAGS:
	case JUDGE_BAD_CHECKSUM:
		return RESET_COUNT;
	default:
		return RESET_INVALID;
	}
}

/* The bucket of struct durations for a time. */
static __always_inline __u32 duration_bucket(__u64 us)
{
	__u32 bucket = 0;

	/* Constants in a straight line: no table for the verifier to bound. */
#define X(limit) bucket += us > limit##ull;
	DURATION_LIMITS(X)
#undef X
	return bucket;
}

#endif
