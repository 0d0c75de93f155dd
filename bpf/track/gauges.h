/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * What a change of a flow adds to the counters: gauges of what is in the
 * table, transitions, closes, durations. So a scrape reads sums, and never
 * walks the table. Off the fast path, and without a lock.
 */
#ifndef TCPSTATE_BPF_TRACK_GAUGES_H
#define TCPSTATE_BPF_TRACK_GAUGES_H

#include "track/count.h"
#include "tcpstate/tell/standing.h"

/* A global function: the verifier looks at its limits once. */
__noinline int count_duration(__u32 timing, __u64 us)
{
	struct counters *c = my_counters();
	__u32 bucket = duration_bucket(us);

	if (!c || timing >= TIMING_COUNT || bucket >= DURATION_BUCKETS)
		return 0;
	add(&c->timings[timing].bucket[bucket], 1);
	add(&c->timings[timing].sum_us, us);
	return 1;
}

/* index < limit, a power of two, in a way that Linux 6.1's verifier follows: in 64 bits. */
static __always_inline __u64 bounded(__u64 index, __u64 limit)
{
	__asm__ volatile("" : "+r"(index));
	return index & (limit - 1);
}

#define ENDPOINT_GAUGES (STATE_SLOTS * 2 * WHEREABOUTS)

static __always_inline void add_standing(struct counters *c, __u32 standing, __u64 n)
{
	__u64 *gauge = &c->endpoints[0][0][0];

	if (!(standing & STANDING_PRESENT))
		return;
	add(&gauge[bounded(endpoint_index(standing, 0), ENDPOINT_GAUGES)], n);
	add(&gauge[bounded(endpoint_index(standing, 1), ENDPOINT_GAUGES)], n);
	add(&c->entries[bounded(class_in_standing(standing), TAG_CLASSES)], n);
}

/* A global function, as count_duration. */
__noinline int count_standing(__u32 before, __u32 after)
{
	struct counters *c = my_counters();

	if (!c)
		return 0;
	add_standing(c, before, -1ull);
	add_standing(c, after, 1);
	return 1;
}

static __always_inline void count_close(const struct change *change)
{
	struct counters *c = my_counters();
	__u32 by = change->by, how = change->how;

	if (c && by < CLOSER_COUNT && how < CLOSE_HOWS)
		add(&c->closes[bounded(change->confirmed, CONFIRMATIONS)][by][how], 1);
	if (!change->seeded)
		count_duration(TIMING_DURATION, change->age_us);
}

static __always_inline void count_change(const struct change *change)
{
	if (change->before != change->after)
		count_standing(change->before, change->after);
	if (gained(change) & STANDING_SYN_ACK)
		count_duration(TIMING_SYN_TO_SYN_ACK, change->synack_us);
	if (gained(change) & STANDING_OPENED)
		count_duration(TIMING_SYN_ACK_TO_ACK, change->ack_us);
	if ((gained(change) & STANDING_FIN) && !change->seeded)
		count_duration(TIMING_FIRST_FIN, change->age_us);
	if (has_come_to_its_end(change))
		count_close(change);
}

/* Both ends' arrows, as a state event tells them. */
static __always_inline void count_transitions(const struct event *e)
{
	struct counters *c = my_counters();

	if (!c)
		return;
#pragma unroll
	for (__u32 end = 0; end < 2; end++) {
		__u64 from = bounded(e->was[end], STATE_SLOTS), to = bounded(e->state[end], STATE_SLOTS);

		if (from != to)
			add(&c->transitions[from][to], 1);
	}
}

#endif
