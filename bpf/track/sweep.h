/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * The sweep: finds flows whose time has run out, tells how they ended, and
 * frees their ways. User space runs it about once a second, in steps small
 * enough not to hold up a CPU. It walks the tags; a slot is looked at only
 * where the class says that it may expire soon.
 */
#ifndef TCPSTATE_BPF_TRACK_SWEEP_H
#define TCPSTATE_BPF_TRACK_SWEEP_H

#include "track/tracker.h"

#define SWEEP_STEP 64        /* sets a run: what they tell must fit into the ring before it is drained */
#define SWEEP_CONFIRMED 16   /* confirmed flows live long: every 16th sweep looks at a set's */

/* Where the sweep is: the next set, and how many sweeps there have been. */
__u32 sweep_set;
__u32 sweep_round;

/* What is in scratch.held is applied: mode says why. Called by the programs: the stack is short. */
static __always_inline void apply_held(__u32 slot, enum slow_mode mode)
{
	struct scratch *out = my_scratch(SCRATCH_SWEEP);

	if (!out)
		return;
	__builtin_memcpy(&out->current, &out->held, sizeof(out->current));
	if (slow_path(&out->current, slot, VANTAGE_TRANSIT, mode, SCRATCH_SWEEP) & SLOW_DONE)
		tell_news(&out->current, mode, SCRATCH_SWEEP);
}

/* Nobody has said anything against it. */
static __always_inline void settle(__u32 slot)
{
	apply_held(slot, SLOW_AT_LAST);
}

/* The slot's flow, if its time has run out. */
static __always_inline void expire(__u32 slot, __u64 now)
{
	if (end_flow(slot, now, WHICHEVER, SCRATCH_SWEEP, CAUSE_EVICTED) == ENDS_DOUBT)
		settle(slot);
}

struct sweep {
	__u32 first_set;
	__u32 round;
	__u64 now;
};

static long sweep_one_set(__u32 i, struct sweep *sweep)
{
	__u32 set = sweep->first_set + i;
	struct tag_set *tag = set < table_sets ? tags_of(set) : NULL;
	bool confirmed_too = ((set + sweep->round) & (SWEEP_CONFIRMED - 1)) == 0;

	if (!tag)
		return 1;
	for (__u32 way = 0; way < SET_WAYS; way++) {
		__u64 *word = tag_word(tag, way), old = read_word(word);
		enum tag_class class = tag_class_of(old, way);

		if (!old)
			way |= 3; /* four empty ways */
		else if (class == TAG_RESTING)
			swap_tag(word, old, way, 0);
		else if (class == TAG_UNCONFIRMED || class == TAG_CLOSING || (holds_flow(class) && confirmed_too))
			expire(set * SET_WAYS + way, sweep->now);
	}
	return 0;
}

/*
 * Nobody has answered the SYN: it ends as the flow that it would have been, in the slot behind
 * the table, which only the sweep uses.
 */
static __always_inline void end_embryo(__u64 now)
{
	const __u32 slot = table_sets * SET_WAYS;

	apply_held(slot, SLOW_EMBRYO);
	end_flow(slot, now, WHICHEVER, SCRATCH_SWEEP, CAUSE_EVICTED);
}

static long sweep_one_embryo_set(__u32 i, struct sweep *sweep)
{
	__u32 set = sweep->first_set + i - table_sets;

	if (set >= embryo_sets)
		return 1;
	for (__u32 way = 0; way < EMBRYO_WAYS && embryo_expired(set, sweep->now); way++)
		end_embryo(sweep->now);
	return 0;
}

/* One step: the table's sets first, then the embryos'. Returns true if more are to be walked in this sweep. */
static __always_inline bool sweep_step(void)
{
	struct sweep sweep = {
		.first_set = sweep_set,
		.round = sweep_round,
		.now = clock_precise(),
	};

	if (sweep_set < table_sets)
		bpf_loop(SWEEP_STEP, sweep_one_set, &sweep, 0);
	else
		bpf_loop(SWEEP_STEP, sweep_one_embryo_set, &sweep, 0);
	sweep_set = sweep.first_set + SWEEP_STEP;
	/* The embryos' begin at table_sets, whatever a step is. */
	if (sweep.first_set < table_sets && sweep_set > table_sets)
		sweep_set = table_sets;
	if (sweep_set < table_sets + embryo_sets)
		return true;
	sweep_set = 0;
	sweep_round++;
	return false;
}

/* ---- replay -------------------------------------------------------------- */

/* The one slot in touched_slot, when its deadline has passed: so every flow expires at its own time. */
static __always_inline void replay_expire(void)
{
	expire(touched_slot, clock_precise());
}

/* Has the slot's flow something in doubt that would close it? Then it is in scratch.held. A global function, as slow_path. */
__noinline int doubts_slot(__u32 slot)
{
	struct scratch *out = my_scratch(SCRATCH_SWEEP);
	struct history *h = history_at(slot);
	struct flow *f = flow_at(slot);
	bool settles;

	if (!out || !f || !h)
		return 0;
	bpf_spin_lock(&f->lock);
	settles = f->id && settles_at_last(f, h, &out->news, true);
	if (settles)
		take_held(out, f);
	bpf_spin_unlock(&f->lock);
	return settles;
}

/* touched_slot becomes the first from sweep_set on with something to settle. */
static long doubts_set(__u32 i, void *unused)
{
	__u32 set = sweep_set + i;
	struct tag_set *tag = set < table_sets ? tags_of(set) : NULL;

	if (!tag)
		return 1;
	for (__u32 way = 0; way < SET_WAYS; way++) {
		__u64 old = read_word(tag_word(tag, way));

		if (!old) {
			way |= 3; /* four empty ways */
		} else if (holds_flow(tag_class_of(old, way)) && doubts_slot(set * SET_WAYS + way)) {
			touched_slot = set * SET_WAYS + way;
			return 1;
		}
	}
	return 0;
}

/*
 * The capture is over: one step of a walk through the table, to the next slot with something to settle. Returns true
 * if there may be more: the slot is looked at again, as both ends may be in doubt.
 */
static __always_inline bool replay_settle(void)
{
	touched_slot = NO_SLOT;
	bpf_loop(SWEEP_STEP, doubts_set, NULL, 0);
	if (touched_slot != NO_SLOT) {
		sweep_set = touched_slot / SET_WAYS;
		settle(touched_slot);
		return true;
	}
	sweep_set += SWEEP_STEP;
	if (sweep_set < table_sets)
		return true;
	sweep_set = 0;
	return false;
}

#endif
