/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * From a parsed segment to its flow: the fast path (tcpstate/fast_path.h), and
 * the slow one: lock, judge, step, apply, tell.
 */
#ifndef TCPSTATE_BPF_TRACKER_H
#define TCPSTATE_BPF_TRACKER_H

#include "clock.h"
#include "counters.h"
#include "events.h"
#include "flow_table.h"
#include "hosts.h"
#include "late.h"
#include "packet.h"
#include "select.h"
#include "tcpstate/apply.h"
#include "tcpstate/fast_path.h"
#include "tcpstate/succession.h"

/* Which hook a packet came through, as far as that tells where its ends are. */
enum vantage { VANTAGE_TRANSIT, VANTAGE_RECEIVE, VANTAGE_TRANSMIT };

static __always_inline __u8 locality_of(const struct packet *p, __u32 vantage)
{
	if (vantage == VANTAGE_TRANSIT)
		return LOCAL_TRANSIT;
	return (vantage == VANTAGE_TRANSMIT) == (p->from == 0) ? LOCAL_END_0 : LOCAL_END_1;
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

/*
 * Under the lock: says how the incarnation in the slot ends, and takes its
 * record. deadline: when its time would have run out.
 */
static __always_inline void conclude(struct flow *f, struct history *h, struct scratch *out,
				     enum cause cause, __u64 time, __u64 deadline)
{
	state_pair was = state_pair_of(f);
	__u8 waited = end_incarnation(f, h, cause, time, deadline);

	out->concluded = 1;
	change_concludes(&out->change, f);
	if (f->traits & FLOW_QUIET)
		return;
	if (state_pair_of(f) != was)
		describe(&out->past, f, was, state_pair_of(f), cause, time);
	if (waited)
		describe_wait(&out->past_wait, f, h, WAIT_ENDED, waited, time);
	describe_record(&out->record, f, h, time);
}

/* Under the lock: replay keeps the deadlines, and expires each flow at its own (tcpstate_expire). */
static __always_inline void note_deadline(const struct flow *f, const struct history *h, __u32 slot,
					  const struct settings *set)
{
	if (!replay)
		return;
	touched_slot = slot;
	touched_deadline = flow_deadline(f, h, set);
}

/* Under the lock: what the segment did to its flow. */
static __always_inline void tell(struct scratch *out, const struct flow *f, const struct history *h,
				 __u32 x, const struct segment *s, __u64 now)
{
	const struct outcome *what = &out->news.outcome;
	const struct wait_news *wait = &out->news.wait;

	if (passes_through(f, what)) {
		describe(&out->passing, f, what->was, what->via, what->cause, now);
		describe_segment(&out->passing, x, s);
	}
	if (changes(f, what)) {
		describe(&out->present, f, what->via, state_pair_of(f), what->cause, now);
		describe_segment(&out->present, x, s);
	}
	if (wait->phase) {
		describe_wait(&out->wait, f, h, wait->phase, wait->ends, now);
		describe_segment(&out->wait.event, x, s);
		out->wait.elapsed_ms = wait->elapsed_ms;
	}
}

enum slow_result { SLOW_DONE, SLOW_STRAY, SLOW_OPENED, SLOW_NOT_MINE };

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
	struct history *h = history_at(slot);
	struct flow *f = flow_at(slot);
	enum judgment judgment;
	__u64 now = clock_precise();

	if (!p || !set || !out || !tag || !f || !h)
		return SLOW_NOT_MINE;

	const struct segment *s = &p->seg;
	const __u32 x = p->from & 1;
	__u64 *word = tag_word(tag, slot % SET_WAYS);

	bpf_spin_lock(&f->lock);
	if (!fresh && !is_key(f, &p->key)) {
		bpf_spin_unlock(&f->lock);
		return SLOW_NOT_MINE;
	}
	__u64 deadline = flow_deadline(f, h, set);

	change_begins(&out->change, f);
	if (fresh) {
		judgment = judge_opening(s);
		if (f->id)
			conclude(f, h, out, deadline < now ? CAUSE_TIMEOUT : CAUSE_EVICTED,
				 deadline < now ? deadline : now, deadline);
		__builtin_memset(h, 0, sizeof(*h));
	} else if (deadline < now && opens_flow(s)) {
		/* What begins no flow finds an expired one, and is late. */
		judgment = judge_opening(s);
		conclude(f, h, out, CAUSE_TIMEOUT, deadline, deadline);
		succeed(f, h, deadline);
		fresh = 1;
	} else {
		judgment = judge(f, x, s, now);
		if (judgment == JUDGE_OPEN || judgment == JUDGE_OPEN_SYN_ACK) {
			h->wait_reuse = reuse_by(f, x, s, judgment);
			conclude(f, h, out, CAUSE_REUSED, now, deadline);
			succeed(f, h, now);
			fresh = 1;
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
	out->retransmits = -f->past[x].retransmits;
	out->out_of_order = -f->past[x].out_of_order;
	apply(f, h, x, s, judgment, now, &out->news);
	out->retransmits += f->past[x].retransmits;
	out->out_of_order += f->past[x].out_of_order;
	change_ends(&out->change, f);
	tell(out, f, h, x, s, now);
	set_class(word, slot % SET_WAYS, flow_class(f));
	note_deadline(f, h, slot, set);
	bpf_spin_unlock(&f->lock);

	return out->concluded ? SLOW_OPENED : out->news.stray ? SLOW_STRAY : SLOW_DONE;
}

/* What slow_path has left to tell and to count, without the lock. A global function, with a stack of its own. */
__noinline int tell_news(const struct packet *p)
{
	__u32 zero = 0, own = SCRATCH_PACKET;
	struct settings *set = bpf_map_lookup_elem(&settings, &zero);
	struct scratch *out = bpf_map_lookup_elem(&scratch, &own);

	if (!p || !set || !out)
		return 0;
	emit_all(out, set->events);
	count_judgment(out->news.judgment);
	if (p->seg.flags & TH_RST)
		count_reset(reset_kind(out->news.judgment));
	if (out->retransmits)
		count_many(COUNT_RETRANSMITS, out->retransmits);
	if (out->out_of_order)
		count_many(COUNT_OUT_OF_ORDER, out->out_of_order);
	if (out->concluded)
		count(COUNT_FLOWS_CLOSED);
	return 1;
}

/* An opening SYN: what it tells of its host, and of the one that waited. A global function, as slow_path. */
__noinline int learn_hosts(const struct packet *p)
{
	__u32 own = SCRATCH_PACKET;
	struct scratch *out = bpf_map_lookup_elem(&scratch, &own);

	if (!p || !out)
		return 0;
	if (out->past_wait.event.type && out->past_wait.outcome == WAIT_REUSED)
		note_reuse(&p->key, out->past_wait.ends >> 1 & 1, out->past_wait.reuse,
			   out->past_wait.elapsed_ms);
	if ((p->seg.flags & (TH_SYN | TH_ACK)) == TH_SYN)
		note_pair_clock(p, clock_precise());
	return 1;
}

/* A hard ICMP error that quotes a segment of x. */
__noinline int icmp_path(const struct packet *p, __u32 slot)
{
	__u32 zero = 0;
	struct settings *set = bpf_map_lookup_elem(&settings, &zero);
	struct scratch *out = my_scratch(SCRATCH_PACKET);
	struct tag_set *tag = tags_of(slot / SET_WAYS);
	struct history *h = history_at(slot);
	struct flow *f = flow_at(slot);
	__u64 now = clock_precise();
	state_pair was;

	if (!p || !set || !out || !tag || !f || !h)
		return SLOW_NOT_MINE;

	bpf_spin_lock(&f->lock);
	if (!is_key(f, &p->key)) {
		bpf_spin_unlock(&f->lock);
		return SLOW_NOT_MINE;
	}
	was = state_pair_of(f);
	change_begins(&out->change, f);
	enum cause cause = step_icmp_error(f, p->from & 1, p->seg.seq);

	if (state_pair_of(f) != was) {
		f->changed = now;
		describe(&out->present, f, was, state_pair_of(f), cause, now);
		set_class(tag_word(tag, slot % SET_WAYS), slot % SET_WAYS, flow_class(f));
		note_deadline(f, h, slot, set);
	}
	change_ends(&out->change, f);
	bpf_spin_unlock(&f->lock);
	emit_all(out, set->events);
	return SLOW_DONE;
}

/* Why a segment that opens no flow (see opens_flow()) is passed over. */
static __always_inline enum passed_over why_none_is_opened(const struct segment *s)
{
	if (s->traits & SEG_BAD_CHECKSUM)
		return PASSED_BAD_CHECKSUM;
	return has_legal_flags(s) ? PASSED_NO_FLOW : PASSED_BAD_FLAGS;
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
		enum passed_over why = why_none_is_opened(&p->seg);

		count_passed_over(why);
		if (why == PASSED_NO_FLOW) {
			if (p->seg.flags & TH_RST)
				count_reset(RESET_UNKNOWN);
			tell_unknown(p, set);
		}
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
	bool fast = false;
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
	add(&c->count[COUNT_PAYLOAD_BYTES], p->seg.len);
	if (f) {
		__u64 now = clock_coarse();
		struct history *h = ends_silence(f, now) ? history_at(slot) : NULL;

		if (h)
			note_both_left(h, f);
		fast = fast_path(f, p->from & 1, &p->seg, now);
	}
	if (fast) {
		add(&c->count[COUNT_FAST], p->seg.packets);
		return;
	}
	if (slot != NO_SLOT) {
		int result = slow_path(p, slot, vantage, 0);

		if (result != SLOW_NOT_MINE)
			tell_news(p);
		if (result == SLOW_STRAY)
			stray_path(p, slot);
		if (result == SLOW_OPENED)
			learn_hosts(p);
		/* Given to a stranger since the look-up: then it has no flow any more. */
		if (result != SLOW_NOT_MINE)
			return;
	}
	slot = claim_slot(p, at.set, at.print);
	if (slot != NO_SLOT) {
		slow_path(p, slot, vantage, 1);
		tell_news(p);
		learn_hosts(p);
	}
}

#endif
