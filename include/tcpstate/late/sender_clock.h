/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * A sender's timestamp clock, learnt from its own segments: how fast it ticks,
 * and so when a late segment was sent. Pure. Times in ns.
 */
#ifndef TCPSTATE_LATE_SENDER_CLOCK_H
#define TCPSTATE_LATE_SENDER_CLOCK_H

#include "tcpstate/core/judge.h"
#include "tcpstate/units.h"

/* Rates that stacks have (RFC 7323 5.4 allows 1 ms to 1 s a tick). */
#define TICK_SNAP_PERCENT 15
/* What must have passed before a rate is believed. */
#define TICK_LEARN_NS (100 * NS_PER_MS)
#define TICK_LEARN_TICKS 8

/* x sent this, and not late. */
static __always_inline void note_clock(struct sender_clock *c, const struct segment *s, __u64 now)
{
	if (!(s->traits & SEG_TIMESTAMP))
		return;
	if (!c->first_time) {
		c->first_time = c->time = now;
		c->first_tsval = c->tsval = s->tsval;
	} else if (ts_older(c->tsval, s->tsval)) {
		c->time = now;
		c->tsval = s->tsval;
	}
}

/* Before a segment is applied: what the fast path has left. */
static __always_inline void note_left(struct sender_clock *c, const struct flow *f, __u32 x)
{
	if (!uses_timestamps(f, x) || c->left_tsval == f->end[x].tsval)
		return;
	c->left_tsval = f->end[x].tsval;
	c->left_time = f->last_seen;
}

/*
 * A segment after silence, of which the fast path shall not make the time of
 * the one before: what that left is dated first. Without the lock: two CPUs note
 * the same, and should the slot become another's meanwhile, its rate is told from one wrong sample.
 */
#define CLOCK_IDLE_NS (NS_PER_SECOND / 2)

static __always_inline bool ends_silence(const struct flow *f, __u64 now)
{
	return (__s64)(now - f->last_seen) > (__s64)CLOCK_IDLE_NS;
}

static __always_inline void note_both_left(struct history *h, const struct flow *f)
{
	note_left(&h->clock[0], f, 0);
	note_left(&h->clock[1], f, 1);
}

/* How far apart two samples shall be before they are taken rarely: either of these tells the rate. */
#define CLOCK_LEARNT_NS (2 * NS_PER_SECOND)
#define CLOCK_LEARNT_TICKS 2048

static __always_inline bool is_learning(const struct sender_clock *c)
{
	return c->first_time && c->time - c->first_time < CLOCK_LEARNT_NS &&
	       c->tsval - c->first_tsval < CLOCK_LEARNT_TICKS;
}

static __always_inline bool is_about(__u64 rate, __u64 usual)
{
	return rate * 100 >= usual * (100 - TICK_SNAP_PERCENT) &&
	       rate * 100 <= usual * (100 + TICK_SNAP_PERCENT);
}

/* Ticks a second from the first sample to this moment, snapped to a usual rate; 0: not known. */
static __always_inline __u32 tick_rate(const struct sender_clock *c, __u32 tsval, __u64 time)
{
	__u64 ticks = (__u32)(tsval - c->first_tsval);
	__u64 ns = time - c->first_time, rate;

	if (!c->first_time || time < c->first_time || ns < TICK_LEARN_NS || ticks < TICK_LEARN_TICKS)
		return 0;
	/* In ticks a 1000 s, so that slow clocks have digits. */
	rate = ticks * 1000 * (NS_PER_SECOND / 1000) / (ns / 1000);
	if (is_about(rate, 1000 * 1000))
		return 1000;
	if (is_about(rate, 250 * 1000))
		return 250;
	if (is_about(rate, 100 * 1000))
		return 100;
	if (is_about(rate, 10 * 1000))
		return 10;
	return is_about(rate, 1000) ? 1 : 0;
}

/*
 * Its own samples tell the rate. On a flow that the fast path carries they are
 * rare: then what that left, which may be dated too late by as much as the
 * silence that is let pass. So that it must be small beside the time that has been seen.
 */
static __always_inline __u32 rate_of(const struct sender_clock *c)
{
	__u32 rate = tick_rate(c, c->tsval, c->time);

	if (rate || c->left_time - c->first_time < 2 * CLOCK_IDLE_NS)
		return rate;
	return tick_rate(c, c->left_tsval, c->left_time);
}

/*
 * How long the segment was under way, in ms: now less when its sender's clock
 * showed its TSval. LIFETIME_UNKNOWN without timestamps or a known rate; an RST
 * may carry a TSval of 0, which tells no time.
 */
static __always_inline __u32 lifetime_of(const struct history *h, __u32 x,
					 const struct segment *s, __u64 now)
{
	const struct sender_clock *c = &h->clock[x];
	__u32 rate = s->traits & SEG_TIMESTAMP ? rate_of(c) : 0;
	__u64 since = now - c->time, ticks;

	if (!rate || (!s->tsval && (s->flags & TH_RST)))
		return LIFETIME_UNKNOWN;
	if (ts_older(s->tsval, c->tsval)) {
		ticks = c->tsval - s->tsval;
		since += ticks * NS_PER_SECOND / rate;
	} else {
		ticks = s->tsval - c->tsval;
		ticks = ticks * NS_PER_SECOND / rate;
		since = since > ticks ? since - ticks : 0; /* less than a tick */
	}
	since /= NS_PER_MS;
	return since < LIFETIME_UNKNOWN ? since : LIFETIME_UNKNOWN - 1;
}

#endif
