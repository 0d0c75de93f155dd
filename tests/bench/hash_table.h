/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * What bpf/track/flow_table.h offers, on a BPF_MAP_TYPE_HASH: key and value are the
 * same structs, and so is all that is done with them. Preallocated, as a flood
 * of SYNs must not cost an allocation each. Nothing is ever evicted: a full
 * map refuses.
 */
#ifndef TCPSTATE_BPF_TRACK_FLOW_TABLE_H
#define TCPSTATE_BPF_TRACK_FLOW_TABLE_H

#include "maps.h"

#define NO_SLOT (~0u)
#define TAG_PRINT_MASK 0x3fffu

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1); /* set by the bench */
	__type(key, struct flow_key);
	__type(value, struct flow);
} flow_hash SEC(".maps");

/* Beside it, as histories is beside flows: only the slow path looks here. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1); /* set by the bench */
	__type(key, struct flow_key);
	__type(value, struct history);
} history_hash SEC(".maps");

const struct history empty_history = {};

/* What a new entry begins as. Not a struct flow: its lock must lie in a map's value. */
const __u8 __attribute__((aligned(8))) empty_flow[sizeof(struct flow)] = {};

/* A hash map needs no set and no print. */
struct place {
	__u32 set;
	__u32 print;
};

static __always_inline struct place place_of(__u64 hash)
{
	return (struct place){};
}

/* For the id of an incarnation only; the map has its own. */
static __always_inline __u64 hash_key(const struct flow_key *key)
{
	return *(const __u64 *)&key->port;
}

static __always_inline bool is_key(const struct flow *f, const struct flow_key *key)
{
	const __u64 *a = (const __u64 *)&f->key, *b = (const __u64 *)key;
	__u64 diff = 0;

#pragma unroll
	for (int i = 0; i < 6; i++)
		diff |= a[i] ^ b[i];
	return !diff;
}

/* There are no tags; one that nobody looks at keeps the tracker's source as it is. */
struct tag_set no_tags;

static __always_inline struct tag_set *tags_of(__u32 set)
{
	return &no_tags;
}

static __always_inline __u64 *tag_word(struct tag_set *tag, __u32 way)
{
	return &tag->word[0];
}

static __always_inline void set_class(__u64 *word, __u32 way, __u32 class)
{
}

static __always_inline __u32 find_flow(const struct tag_set *tag, struct place at,
				       const struct flow_key *key, struct flow **found)
{
	*found = bpf_map_lookup_elem(&flow_hash, key);
	return *found ? 0 : NO_SLOT;
}

static __always_inline __u32 claim_key(const struct flow_key *key)
{
	if (bpf_map_update_elem(&flow_hash, key, empty_flow, BPF_NOEXIST))
		return NO_SLOT;
	return bpf_map_update_elem(&history_hash, key, &empty_history, BPF_ANY) ? NO_SLOT : 0;
}

/* Arguments that nobody reads would not be passed at all, and the verifier wants them. */
#define read_by_nobody(value) __asm__ volatile("" : : "r"(value))

/* The tracker knows a flow by its slot; a hash map by its key, which is at hand wherever these are used. */
#define flow_at(slot)                                                      \
	({                                                                 \
		read_by_nobody(slot);                                      \
		p ? (struct flow *)bpf_map_lookup_elem(&flow_hash, &p->key) : NULL; \
	})
#define history_at(slot)                                                   \
	({                                                                 \
		read_by_nobody(slot);                                      \
		p ? (struct history *)bpf_map_lookup_elem(&history_hash, &p->key) : NULL; \
	})
#define claim_way(tag, at, turn, evicted)                                  \
	({                                                                 \
		read_by_nobody((at).set);                                  \
		read_by_nobody((at).print);                                \
		claim_key(&p->key);                                        \
	})

#endif
