/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * The first segment of an incarnation: which kind of opening is it, and what
 * does it say of the two ends before step.h takes it? Pure.
 */
#ifndef TCPSTATE_CORE_OPEN_H
#define TCPSTATE_CORE_OPEN_H

#include "tcpstate/core/step.h"

/* Network to host order, for the port numbers that roles are guessed from. */
static __always_inline __u16 port_number(const struct flow_key *key, __u32 end)
{
	const __u8 *b = (const __u8 *)&key->port[end];

	return (__u16)(b[0] << 8 | b[1]);
}

/* DESIGN 2: which end is the initiator, where neither SYN nor SYN-ACK was seen. */
static __always_inline __u8 guess_initiator(const struct flow_key *key, __u32 sender)
{
	__u16 p0 = port_number(key, 0), p1 = port_number(key, 1);

	if ((p0 < 1024) != (p1 < 1024))
		return p0 < 1024;
	if ((p0 < 32768) != (p1 < 32768))
		return p0 < 32768;
	return sender;
}

/* May this segment begin a flow? A lone RST is no connection (RULES 11). */
static __always_inline bool opens_flow(const struct segment *s)
{
	return !(s->flags & TH_RST) && has_legal_flags(s) && !(s->traits & SEG_BAD_CHECKSUM);
}

static __always_inline enum judgment judge_opening(const struct segment *s)
{
	if (!(s->flags & TH_SYN))
		return JUDGE_OPEN_MIDSTREAM;
	return s->flags & TH_ACK ? JUDGE_OPEN_SYN_ACK : JUDGE_OPEN;
}

/*
 * Makes a flow ready whose key is set and whose rest is zero: the ends are
 * where they must have been for x to send this segment. step() is next.
 */
static __always_inline void open_flow(struct flow *f, struct history *h, __u32 x, const struct segment *s,
				      enum judgment judgment, __u64 now)
{
	__u32 y = x ^ 1;

	f->start = now;
	f->changed = now;
	f->state[x] = STATE_CLOSED;
	switch (judgment) {
	case JUDGE_OPEN:
		f->initiator = x;
		f->state[y] = STATE_LISTEN;
		break;
	case JUDGE_OPEN_SYN_ACK:
		/* The SYN was missed, but its number is known: one less than what is acknowledged. */
		f->initiator = y;
		f->state[y] = STATE_SYN_SENT;
		f->past[y].isn = s->ack - 1;
		set_next(f, h, y, s->ack);
		f->traits |= FLOW_INFERRED | FLOW_MISSED_OPENING;
		break;
	default:
		/* RULES 11: both ESTABLISHED; nothing is said until it is believed. */
		f->initiator = guess_initiator(&f->key, x);
		f->traits |= FLOW_GUESSED_ROLES | FLOW_MIDSTREAM | FLOW_QUIET;
		f->wscale = WSCALE_UNKNOWN | WSCALE_UNKNOWN << 4;
		f->state[x] = STATE_ESTABLISHED;
		f->state[y] = STATE_ESTABLISHED;
		break;
	}
}

#endif
