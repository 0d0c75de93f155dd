/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * The flow table: set-associative, in two ARRAY maps. A set is one cache line
 * of 32 tags; a tag says class and fingerprint of the flow in its slot. So a
 * packet touches one line to find its slot and two more to track it, and a
 * sweep walks tags, not slots.
 *
 * Who may write what, and which races there are:
 * - A tag word is changed by compare-and-swap (claim) or by XOR of one tag's
 *   class under its slot's lock. So no change is ever lost.
 * - Two CPUs may claim two ways for one new key at the same time. Lookups find
 *   the lower way from then on; the other stays unconfirmed and times out.
 * - A CPU on the fast path may still hold a slot that another CPU gives to a
 *   stranger. Only confirmed flows take the fast path, and those are never
 *   evicted; freed by a sweep, their way rests until a sweep later. The slow
 *   path looks at the key again under the lock.
 */
#ifndef TCPSTATE_BPF_FLOW_TABLE_H
#define TCPSTATE_BPF_FLOW_TABLE_H

#include "maps.h"

#define TAG_BITS 16
#define TAG_CLASS_SHIFT 14
#define TAG_PRINT_MASK 0x3fffu
#define LANES(x) ((x)*0x0001000100010001ull) /* x in each of the four tags of a word */
#define NO_SLOT (~0u)

/* Where a key belongs: its set, and the fingerprint in its tag. */
struct place {
	__u32 set;
	__u32 print;
};

/* Written by its members, read by words: the compiler must not take them for different memory. */
typedef __u64 __attribute__((may_alias)) key_u64;

static __always_inline const key_u64 *key_words(const struct flow_key *key)
{
	return (const key_u64 *)key;
}

/*
 * NH (Black et al., UMAC, 1999): a sum of products of keyed halves. The six
 * products do not wait for each other. A final multiplication spreads it.
 */
static __always_inline __u64 hash_key(const struct flow_key *key)
{
	const key_u64 *w = key_words(key);
	__u64 sum = 0;

#pragma unroll
	for (int i = 0; i < 6; i++) {
		__u64 keyed = w[i] ^ hash_seed[i];

		sum += (keyed >> 32) * (__u32)keyed;
	}
	sum ^= sum >> 32;
	sum *= 0x9e3779b97f4a7c15ull;
	return sum ^ (sum >> 29);
}

static __always_inline struct place place_of(__u64 hash)
{
	return (struct place){
		.set = (hash >> 32) * table_sets >> 32,
		.print = hash & TAG_PRINT_MASK,
	};
}

/* A word with bit 0 of each tag set where the tag is in use and has this print. */
static __always_inline __u64 match_print(__u64 word, __u32 print)
{
	__u64 diff = (word ^ LANES(print)) & LANES(TAG_PRINT_MASK);
	/* A print has 14 bits, so the sum does not reach into the next tag. */
	__u64 differs = diff + LANES(TAG_PRINT_MASK);

	return ((word >> 15 | word >> 14) & ~(differs >> 14)) & LANES(1ull);
}

static __always_inline __u64 match_class(__u64 word, enum tag_class class)
{
	__u64 high = class & 2 ? word >> 15 : ~(word >> 15);
	__u64 low = class & 1 ? word >> 14 : ~(word >> 14);

	return high & low & LANES(1ull);
}

/* Bit 0 of each tag that is all zero: free, and not resting. */
static __always_inline __u64 match_free(__u64 word)
{
	__u64 some = ((word & LANES(0x7fffull)) + LANES(0x7fffull)) | word;

	return ~(some >> 15) & LANES(1ull);
}

/* Four bits at 0, 16, 32, 48 to four neighbours. */
static __always_inline __u32 gather(__u64 lanes)
{
	return (lanes * 0x1000200040008000ull >> 60) & 15;
}

/* Index of the lowest bit; BPF has no instruction for it. mask is not 0. */
static __always_inline __u32 lowest(__u32 mask)
{
	__u32 below = (mask & -mask) - 1;

	below -= below >> 1 & 0x55555555;
	below = (below & 0x33333333) + (below >> 2 & 0x33333333);
	below = (below + (below >> 4)) & 0x0f0f0f0f;
	return below * 0x01010101 >> 24;
}

static __always_inline bool is_key(const struct flow *f, const struct flow_key *key)
{
	const key_u64 *a = key_words(&f->key), *b = key_words(key);
	__u64 diff = 0;

#pragma unroll
	for (int i = 0; i < 6; i++)
		diff |= a[i] ^ b[i];
	return !diff;
}

static __always_inline struct tag_set *tags_of(__u32 set)
{
	return bpf_map_lookup_elem(&tags, &set);
}

static __always_inline struct flow *flow_at(__u32 slot)
{
	return bpf_map_lookup_elem(&flows, &slot);
}

static __always_inline struct history *history_at(__u32 slot)
{
	return bpf_map_lookup_elem(&histories, &slot);
}

/* The way where a flow goes if it is free. At half load, three of four flows are at home. */
static __always_inline __u32 home_way(struct place at)
{
	return at.print & (SET_WAYS - 1);
}

/* As many tags of a set may share a print by chance before a lookup gives up: once in 2^80. */
#define CANDIDATES 6

/* The slot that holds the key, or NO_SLOT. */
static __always_inline __u32 find_flow(const struct tag_set *tag, struct place at,
				       const struct flow_key *key, struct flow **found)
{
	const __u32 home = home_way(at);
	__u32 tag_at_home = tag->word[home >> 2] >> ((home & 3) * TAG_BITS) & 0xffff;
	__u32 candidates = 0;

	/*
	 * The CPU guesses that a flow is at home, and so fetches the slot while
	 * the tag is still on its way: one miss of the cache and the TLB, not two.
	 */
	if ((tag_at_home & TAG_PRINT_MASK) == at.print && tag_at_home >> TAG_CLASS_SHIFT) {
		__u32 slot = at.set * SET_WAYS + home;
		struct flow *f = flow_at(slot);

		if (f && is_key(f, key)) {
			*found = f;
			return slot;
		}
	}

#pragma unroll
	for (int i = 0; i < SET_WORDS; i++)
		candidates |= gather(match_print(tag->word[i], at.print)) << (i * 4);

	for (int i = 0; i < CANDIDATES && candidates; i++) {
		__u32 slot = at.set * SET_WAYS + lowest(candidates);
		struct flow *f = flow_at(slot);

		if (f && is_key(f, key)) {
			*found = f;
			return slot;
		}
		candidates &= candidates - 1;
	}
	return NO_SLOT;
}

static __always_inline __u64 *tag_word(struct tag_set *tag, __u32 way)
{
	return &tag->word[way >> 2 & (SET_WORDS - 1)];
}

/* The class in a way's tag. */
static __always_inline __u32 class_of_way(__u64 word, __u32 way)
{
	return word >> ((way & 3) * TAG_BITS + TAG_CLASS_SHIFT) & 3;
}

/* Gives the way a new tag if it still has the old word. */
static __always_inline bool swap_tag(__u64 *word, __u64 old, __u32 way, __u64 fresh)
{
	__u32 shift = (way & 3) * TAG_BITS;
	__u64 new = (old & ~(0xffffull << shift)) | fresh << shift;

	return __sync_val_compare_and_swap(word, old, new) == old;
}

#define CLAIM_TRIES 4
#define PAGE_WAYS 0xffffu /* slots in 4 KiB */

/*
 * Takes a way of the set for a new flow: a free one; else one of an
 * unconfirmed flow; else one of a closing flow. Never that of a confirmed
 * flow: then NO_SLOT. Which of its class must go is left to turn, an arbitrary
 * number: the tags know no ages, and expired flows are the sweep's to find.
 * *evicted becomes the class of the flow that was in the way, TAG_EMPTY if none.
 */
static __always_inline __u32 claim_way(struct tag_set *tag, struct place at, __u32 turn,
				       __u32 *evicted)
{
	const __u32 home = home_way(at), near = PAGE_WAYS << (home & 16);

	for (int try = 0; try < CLAIM_TRIES; try++) {
		__u32 free = 0, unconfirmed = 0, closing = 0, from, way;
		__u64 *word, old;

#pragma unroll
		for (int i = 0; i < SET_WORDS; i++) {
			__u64 w = *(volatile __u64 *)&tag->word[i];

			free |= gather(match_free(w)) << (i * 4);
			unconfirmed |= gather(match_class(w, TAG_UNCONFIRMED)) << (i * 4);
			closing |= gather(match_class(w, TAG_CLOSING)) << (i * 4);
		}
		/* Ways of one page are best: their slots share a TLB entry with the home way's. */
		if (free & near)
			free &= near;
		from = free ? free : unconfirmed ? unconfirmed : closing;
		if (!from)
			return NO_SLOT;
		/* The first at or after turn, for those that must give way. */
		turn &= SET_WAYS - 1;
		way = free >> home & 1 ? home : lowest(free || !(from >> turn) ? from : from >> turn << turn);
		word = tag_word(tag, way);
		old = *(volatile __u64 *)word;
		/* Has it changed since? Then look again. */
		if (!(free ? match_free(old) >> ((way & 3) * TAG_BITS) & 1 :
			     class_of_way(old, way) != TAG_CONFIRMED))
			continue;
		*evicted = class_of_way(old, way);
		if (swap_tag(word, old, way, (__u64)TAG_UNCONFIRMED << TAG_CLASS_SHIFT | at.print))
			return at.set * SET_WAYS + way;
	}
	return NO_SLOT;
}

/* Under the slot's lock: nobody else changes this way's class. */
static __always_inline void set_class(__u64 *word, __u32 way, __u32 class)
{
	__u64 change = class_of_way(*(volatile __u64 *)word, way) ^ class;

	if (change)
		__sync_fetch_and_xor(word, change << ((way & 3) * TAG_BITS + TAG_CLASS_SHIFT));
}

#endif
