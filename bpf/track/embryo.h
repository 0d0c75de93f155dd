/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * Embryos: SYNs that nobody has answered yet. They have an array of their own, so that a flood of
 * them neither costs what connections cost, nor pushes anything out of the table: the
 * newest takes the place of the oldest of its set. An embryo is the SYN itself, in two cache lines. Whatever else
 * its connection sends makes a flow of it: the SYN is applied as of its own time, and then the segment.
 *
 * All of a set lies under one lock, so an embryo is there once, and is taken once. Between the taking
 * and the flow of it, another CPU may open the flow by its own segment: then there is one flow, too
 * (flow_table.h), and the SYN is one that comes late (RULES 37).
 */
#ifndef TCPSTATE_BPF_TRACK_EMBRYO_H
#define TCPSTATE_BPF_TRACK_EMBRYO_H

#include "track/ending.h"
#include "track/flow_table.h"
#include "track/chosen.h"
#include "tcpstate/core/open.h"

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1); /* embryo_sets */
	__type(key, __u32);
	__type(value, struct embryo_set);
	__uint(map_flags, BPF_F_MMAPABLE); /* for its alignment, as flows */
} embryos SEC(".maps");

/* One beside every set of embryos, under its lock. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1); /* as embryos */
	__type(key, __u32);
	__type(value, struct embryo_prints);
	__uint(map_flags, BPF_F_MMAPABLE);
} prints SEC(".maps");

/* What came of a look for a packet's embryo. */
enum embryo_result {
	EMBRYO_NONE,
	EMBRYO_KEPT,  /* the packet is one now */
	EMBRYO_TAKEN, /* it is in scratch.held, with held_time and held_local, and in the table no more */
};

/* Where a key's embryo belongs: other bits of the hash than the table's. A print is never 0. */
static __always_inline struct place embryo_place(__u64 hash)
{
	return (struct place){ .set = (hash >> 20 & 0xffffffff) * embryo_sets >> 32, .print = (hash & 0xffff) | 1 };
}

/* A bit for each embryo of this print. */
static __always_inline __u32 ways_of_embryo(const struct embryo_prints *prints, __u32 print)
{
	__u32 ways = 0;

#pragma unroll
	for (__u32 i = 0; i < EMBRYO_WAYS; i++) {
		__u32 differs = *(const volatile __u16 *)&prints->print[i] ^ print;

		ways |= (differs - 1) >> 31 << i; /* without a branch, of which the verifier would try both ways */
	}
	return ways;
}

/* Two prints are alike once in 65,536: more than so many are not looked at. */
#define EMBRYO_CANDIDATES 2

/* A SYN and nothing else, whole, that may begin a flow. */
static __always_inline bool is_embryonic(const struct packet *p)
{
	return (p->seg.flags & TH_CONTROL) == TH_SYN && !p->seg.len && !(p->seg.traits & SEG_FRAGMENT) && !p->self &&
	       !p->icmp_error && opens_flow(&p->seg);
}

/* The gauges' word for the flow that it would be. */
static __always_inline __u32 standing_of_embryo(__u32 from, __u8 local)
{
	return STANDING_PRESENT | (from ? STANDING_RESPONDER_0 : 0) | TAG_UNCONFIRMED << STANDING_CLASS_SHIFT |
	       STATE_SYN_SENT << (STANDING_STATE_SHIFT + 4 * from) |
	       STATE_LISTEN << (STANDING_STATE_SHIFT + 4 * (from ^ 1)) |
	       whereabouts_of(local, 0) << STANDING_PLACE_SHIFT | whereabouts_of(local, 1) << (STANDING_PLACE_SHIFT + 2);
}

/* Under the lock: it is there no more. */
static __always_inline void take_embryo(struct scratch *out, struct embryo *e)
{
	out->held.key = e->key;
	out->held.seg = e->seg;
	out->held.place = e->place;
	out->held.from = e->from;
	out->held.self = 0;
	out->held.icmp_error = 0;
	out->held_time = e->time;
	out->held_local = e->local;
	e->id = 0;
}

static __always_inline void put_embryo(struct embryo *e, const struct packet *p, __u64 hash, __u8 local, __u64 now)
{
	e->key = p->key;
	e->seg = p->seg;
	e->place = p->place;
	e->from = p->from;
	e->local = local;
	e->time = now;
	e->id = flow_id(hash, now, &p->seg);
}

/* What the newest embryo has to tell: as the flow would that it is the beginning of. */
static __always_inline void describe_embryo(struct event *e, const struct packet *p, __u64 hash, __u8 local, __u64 now)
{
	const __u32 x = p->from & 1;

	e->type = EVENT_STATE;
	e->initiator = x;
	e->local = local;
	e->seeded = 0;
	e->cause = CAUSE_SYN;
	e->time = now;
	e->id = flow_id(hash, now, &p->seg);
	e->key = p->key;
	e->state[x] = STATE_SYN_SENT;
	e->state[x ^ 1] = STATE_LISTEN;
	e->was[x] = STATE_CLOSED;
	e->was[x ^ 1] = STATE_LISTEN;
	e->traits = 0;
	describe_segment(e, x, &p->seg);
}

/* It has become no flow of its own: there was no place for it (lost), or there was one already. */
static __always_inline void count_embryo_gone(__u32 from, __u8 local, bool lost)
{
	count_standing(standing_of_embryo(from, local), 0);
	if (lost)
		count(COUNT_FLOWS_CLOSED);
	else
		count_many(COUNT_FLOWS_OPENED, -1);
}

/*
 * The embryo of the packet's connection, if there is one, is taken; else the packet becomes one, if it is a SYN that
 * may, and is chosen (--track). local: enum locality. Returns enum embryo_result. A global function, as slow_path.
 */
__noinline int embryo_path(const struct packet *p, __u32 local, __u32 may_keep)
{
	__u32 zero = 0, overwritten = 0, ways;
	int result = EMBRYO_NONE;

	if (!p)
		return EMBRYO_NONE;

	const __u64 hash = hash_key(&p->key);
	struct place at = embryo_place(hash);
	struct embryo_prints *index = bpf_map_lookup_elem(&prints, &at.set);
	bool keep = may_keep && is_embryonic(p);

	/* Without the lock: what is put there meanwhile is another segment's to find. */
	if (!index || (!keep && !ways_of_embryo(index, at.print)))
		return EMBRYO_NONE;

	struct settings *set = bpf_map_lookup_elem(&settings, &zero);
	struct embryo_set *embryo = bpf_map_lookup_elem(&embryos, &at.set);
	struct scratch *out = my_scratch(SCRATCH_PACKET);

	if (!set || !embryo || !out)
		return EMBRYO_NONE;
	if (keep && set->track)
		keep = is_chosen(&p->key, set->track);

	__u64 now = clock_precise();

	bpf_spin_lock(&embryo->lock);
	ways = ways_of_embryo(index, at.print);
	for (int i = 0; i < EMBRYO_CANDIDATES && ways; i++) {
		__u32 way = lowest(ways);

		if (way < EMBRYO_WAYS && same_key(&embryo->at[way].key, &p->key)) {
			take_embryo(out, &embryo->at[way]);
			index->print[way] = 0;
			result = EMBRYO_TAKEN;
			break;
		}
		ways &= ways - 1;
	}
	if (result == EMBRYO_NONE && keep) {
		__u32 way = embryo->next < EMBRYO_WAYS ? embryo->next : 0;

		embryo->next = way + 1;
		if (embryo->at[way].id)
			overwritten = standing_of_embryo(embryo->at[way].from & 1, embryo->at[way].local);
		index->print[way] = at.print;
		put_embryo(&embryo->at[way], p, hash, local, now);
		result = EMBRYO_KEPT;
	}
	bpf_spin_unlock(&embryo->lock);

	if (result != EMBRYO_KEPT)
		return result;
	count_standing(overwritten, standing_of_embryo(p->from & 1, local));
	count(COUNT_FLOWS_OPENED);
	if (overwritten) {
		count(COUNT_EMBRYOS_OVERWRITTEN);
		count(COUNT_FLOWS_CLOSED);
	}
	describe_embryo(&out->present, p, hash, local, now);
	emit_state(&out->present, set->events);
	return EMBRYO_KEPT;
}

/* One of the set that has waited for an answer for too long is taken. Returns whether there is one. A global function, as slow_path. */
__noinline int embryo_expired(__u32 set_number, __u64 now)
{
	__u32 zero = 0;
	struct settings *set = bpf_map_lookup_elem(&settings, &zero);
	struct embryo_set *embryo = bpf_map_lookup_elem(&embryos, &set_number);
	struct embryo_prints *index = bpf_map_lookup_elem(&prints, &set_number);
	struct scratch *out = my_scratch(SCRATCH_SWEEP);
	__u32 way = EMBRYO_WAYS;

	if (!set || !embryo || !index || !out)
		return 0;

	__u64 patience = set->timeout_ns[STATE_SYN_SENT];

	bpf_spin_lock(&embryo->lock);
	for (__u32 i = 0; i < EMBRYO_WAYS; i++)
		if (embryo->at[i].id && embryo->at[i].time + patience < now)
			way = i;
	if (way < EMBRYO_WAYS) {
		take_embryo(out, &embryo->at[way]);
		index->print[way] = 0;
	}
	bpf_spin_unlock(&embryo->lock);
	return way < EMBRYO_WAYS;
}

#endif
