/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * A way for a new flow: an empty one, or one whose flow is worth the least.
 * Nothing in the table is immortal, and what talks is never pushed out by what does
 * not. The order: what has expired; what nobody has answered; what is over; a way that
 * rests; what was met in its middle, and has shown no progress; and then what has been silent for the longest time,
 * as far as that counts: the more a flow has carried, the less. flow_table.h says why two CPUs never open one flow twice.
 */
#ifndef TCPSTATE_BPF_TRACK_CLAIM_H
#define TCPSTATE_BPF_TRACK_CLAIM_H

#include "track/clock.h"
#include "track/ending.h"
#include "track/flow_table.h"

/* Ways of a full set that flows from inside of tunnels may keep, where others want them. */
#define TUNNEL_WAYS 8
/* So many are asked whether they have expired: their slots and histories are hardly ever in a cache. */
#define EXPIRED_LOOKED_AT 8
#define CLAIM_TRIES 12
/* Packets of both ends: more than who talks once and vanishes; and enough for a real conversation. */
#define CARRIED_SOME 8
#define CARRIED_MUCH 64
/* Reads of a word, while another CPU writes its key: that takes it a microsecond, unless it is held up. */
#define TWIN_PATIENCE 16384
#define PAGE_WAYS 0xffffu /* slots in 4 KiB */

/* Not a slot, but added to one: the flow is there already. */
#define CLAIM_FOUND (1u << 31)
/* Nor is this: what was looked at has another class now. */
#define LOOK_AGAIN (NO_SLOT - 1)

/* Has the time of the slot's flow run out? A look without its lock; end_flow() knows better. A global function, as slow_path. */
__noinline int has_expired(__u32 slot, __u64 now)
{
	__u32 zero = 0;
	const struct settings *set = bpf_map_lookup_elem(&settings, &zero);
	const struct history *h = history_at(slot);
	const struct flow *f = flow_at(slot);

	return set && h && f && f->id && flow_deadline(f, h, set) < now;
}

/* The first way at or after turn. */
static __always_inline __u32 way_from(__u32 ways, __u32 turn)
{
	__u32 behind = ways >> turn << turn;

	return lowest(behind ? behind : ways);
}

/* The first of these ways whose flow has expired, or NO_SLOT. */
static __always_inline __u32 find_expired(__u32 set, __u32 ways, __u32 turn, __u64 now)
{
	for (int i = 0; i < EXPIRED_LOOKED_AT && ways; i++) {
		__u32 way = way_from(ways, turn);

		if (has_expired(set * SET_WAYS + way, now))
			return set * SET_WAYS + way;
		ways &= ~(1u << (way & 31));
	}
	return NO_SLOT;
}

/* A confirmed flow that has carried bytes both ways is tagged so, when it matters. Returns whether it has. A global function, as slow_path. */
__noinline int has_talked(__u32 slot)
{
	struct tag_set *tag = tags_of(slot / SET_WAYS);
	struct history *h = history_at(slot);
	struct flow *f = flow_at(slot);
	bool talked;

	if (!tag || !h || !f)
		return 0;
	bpf_spin_lock(&f->lock);
	talked = f->id && tag_worth(f, h) == TAG_TALKED;
	if (talked)
		set_class(tag_word(tag, slot % SET_WAYS), slot % SET_WAYS, TAG_TALKED);
	bpf_spin_unlock(&f->lock);
	return talked;
}

/* Of which ways the most silent flow is looked for. */
enum look {
	LOOK_ANY,     /* all alike */
	LOOK_MET,     /* what turns out to have carried bytes both ways is left out */
	LOOK_TALKING, /* of what has, a moment counts for the less, the more it has carried */
};

/* How long the slot's flow has been silent, as far as that counts: the less, the more it has carried. Less than 0: it stays. */
static __always_inline __s64 silence_of(__u32 slot, const struct flow *f, enum tag_class class, __u32 look, __s64 silent,
					__s64 longest)
{
	const __u32 packets = (f->end[0].packets & ~PACKETS_CLOSED) + (f->end[1].packets & ~PACKETS_CLOSED);

	if (look == LOOK_ANY || silent <= longest)
		return silent;
	if (class != TAG_TALKED && !has_talked(slot))
		return silent;
	if (look == LOOK_MET)
		return -1;
	return (__u64)silent >> (packets >= CARRIED_MUCH ? 2 : packets >= CARRIED_SOME ? 1 : 0);
}

/*
 * A look at one slot: if its flow has been silent for longer than those before, it becomes scratch.victim, and what counts of its
 * silence scratch.longest. Returns whether it has. A global function, so that the verifier looks at it once, and not 32 times.
 */
__noinline int is_more_silent(__u32 slot, __u64 now, __u32 look)
{
	__u32 own = SCRATCH_PACKET, way = slot % SET_WAYS;
	struct scratch *out = bpf_map_lookup_elem(&scratch, &own);
	struct tag_set *tag = tags_of(slot / SET_WAYS);
	const struct flow *f = flow_at(slot);

	if (!out || !tag || !f)
		return 0;

	/* The id before the time: if it is another flow's by then, end_flow() leaves that alone. */
	__u64 id = *(const volatile __u64 *)&f->id;
	__u64 heard = *(const volatile __u64 *)&f->last_seen;
	__s64 silent = now - heard;

	/* Of one that is just being opened, one of the two is 0. */
	if (!id || !heard)
		return 0;
	silent = silence_of(slot, f, tag_class_of(read_word(tag_word(tag, way)), way), look, silent, out->longest);
	if (silent <= out->longest)
		return 0;
	out->longest = silent;
	out->victim = id;
	return 1;
}

/*
 * Of these ways, the one whose flow has been silent for the longest time, or NO_SLOT. look: enum look.
 * scratch.victim becomes its id. A global function, as slow_path.
 */
__noinline __u32 find_most_silent(__u32 set, __u32 ways, __u64 now, __u32 look)
{
	__u32 own = SCRATCH_PACKET, found = NO_SLOT;
	struct scratch *out = bpf_map_lookup_elem(&scratch, &own);

	if (!out)
		return NO_SLOT;
	/* Another CPU's clock may be ahead; but what counts for nothing is -1. */
	out->longest = look == LOOK_ANY ? -NS_PER_SECOND : -1;
	for (int i = 0; i < SET_WAYS && ways; i++) {
		__u32 slot = set * SET_WAYS + lowest(ways);

		ways &= ways - 1;
		if (is_more_silent(slot, now, look))
			found = slot;
	}
	return found;
}

/*
 * The slot whose flow gives way in a full set, or NO_SLOT if others are at work at each. Where flows from inside of
 * tunnels hold more than their part, one of them goes; a newcomer from a tunnel takes no part from others.
 * scratch.victim becomes its id, WHICHEVER if it has expired. A resting way is one, too. LOOK_AGAIN: some have turned out to be worth more. A global function, as slow_path.
 */
__noinline __u32 choose_victim(__u32 set, __u32 in_tunnel, __u64 now)
{
	__u32 own = SCRATCH_PACKET;
	struct scratch *out = bpf_map_lookup_elem(&scratch, &own);
	const struct tag_set *tag = tags_of(set);
	__u32 allowed = ~0u, turn = now >> 12 & (SET_WAYS - 1), tunnels, ways, slot;

	if (!tag || !out)
		return NO_SLOT;
	out->victim = WHICHEVER;
	tunnels = ways_in_tunnels(tag);
	if (bits_in(tunnels) >= TUNNEL_WAYS + !in_tunnel)
		allowed = tunnels;

	ways = allowed & ~(ways_of_class(tag, TAG_UNCONFIRMED) | ways_of_class(tag, TAG_CLAIMED) | ways_of_class(tag, TAG_RESTING));
	slot = find_expired(set, ways, turn, now);
	if (slot != NO_SLOT)
		return slot;
	ways = allowed & ways_of_class(tag, TAG_UNCONFIRMED);
	if (!ways)
		ways = allowed & ways_of_class(tag, TAG_CLOSING);
	if (ways)
		return find_most_silent(set, ways, now, LOOK_ANY);
	ways = ways_of_class(tag, TAG_RESTING);
	if (ways)
		return set * SET_WAYS + way_from(ways, turn);
	ways = allowed & ways_of_class(tag, TAG_MET);
	if (ways) {
		slot = find_most_silent(set, ways, now, LOOK_MET);
		return slot != NO_SLOT ? slot : LOOK_AGAIN;
	}
	ways = allowed & (ways_of_class(tag, TAG_CONFIRMED) | ways_of_class(tag, TAG_TALKED));
	return find_most_silent(set, ways, now, LOOK_TALKING);
}

/* Takes an empty way: the one at home, else one of its page, else any. NO_SLOT if there is none, or others were faster. */
static __always_inline __u32 take_empty(struct tag_set *tag, struct place at, __u32 claimed)
{
	const __u32 home = home_way(at), near = PAGE_WAYS << (home & 16);

	for (int try = 0; try < CLAIM_TRIES; try++) {
		__u32 empty = ~ways_used(tag), way;
		__u64 *word, old;

		/* Ways of one page are best: their slots share a TLB entry with the home way's. */
		if (empty & near)
			empty &= near;
		if (!empty)
			return NO_SLOT;
		way = empty >> home & 1 ? home : lowest(empty);
		word = tag_word(tag, way);
		old = read_word(word);
		if (!tag_of_way(old, way) && swap_tag(word, old, way, claimed))
			return at.set * SET_WAYS + way;
	}
	return NO_SLOT;
}

/* Makes the slot's way empty: its flow is ended, or it has rested long enough for want of others. */
static __always_inline void make_empty(struct tag_set *tag, __u32 slot, __u64 now)
{
	__u32 way = slot % SET_WAYS;
	__u64 *word = tag_word(tag, way), old = read_word(word);
	enum tag_class class = tag_class_of(old, way);
	__u32 own = SCRATCH_PACKET;
	const struct scratch *out = bpf_map_lookup_elem(&scratch, &own);

	if (class == TAG_RESTING)
		swap_tag(word, old, way, 0);
	else if (out && end_flow(slot, now, out->victim, SCRATCH_PACKET, CAUSE_EVICTED) == ENDED)
		count(class == TAG_UNCONFIRMED ? COUNT_EVICTED_UNCONFIRMED :
		      class == TAG_CLOSING ? COUNT_EVICTED_CLOSING : COUNT_EVICTED_CONFIRMED);
}

/* Where another CPU is about to open a flow, perhaps the same. */
struct twin {
	__u32 set;
	__u32 way;
};

static long is_free_now(__u32 i, const struct twin *twin)
{
	struct tag_set *tag = tags_of(twin->set);

	return !tag || tag_class_of(read_word(tag_word(tag, twin->way)), twin->way) != TAG_CLAIMED;
}

/* Waits until the way is no longer claimed. 0 if that takes too long. A global function, as slow_path. */
__noinline int await_claim(__u32 set, __u32 way)
{
	struct twin twin = { .set = set, .way = way };

	return bpf_loop(TWIN_PATIENCE, is_free_now, &twin, 0) < TWIN_PATIENCE;
}

/*
 * A way has been claimed. Is there another claim of this print, or a flow of this key? Gives the claimed slot if
 * nobody else has one; the slot of the flow, plus CLAIM_FOUND; or LOOK_AGAIN, the way being given back. Who waits holds a lower way than the one it
 * waits for, which never waits for a lower one: so somebody always goes on.
 */
static __always_inline __u32 settle_twins(struct tag_set *tag, struct place at, const struct flow_key *key, __u32 claimed)
{
	const __u32 mine = claimed % SET_WAYS;
	__u32 others = ways_of_print(tag, at.print) & ~(1u << mine), result = claimed;

	for (int i = 0; i < CANDIDATES && others; i++) {
		__u32 way = lowest(others), slot = at.set * SET_WAYS + way;
		struct flow *f = flow_at(slot);

		others &= others - 1;
		if (tag_class_of(read_word(tag_word(tag, way)), way) == TAG_CLAIMED) {
			if (way < mine) {
				set_tag(tag_word(tag, mine), mine, 0);
				await_claim(at.set, way);
				return LOOK_AGAIN;
			}
			if (!await_claim(at.set, way)) {
				result = LOOK_AGAIN;
				break;
			}
		}
		if (f && is_key(f, key)) {
			result = slot | CLAIM_FOUND;
			break;
		}
	}
	if (result != claimed)
		set_tag(tag_word(tag, mine), mine, 0);
	return result;
}

/*
 * An empty way for a flow of this key: its slot, which the caller has to open it in (slow_path, SLOW_FRESH); or
 * that of the flow which another CPU has opened meanwhile, plus CLAIM_FOUND; or NO_SLOT if there is none; or LOOK_AGAIN.
 */
static __always_inline __u32 claim_way(struct tag_set *tag, struct place at, const struct flow_key *key)
{
	const bool in_tunnel = key->tunnel_kind != TUNNEL_NONE;
	const __u32 claimed = TAG_CLAIMED << TAG_CLASS_SHIFT | (in_tunnel ? TAG_TUNNEL : 0) | at.print;
	__u32 slot = take_empty(tag, at, claimed);

	return slot == NO_SLOT ? NO_SLOT : settle_twins(tag, at, key, slot);
}

/* Makes a way of the packet's set empty. 0 if all that is there has to stay. A global function, as slow_path. */
__noinline int make_room(const struct packet *p)
{
	__u64 now = clock_precise();

	if (!p)
		return 0;

	struct place at = place_of(hash_key(&p->key));
	struct tag_set *tag = tags_of(at.set);
	__u32 victim = choose_victim(at.set, p->key.tunnel_kind != TUNNEL_NONE, now);

	if (!tag)
		return 0;
	/* Where none was found, a sweep may have emptied the set before the look at it. */
	if (victim == NO_SLOT)
		return ways_used(tag) != ~0u;
	if (victim != LOOK_AGAIN)
		make_empty(tag, victim, now);
	return 1;
}

#endif
