/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * From a parsed segment to its flow: the fast path, and the slow one (lock,
 * judge, step, apply, tell).
 */
#ifndef TCPSTATE_BPF_TRACKER_H
#define TCPSTATE_BPF_TRACKER_H

#include "clock.h"
#include "counters.h"
#include "events.h"
#include "flow_table.h"
#include "packet.h"
#include "select.h"
#include "tcpstate/apply.h"

/* Which hook a packet came through, as far as that tells where its ends are. */
enum vantage { VANTAGE_TRANSIT, VANTAGE_RECEIVE, VANTAGE_TRANSMIT };

static __always_inline __u8 locality_of(const struct packet *p, __u32 vantage)
{
	if (vantage == VANTAGE_TRANSIT)
		return LOCAL_TRANSIT;
	return (vantage == VANTAGE_TRANSMIT) == (p->from == 0) ? LOCAL_END_0 : LOCAL_END_1;
}

/* ---- fast path ---------------------------------------------------------- */

/* A flow silent for this long may have expired: the slow path finds out. */
#define FAST_IDLE_NS (60ull * 1000000000)

/*
 * The next segment in order, on a connection that is plainly talking: moves
 * the sender's numbers on, and is done. No lock, and only the coarse clock.
 *
 * What may race here: the two directions run on two CPUs, but each writes only
 * its own end, and reads of the other end numbers that only grow; an older
 * value sends the segment to the slow path, which is right as well. Two CPUs
 * with segments of one direction (a NIC that sprays a flow) may move next back
 * by one segment: the following one is taken for reordered and the slow path
 * mends it. Packets and bytes are added atomically and stay exact. States are
 * not written here at all.
 */
static __always_inline bool fast_path(struct flow *f, const struct packet *p)
{
	const struct segment *s = &p->seg;
	const __u32 x = p->from & 1;
	struct end *me = &f->end[x], *peer = &f->end[x ^ 1];
	const __u32 end = s->seq + s->len;
	const __u64 now = clock_coarse();
	const __u8 odd = SEG_FRAGMENT | SEG_BAD_CHECKSUM | SEG_BAD_OPTIONS;

	if (*(const __u16 *)f->state != BOTH(ESTABLISHED) || f->attention)
		return false;
	if ((s->flags & TH_CONTROL) != TH_ACK || (s->traits & odd) || !s->window)
		return false;
	if (s->seq != me->next || seq_after(end, peer->edge))
		return false;
	if (!seq_between(me->acked, s->ack, peer->next))
		return false;
	if (now - f->last_seen > FAST_IDLE_NS && (__s64)(now - f->last_seen) > 0)
		return false;
	if (s->traits & SEG_TIMESTAMP) {
		if (ts_older(s->tsval, me->tsval))
			return false;
		if (!seq_after(s->seq, peer->acked) && me->tsval != s->tsval)
			me->tsval = s->tsval;
	}
	me->next = end;
	me->acked = s->ack;
	me->edge = seq_max(me->edge, s->ack + ((__u32)s->window << wscale_of(f, x)));
	__sync_fetch_and_add(&me->packets, s->packets);
	__sync_fetch_and_add(&me->bytes, s->len);
	f->last_seen = now;
	return true;
}

/* ---- slow path ---------------------------------------------------------- */

/* Everything but the key and the lock: an empty slot for a new incarnation. */
static __always_inline void clear_flow(struct flow *f)
{
	f->last_seen = 0;
	f->state[0] = 0;
	f->state[1] = 0;
	f->wscale = 0;
	f->attention = 0;
	__builtin_memset(f->end, 0, sizeof(*f) - offsetof(struct flow, end));
}

/* Under the lock: says how the incarnation in the slot ends, and takes its record. */
static __always_inline void conclude(struct flow *f, struct scratch *out, enum cause cause, __u64 time)
{
	state_pair was = state_pair_of(f);

	out->concluded = 1;
	step_timeout(f);
	if (f->traits & FLOW_QUIET)
		return;
	if (state_pair_of(f) != was)
		describe(&out->past, f, was, state_pair_of(f), cause, time);
	describe_record(&out->record, f, time);
}

/* Under the lock: replay keeps the deadlines, and expires each flow at its own (tcpstate_expire). */
static __always_inline void note_deadline(const struct flow *f, __u32 slot, const struct settings *set)
{
	if (!replay)
		return;
	touched_slot = slot;
	touched_deadline = flow_deadline(f, set);
}

/* Under the lock: what the segment did to its flow. */
static __always_inline void tell(struct scratch *out, const struct flow *f, __u32 x,
				 const struct segment *s, __u64 now)
{
	const struct outcome *what = &out->outcome;

	if (passes_through(f, what)) {
		describe(&out->passing, f, what->was, what->via, what->cause, now);
		describe_segment(&out->passing, x, s);
	}
	if (changes(f, what)) {
		describe(&out->present, f, what->via, state_pair_of(f), what->cause, now);
		describe_segment(&out->present, x, s);
	}
}

enum slow_result { SLOW_DONE, SLOW_NOT_MINE };

/*
 * The segment and the slot that is, or shall be, its flow's. fresh: the way
 * has just been claimed; what is in the slot is a flow that had to give way.
 * A global function: the verifier looks at it once, on its own.
 */
__noinline int slow_path(const struct packet *p, __u32 slot, __u32 vantage, __u32 fresh)
{
	__u32 zero = 0;
	struct settings *set = bpf_map_lookup_elem(&settings, &zero);
	struct scratch *out = my_scratch(SCRATCH_PACKET);
	struct tag_set *tag = tags_of(slot / SET_WAYS);
	struct flow *f = flow_at(slot);
	enum judgment judgment;
	__u64 now = clock_precise();

	if (!p || !set || !out || !tag || !f)
		return SLOW_NOT_MINE;

	const struct segment *s = &p->seg;
	const __u32 x = p->from & 1;
	__u64 *word = tag_word(tag, slot % SET_WAYS);

	bpf_spin_lock(&f->lock);
	if (!fresh && !is_key(f, &p->key)) {
		bpf_spin_unlock(&f->lock);
		return SLOW_NOT_MINE;
	}
	if (fresh) {
		judgment = judge_opening(s);
		if (f->id)
			conclude(f, out, CAUSE_EVICTED, now);
	} else {
		__u64 deadline = flow_deadline(f, set);

		/* What begins no flow finds an expired one, and is late. */
		if (deadline < now && opens_flow(s)) {
			judgment = judge_opening(s);
			conclude(f, out, CAUSE_TIMEOUT, deadline);
			fresh = 1;
		} else {
			judgment = judge(f, x, s, now);
			if (judgment == JUDGE_OPEN || judgment == JUDGE_OPEN_SYN_ACK) {
				conclude(f, out, CAUSE_REUSED, now);
				fresh = 1;
			}
		}
	}

	if (fresh) {
		clear_flow(f);
		f->key = p->key;
		f->id = (hash_key(&p->key) ^ now ^ (__u64)s->seq << 32) * 0x9e3779b97f4a7c15ull | 1;
		f->local = locality_of(p, vantage);
		if (p->self)
			f->traits = FLOW_SELF;
		open_flow(f, x, s, judgment, now);
	}
	out->judgment = judgment;
	apply(f, x, s, judgment, now, &out->outcome);
	tell(out, f, x, s, now);
	set_class(word, slot % SET_WAYS, flow_class(f));
	note_deadline(f, slot, set);
	bpf_spin_unlock(&f->lock);

	emit_all(out, set->events);
	/* Read again from the map: so the verifier need not follow each judgment up to here. */
	count_judgment(*(volatile __u32 *)&out->judgment);
	if (out->concluded)
		count(COUNT_FLOWS_CLOSED);
	return SLOW_DONE;
}

/* A hard ICMP error that quotes a segment of x. */
__noinline int icmp_path(const struct packet *p, __u32 slot)
{
	__u32 zero = 0;
	struct settings *set = bpf_map_lookup_elem(&settings, &zero);
	struct scratch *out = my_scratch(SCRATCH_PACKET);
	struct tag_set *tag = tags_of(slot / SET_WAYS);
	struct flow *f = flow_at(slot);
	__u64 now = clock_precise();
	state_pair was;

	if (!p || !set || !out || !tag || !f)
		return SLOW_NOT_MINE;

	bpf_spin_lock(&f->lock);
	if (!is_key(f, &p->key)) {
		bpf_spin_unlock(&f->lock);
		return SLOW_NOT_MINE;
	}
	was = state_pair_of(f);
	enum cause cause = step_icmp_error(f, p->from & 1, p->seg.seq);

	if (state_pair_of(f) != was) {
		f->changed = now;
		describe(&out->present, f, was, state_pair_of(f), cause, now);
		set_class(tag_word(tag, slot % SET_WAYS), slot % SET_WAYS, flow_class(f));
		note_deadline(f, slot, set);
	}
	bpf_spin_unlock(&f->lock);
	emit_all(out, set->events);
	return SLOW_DONE;
}

/* A way for a segment without a flow, if it is worth one; else NO_SLOT. A global function, as slow_path. */
__noinline __u32 claim_slot(const struct packet *p, __u32 set_number, __u32 print)
{
	__u32 zero = 0, slot, evicted = TAG_EMPTY;
	struct settings *set = bpf_map_lookup_elem(&settings, &zero);
	struct tag_set *tag = tags_of(set_number);
	struct place at = { .set = set_number, .print = print & TAG_PRINT_MASK };

	if (!p || !set || !tag)
		return NO_SLOT;
	if (set->track && !is_chosen(&p->key, set->track)) {
		count_passed_over(PASSED_NOT_TRACKED);
		return NO_SLOT;
	}
	if (!opens_flow(&p->seg)) {
		count_passed_over(p->seg.traits & SEG_BAD_CHECKSUM ? PASSED_BAD_CHECKSUM :
				  has_legal_flags(&p->seg) ? PASSED_NO_FLOW : PASSED_BAD_FLAGS);
		return NO_SLOT;
	}
	slot = claim_way(tag, at, at.print ^ (__u32)(clock_coarse() >> 22), &evicted);
	if (slot == NO_SLOT)
		count_passed_over(PASSED_TABLE_FULL);
	else if (evicted == TAG_UNCONFIRMED)
		count(COUNT_EVICTED_UNCONFIRMED);
	else if (evicted == TAG_CLOSING)
		count(COUNT_EVICTED_CLOSING);
	return slot;
}

/* One parsed packet. */
static __always_inline void track(const struct packet *p, __u32 vantage)
{
	struct place at = place_of(hash_key(&p->key));
	struct tag_set *tag = tags_of(at.set);
	struct counters *c = my_counters();
	struct flow *f = NULL;
	__u32 slot;

	if (!tag || !c)
		return;
	slot = find_flow(tag, at, &p->key, &f);
	if (p->icmp_error) {
		add(&c->passed_over[PASSED_ICMP_ERROR], 1);
		if (slot != NO_SLOT)
			icmp_path(p, slot);
		return;
	}
	add(&c->count[COUNT_SEGMENTS], p->seg.packets);
	if (f && fast_path(f, p)) {
		add(&c->count[COUNT_FAST], p->seg.packets);
		return;
	}
	/* Given to a stranger since the look-up: then it has no flow any more. */
	if (slot != NO_SLOT && slow_path(p, slot, vantage, 0) == SLOW_DONE)
		return;
	slot = claim_slot(p, at.set, at.print);
	if (slot != NO_SLOT)
		slow_path(p, slot, vantage, 1);
}

#endif
