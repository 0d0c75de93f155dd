/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * The sweep: finds flows whose time has run out, tells how they ended, and
 * frees their ways. User space runs it about once a second, in steps small
 * enough not to hold up a CPU. It walks the tags; a slot is looked at only
 * where the class says that it may expire soon.
 */
#ifndef TCPSTATE_BPF_SWEEP_H
#define TCPSTATE_BPF_SWEEP_H

#include "tracker.h"

#define SWEEP_STEP 64        /* sets a run: what they tell must fit into the ring before it is drained */
#define SWEEP_CONFIRMED 16   /* confirmed flows live long: every 16th sweep looks at a set's */
#define TAG_RESTING 1        /* class empty, but not zero */

/* Where the sweep is: the next set, and how many sweeps there have been. */
__u32 sweep_set;
__u32 sweep_round;

/*
 * Under the lock: the way rests, so that nobody takes it while the slot is
 * emptied. In replay nobody else can still hold it. False if a newcomer has
 * claimed it over our head (who concludes what is in the slot), or another
 * way of the word has changed: then the next sweep comes by.
 */
static __always_inline bool retire_way(__u64 *word, __u32 way)
{
	__u64 old = *(volatile __u64 *)word;

	return class_of_way(old, way) && swap_tag(word, old, way, replay ? 0 : TAG_RESTING);
}

/* What is in scratch.held is applied: nobody has said anything against it. Called by the programs: the stack is short. */
static __always_inline void settle(__u32 slot)
{
	struct scratch *out = my_scratch(SCRATCH_SWEEP);

	if (!out)
		return;
	__builtin_memcpy(&out->current, &out->held, sizeof(out->current));
	if (slow_path(&out->current, slot, VANTAGE_TRANSIT, SLOW_AT_LAST, SCRATCH_SWEEP) & SLOW_DONE)
		tell_news(&out->current, SLOW_AT_LAST, SCRATCH_SWEEP);
}

/* What a look at a slot finds. */
enum swept {
	SWEPT_NOTHING,
	SWEPT_EXPIRED,
	SWEPT_DOUBT, /* what is in scratch.held comes first: see settle() */
};

/* Returns enum swept: has the flow's time run out? A global function, as slow_path. */
__noinline int sweep_slot(__u32 slot, __u64 now)
{
	__u32 zero = 0, freed = 0;
	struct settings *set = bpf_map_lookup_elem(&settings, &zero);
	struct scratch *out = my_scratch(SCRATCH_SWEEP);
	struct tag_set *tag = tags_of(slot / SET_WAYS);
	struct history *h = history_at(slot);
	struct flow *f = flow_at(slot);

	if (!set || !out || !tag || !f || !h)
		return SWEPT_NOTHING;

	bpf_spin_lock(&f->lock);
	__u64 deadline = flow_deadline(f, h, set);

	if (f->id && deadline < now && settles_at_last(f, h, &out->news, false)) {
		take_held(out, f);
		bpf_spin_unlock(&f->lock);
		return SWEPT_DOUBT;
	}
	if (f->id && deadline < now && retire_way(tag_word(tag, slot % SET_WAYS), slot % SET_WAYS)) {
		change_begins(&out->change, f);
		conclude(f, h, out, CAUSE_TIMEOUT, deadline, deadline);
		clear_flow(f);
		__builtin_memset(&f->key, 0, sizeof(f->key));
		change_ends(&out->change, f);
		freed = 1;
	}
	if (replay)
		touched_deadline = f->id ? deadline : NEVER;
	bpf_spin_unlock(&f->lock);
	if (!freed)
		return SWEPT_NOTHING;
	emit_all(out, set->events);
	count(COUNT_FLOWS_CLOSED);
	return SWEPT_EXPIRED;
}

struct sweep {
	__u32 first_set;
	__u32 round;
	__u64 now;
};

static long sweep_one_set(__u32 i, struct sweep *sweep)
{
	__u32 set = sweep->first_set + i;
	struct tag_set *tag = tags_of(set);
	bool confirmed_too = ((set + sweep->round) & (SWEEP_CONFIRMED - 1)) == 0;

	if (!tag)
		return 1;
	for (__u32 way = 0; way < SET_WAYS; way++) {
		__u64 *word = tag_word(tag, way);
		__u64 old = *(volatile __u64 *)word;
		__u32 class = class_of_way(old, way);

		if (!old) {
			way |= 3; /* four empty ways */
			continue;
		}
		if (class == TAG_EMPTY) {
			/* It has rested for a sweep. */
			if (old >> ((way & 3) * TAG_BITS) & 0xffff)
				swap_tag(word, old, way, 0);
		} else if (class != TAG_CONFIRMED || confirmed_too) {
			if (sweep_slot(set * SET_WAYS + way, sweep->now) == SWEPT_DOUBT)
				settle(set * SET_WAYS + way);
		}
	}
	return 0;
}

/* One step. Returns true if more sets are to be walked in this sweep. */
static __always_inline bool sweep_step(void)
{
	struct sweep sweep = {
		.first_set = sweep_set,
		.round = sweep_round,
		.now = clock_precise(),
	};

	bpf_loop(SWEEP_STEP, sweep_one_set, &sweep, 0);
	sweep_set = sweep.first_set + SWEEP_STEP;
	if (sweep_set < table_sets)
		return true;
	sweep_set = 0;
	sweep_round++;
	return false;
}

/* ---- replay -------------------------------------------------------------- */

/* The one slot in touched_slot, when its deadline has passed: so every flow expires at its own time. */
static __always_inline void replay_expire(void)
{
	if (sweep_slot(touched_slot, clock_precise()) == SWEPT_DOUBT)
		settle(touched_slot);
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
	struct tag_set *tag = tags_of(set);

	if (!tag)
		return 1;
	for (__u32 way = 0; way < SET_WAYS; way++) {
		__u64 old = *(volatile __u64 *)tag_word(tag, way);

		if (!old) {
			way |= 3; /* four empty ways */
		} else if (class_of_way(old, way) != TAG_EMPTY && doubts_slot(set * SET_WAYS + way)) {
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
