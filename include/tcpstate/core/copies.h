/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * One packet that the observer sees twice was sent once (RULES 38): at a bridge
 * and at its port, at a router's two interfaces, on a mirror of both directions. What
 * tells a copy from a repetition is where it passes: each end's segments have a place
 * (struct packet) where they were met first. Pure.
 *
 * Ranges of bytes are compared, not frames: where segmentation is offloaded at
 * one place and not at the other, one frame is many. A copy through the same place is
 * none that can be told: the network may have doubled it, and its receiver gets both. (Where
 * a capture has all packets of a path twice, replay gives the copies a place of their own.)
 */
#ifndef TCPSTATE_CORE_COPIES_H
#define TCPSTATE_CORE_COPIES_H

#include "tcpstate/core/judge.h"

/* How much later a packet passes the second place: queues and batches, not a round trip. */
#define COPY_NS (10 * 1000000ull)

static __always_inline bool is_known_reset(const struct flow *f, __u32 x)
{
	return both_closed(f) && f->closed_how == CLOSE_RST && (f->closed_by & (x + 1));
}

/* All that x's segment says has been said by x before. */
static __always_inline bool says_nothing_new(const struct flow *f, const struct history *h, __u32 x,
					     const struct segment *s)
{
	const struct claim *c = claim_of(h, x);
	__u32 end = segment_end(s);

	if (s->flags & TH_RST)
		return is_known_reset(f, x) || (f->past[x].traits & END_RST_DOUBTFUL);
	if (s->flags & TH_SYN)
		return ((f->past[x].traits & END_SYN) && f->past[x].isn == s->seq) ||
		       (c->kind == CLAIM_SYN && c->seg.seq == s->seq);
	if (c->kind == CLAIM_NEAR && !seq_before(s->seq, c->seg.seq) && !seq_after(end, claim_end(c)) &&
	    !seq_after(s->ack, c->seg.ack))
		return true;
	if (!(f->past[x].traits & END_HEARD) || seq_after(end, f->end[x].next))
		return false;
	return (!(s->flags & TH_ACK) || (has_acked(f, x) && !seq_after(s->ack, f->end[x].acked))) &&
	       (!(s->flags & TH_FIN) || has_seen_fin(f, x));
}

/* The very segment that x sent last. */
static __always_inline bool is_newest(const struct flow *f, __u32 x, const struct segment *s)
{
	if (s->flags & (TH_RST | TH_SYN))
		return true;
	return segment_end(s) == f->end[x].next && (!(s->flags & TH_ACK) || s->ack == f->end[x].acked) &&
	       (!(s->traits & SEG_TIMESTAMP) || !uses_timestamps(f, x) || !ts_older(s->tsval, f->end[x].tsval));
}

/*
 * What stays the same of a segment wherever it passes: not its TTL, nor its
 * options on a SYN (routers clamp the MSS), nor whether its checksum has been filled in.
 */
static __always_inline __u32 digest_of(const struct segment *s)
{
	const __u64 odd = 0x9e3779b97f4a7c15ull;
	__u64 digest = ((__u64)s->seq << 32 | s->ack) * odd;

	digest = ((digest ^ digest >> 32) + ((__u64)s->len << 32 | s->flags << 16 | s->window)) * odd;
	if (s->traits & SEG_TIMESTAMP)
		digest = ((digest ^ digest >> 32) + ((__u64)s->tsval << 32 | s->tsecr)) * odd;
	return digest >> 32;
}

/* x's newest segment off the fast path, whatever became of it, came a moment ago. */
static __always_inline bool has_newest(const struct history *h, __u32 x, __u64 now)
{
	return (__u16)((now >> NEWEST_TIME_BITS) - h->newest[end_index(x)].time) <= COPY_NS >> NEWEST_TIME_BITS;
}

static __always_inline __u16 short_place(__u32 place)
{
	return place ^ place >> 16;
}

/* It is that one, and passes another place. */
static __always_inline bool is_newest_again(const struct history *h, __u32 x, const struct segment *s, __u32 place)
{
	const struct newest *newest = &h->newest[end_index(x)];

	return newest->digest == digest_of(s) && newest->place != short_place(place);
}

/*
 * x's segment has passed another place a moment ago, and is counted already. A
 * second place shows itself by a copy of the newest segment; from then on all passes it that has passed the first.
 * What is not taken (a stray, a claim, an RST) leaves nothing behind by which it is known, but its digest.
 */
static __always_inline bool is_copy(const struct flow *f, const struct history *h, __u32 x, const struct segment *s,
				    __u32 place, __u64 now)
{
	__u32 usual = f->end[x].place;
	bool second = h->second_place[end_index(x)] == place, newest = has_newest(h, x, now);

	if (!place || (f->traits & FLOW_SELF))
		return false;
	if (newest && is_newest_again(h, x, s, place))
		return true;
	return usual && place != usual && (now - f->last_seen <= COPY_NS || (newest && second)) &&
	       says_nothing_new(f, h, x, s) && (second || is_newest(f, x, s));
}

static __always_inline void note_copy(struct history *h, __u32 x, __u32 place)
{
	h->second_place[end_index(x)] = place;
	if (h->observed_twice < 0xffff)
		h->observed_twice++;
}

/* x's segment is taken at this place: it is the first to see it, and the one before comes second. */
static __always_inline void note_place(struct flow *f, struct history *h, __u32 x, __u32 place)
{
	if (f->end[x].place && f->end[x].place != place)
		h->second_place[end_index(x)] = f->end[x].place;
	f->end[x].place = place;
}

/* x's segment is the newest one, taken or not; what was held back is not. Strays come from anywhere, and tell no place of x's. */
static __always_inline void note_passage(struct flow *f, struct history *h, __u32 x, const struct segment *s,
					 __u32 place, __u32 judgment, __u64 now)
{
	if (judgment <= JUDGE_HELD || !f->end[x].place)
		note_place(f, h, x, place);
	h->newest[end_index(x)] = (struct newest){
		.digest = digest_of(s), .time = now >> NEWEST_TIME_BITS, .place = short_place(place),
	};
}

#endif
