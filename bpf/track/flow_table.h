/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * The flow table: set-associative, in two ARRAY maps. A set is one cache line
 * of 32 tags; a tag says class and fingerprint of the flow in its slot. So a
 * packet touches one line to find its slot and two more to track it, and a
 * sweep walks tags, not slots.
 *
 * Who may write what, and why there is never a second flow of one key:
 * - A way is taken while it is empty (or, as the last resort, resting), by
 *   compare-and-swap of its word: it becomes TAG_CLAIMED. A flow that must give way
 *   is ended before, and its slot is cleared (claim.h).
 * - The 16 bits of a way that holds a flow, or is claimed, are changed only by who
 *   holds its slot's lock or has claimed it, by XOR: neighbours in the word are not disturbed.
 * - Who has claimed a way looks for another claim of the same fingerprint, and for a flow of
 *   the same key, before the key is written. Of two claims, the second to be made is seen by
 *   its maker: compare-and-swap is a barrier. The higher way is given back, the lower waits
 *   until the higher is given back (then it goes on) or holds the flow (then it is given back).
 * - A CPU on the fast path may still hold a slot whose flow has ended. Only confirmed flows
 *   take the fast path; so their ways rest until a sweep has passed. The slow
 *   path looks at the key again under the lock.
 * tests/pure/model/spin has all interleavings of this, tests/kernel/race two CPUs at work.
 */
#ifndef TCPSTATE_BPF_TRACK_FLOW_TABLE_H
#define TCPSTATE_BPF_TRACK_FLOW_TABLE_H

#include "maps.h"

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

/* Of an incarnation. It tells lives apart, even those of one tuple. */
static __always_inline __u64 flow_id(__u64 hash, __u64 now, const struct segment *s)
{
	return (hash ^ now ^ (__u64)s->seq << 32) * 0x9e3779b97f4a7c15ull | 1;
}

static __always_inline struct place place_of(__u64 hash)
{
	return (struct place){
		.set = (hash >> 32) * table_sets >> 32,
		.print = hash & TAG_PRINT_MASK,
	};
}

/* A word with bit 0 of each tag set where the way is not empty. */
static __always_inline __u64 match_used(__u64 word)
{
	return (word >> 15 | word >> 14 | word >> 13) & LANES(1ull);
}

/* The same where it is not empty, and has this print. */
static __always_inline __u64 match_print(__u64 word, __u32 print)
{
	__u64 diff = (word ^ LANES(print)) & LANES(TAG_PRINT_MASK);
	/* A print has 12 bits, so the sum does not reach into the next tag. */
	__u64 differs = diff + LANES(TAG_PRINT_MASK);

	return match_used(word) & ~(differs >> 12);
}

static __always_inline __u64 match_class(__u64 word, enum tag_class class)
{
	__u64 diff = (word ^ LANES((__u64)class << TAG_CLASS_SHIFT)) >> TAG_CLASS_SHIFT;

	return ~(diff | diff >> 1 | diff >> 2) & LANES(1ull);
}

/* Where the flow was seen inside a tunnel. */
static __always_inline __u64 match_tunnel(__u64 word)
{
	return match_used(word) & word >> 12;
}

/* Four bits at 0, 16, 32, 48 to four neighbours. */
static __always_inline __u32 gather(__u64 lanes)
{
	return (lanes * 0x1000200040008000ull >> 60) & 15;
}

static __always_inline __u32 bits_in(__u32 mask)
{
	mask -= mask >> 1 & 0x55555555;
	mask = (mask & 0x33333333) + (mask >> 2 & 0x33333333);
	mask = (mask + (mask >> 4)) & 0x0f0f0f0f;
	return mask * 0x01010101 >> 24;
}

/* Index of the lowest bit; BPF has no instruction for it. mask is not 0. */
static __always_inline __u32 lowest(__u32 mask)
{
	return bits_in((mask & -mask) - 1);
}

static __always_inline bool same_key(const struct flow_key *one, const struct flow_key *other)
{
	const key_u64 *a = key_words(one), *b = key_words(other);
	__u64 diff = 0;

#pragma unroll
	for (int i = 0; i < 6; i++)
		diff |= a[i] ^ b[i];
	return !diff;
}

static __always_inline bool is_key(const struct flow *f, const struct flow_key *key)
{
	return same_key(&f->key, key);
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
	if ((tag_at_home & TAG_PRINT_MASK) == at.print && tag_at_home >> TAG_CLASS_SHIFT != TAG_EMPTY) {
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

static __always_inline __u64 read_word(const __u64 *word)
{
	return *(const volatile __u64 *)word;
}

static __always_inline __u32 tag_of_way(__u64 word, __u32 way)
{
	return word >> ((way & 3) * TAG_BITS) & 0xffff;
}

/* Gives the way a new tag if it still has the old word. */
static __always_inline bool swap_tag(__u64 *word, __u64 old, __u32 way, __u64 fresh)
{
	__u32 shift = (way & 3) * TAG_BITS;
	__u64 new = (old & ~(0xffffull << shift)) | fresh << shift;

	return __sync_val_compare_and_swap(word, old, new) == old;
}

/* By who holds the slot's lock, or has claimed the way: nobody else changes this tag meanwhile. */
static __always_inline void set_tag(__u64 *word, __u32 way, __u32 fresh)
{
	__u64 change = tag_of_way(read_word(word), way) ^ fresh;

	if (change)
		__sync_fetch_and_xor(word, change << ((way & 3) * TAG_BITS));
}

static __always_inline void set_class(__u64 *word, __u32 way, __u32 class)
{
	__u64 change = tag_class_of(read_word(word), way) ^ class;

	if (change)
		__sync_fetch_and_xor(word, change << ((way & 3) * TAG_BITS + TAG_CLASS_SHIFT));
}

/* The set's ways, a bit each. */
static __always_inline __u32 ways_used(const struct tag_set *tag)
{
	__u32 ways = 0;

#pragma unroll
	for (int i = 0; i < SET_WORDS; i++)
		ways |= gather(match_used(read_word(&tag->word[i]))) << (i * 4);
	return ways;
}

static __always_inline __u32 ways_of_class(const struct tag_set *tag, enum tag_class class)
{
	__u32 ways = 0;

#pragma unroll
	for (int i = 0; i < SET_WORDS; i++)
		ways |= gather(match_class(read_word(&tag->word[i]), class)) << (i * 4);
	return ways;
}

static __always_inline __u32 ways_of_print(const struct tag_set *tag, __u32 print)
{
	__u32 ways = 0;

#pragma unroll
	for (int i = 0; i < SET_WORDS; i++)
		ways |= gather(match_print(read_word(&tag->word[i]), print)) << (i * 4);
	return ways;
}

static __always_inline __u32 ways_in_tunnels(const struct tag_set *tag)
{
	__u32 ways = 0;

#pragma unroll
	for (int i = 0; i < SET_WORDS; i++)
		ways |= gather(match_tunnel(read_word(&tag->word[i]))) << (i * 4);
	return ways;
}

#endif
