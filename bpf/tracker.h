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
#include "tcpstate/copies.h"
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

/* Under the lock: replay keeps the deadlines, and expires each flow at its own (replay_expire()). */
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
		describe(&out->passing, f, what->was, what->via, via_cause(what), now);
		describe_segment(&out->passing, x, s);
	}
	if (changes(f, what)) {
		describe(&out->present, f, what->via, state_pair_of(f), what->cause, now);
		describe_segment(&out->present, x, s);
	}
	if (wait->denied) {
		describe_denied_wait(&out->past_wait, f, h, wait, now);
		describe_segment(&out->past_wait.event, x, s);
	}
	if (wait->phase) {
		describe_wait(&out->wait, f, h, wait->phase, wait->ends, now);
		describe_segment(&out->wait.event, x, s);
		out->wait.elapsed_ms = wait->elapsed_ms;
	}
}

/*
 * A way has been claimed, and what is in the slot gives way; or the slot may be the packet's flow's. Held: the packet is
 * one that was held back, in scratch.held (enum arrival says why it is true).
 */
enum slow_mode { SLOW_FOUND, SLOW_FRESH, SLOW_SETTLED, SLOW_EXPLAINED, SLOW_AT_LAST };

/* Bits. */
enum slow_result {
	SLOW_DONE = 1 << 0,
	SLOW_STRAY = 1 << 1,   /* scratch.news says which */
	SLOW_OPENED = 1 << 2,  /* an incarnation, where another one ended */
	SLOW_HELD = 1 << 3,    /* what is in scratch.held comes next */
	SLOW_REFUSED = 1 << 4, /* what is in scratch.refused is a stray */
	SLOW_COPY = 1 << 5,    /* the packet has passed another place before, and is not counted again */
};
#define SLOW_NOT_MINE 0

static __always_inline enum arrival arrival_of(__u32 mode)
{
	return mode == SLOW_SETTLED ? SETTLED : mode == SLOW_EXPLAINED ? EXPLAINED :
	       mode == SLOW_AT_LAST ? AT_LAST : ARRIVED;
}

/* The end's segment as a packet of its own. */
static __always_inline void make_packet(struct packet *p, const struct flow *f, __u32 end, const struct segment *s)
{
	p->key = f->key;
	p->seg = *s;
	p->place = f->end[end & 1].place;
	p->from = end;
	p->self = 0;
	p->icmp_error = 0;
}

/* Under the lock: what news has of other segments than the one at hand goes where it can be looked at as a packet. */
static __always_inline __u32 take_held(struct scratch *out, const struct flow *f)
{
	__u32 result = 0, released = reread(&out->news.released_end), refused = reread(&out->news.refused_end);

	if (released != NO_END) {
		make_packet(&out->held, f, released & 1, &out->news.released.seg);
		out->held_time = out->news.released.time;
		out->held_mode = out->news.released_as == SETTLED ? SLOW_SETTLED : SLOW_EXPLAINED;
		result |= SLOW_HELD;
	}
	if (refused != NO_END) {
		make_packet(&out->refused, f, refused & 1, &out->news.refused.seg);
		out->refused_time = out->news.refused.time;
		out->refused_kind = out->news.refused.stray;
		result |= SLOW_REFUSED;
	}
	return result;
}

/*
 * What the segment is to what its flow's ends claim. SLOW_HELD: a claim is settled by it,
 * and comes first. SLOW_REFUSED: a claim is refused. A global function, as slow_path.
 */
__noinline int claim_path(const struct packet *p, __u32 slot)
{
	struct scratch *out = my_scratch(SCRATCH_PACKET);
	struct history *h = history_at(slot);
	struct flow *f = flow_at(slot);
	__u64 now = clock_precise();
	int result = SLOW_NOT_MINE;

	if (!p || !out || !h || !f)
		return SLOW_NOT_MINE;
	bpf_spin_lock(&f->lock);
	if (is_key(f, &p->key) && !is_copy(f, h, p->from & 1, &p->seg, p->place, now)) {
		settles_claim(f, h, p->from & 1, &p->seg, &out->news);
		result = take_held(out, f);
	}
	bpf_spin_unlock(&f->lock);
	return result;
}

/*
 * The segment and the slot that is, or shall be, its flow's. Returns enum slow_result.
 * A global function: the verifier looks at it once, on its own.
 */
__noinline int slow_path(const struct packet *p, __u32 slot, __u32 vantage, __u32 mode, __u32 user)
{
	__u32 zero = 0, held;
	struct settings *set = bpf_map_lookup_elem(&settings, &zero);
	struct scratch *out = my_scratch(user);
	struct tag_set *tag = tags_of(slot / SET_WAYS);
	struct history *h = history_at(slot);
	struct flow *f = flow_at(slot);
	const enum arrival arrival = arrival_of(mode);
	bool fresh = mode == SLOW_FRESH;
	enum judgment judgment;
	const __u64 told = clock_precise(); /* events are told in their order, also of what was held */
	__u64 now = told;

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
	if (mode == SLOW_FOUND && is_copy(f, h, x, s, p->place, now)) {
		note_copy(h, x, p->place);
		bpf_spin_unlock(&f->lock);
		return SLOW_COPY;
	}
	__u64 deadline = flow_deadline(f, h, set);

	out->news.refused_end = out->news.released_end = NO_END;
	/* It has its own time, but nothing happens before what has happened. */
	if (arrival != ARRIVED)
		now = out->held_time > f->changed ? out->held_time : f->changed;
	out->current_time = now;
	change_begins(&out->change, f);
	if (fresh) {
		judgment = judge_opening(s);
		if (f->id)
			conclude(f, h, out, deadline < now ? CAUSE_TIMEOUT : CAUSE_EVICTED,
				 deadline < now ? deadline : now, deadline);
		__builtin_memset(h, 0, sizeof(*h));
	} else if (arrival == ARRIVED && deadline < now && opens_flow(s)) {
		/* What begins no flow finds an expired one, and is late. */
		judgment = judge_opening(s);
		conclude(f, h, out, CAUSE_TIMEOUT, deadline, deadline);
		succeed(f, h, deadline);
		fresh = 1;
	} else {
		judgment = arrival == ARRIVED ? judge_arrived(f, h, x, s, now, set->blind_since) : judge_released(f, s);
		if (judgment == JUDGE_OPEN || judgment == JUDGE_OPEN_SYN_ACK) {
			if (arrival != ARRIVED)
				uncount_segment(f, x, s);
			h->wait_reuse = reuse_by(f, x, s, judgment);
			conclude(f, h, out, CAUSE_REUSED, told, deadline);
			succeed(f, h, now);
			fresh = 1;
		}
	}

	/* Read back, so that the verifier sees what follows once, and not for each way that leads here. */
	out->news.judgment = judgment;
	out->opens = fresh;
	judgment = reread(&out->news.judgment);
	if (reread(&out->opens)) {
		/* Of a held segment it is not known any more which hook it came through. */
		const __u8 local = arrival == ARRIVED ? locality_of(p, vantage) : f->local;

		clear_flow(f);
		f->key = p->key;
		f->id = (hash_key(&p->key) ^ now ^ (__u64)s->seq << 32) * 0x9e3779b97f4a7c15ull | 1;
		f->local = local;
		if (p->self)
			f->traits = FLOW_SELF;
		open_flow(f, h, x, s, judgment, now);
	}
	note_place(f, h, x, p->place);
	out->retransmits = -f->past[x].retransmits;
	out->out_of_order = -f->past[x].out_of_order;
	apply(f, h, x, s, judgment, arrival, now, &out->news);
	explains_claim(f, h, x, now, &out->news);
	out->retransmits += f->past[x].retransmits;
	out->out_of_order += f->past[x].out_of_order;
	change_ends(&out->change, f);
	tell(out, f, h, x, s, told);
	held = take_held(out, f);
	set_class(word, slot % SET_WAYS, flow_class(f));
	note_deadline(f, h, slot, set);
	bpf_spin_unlock(&f->lock);

	return SLOW_DONE | held | (out->concluded ? SLOW_OPENED : out->news.stray ? SLOW_STRAY : 0);
}

/* What slow_path has left to tell and to count, without the lock. A global function, with a stack of its own. */
__noinline int tell_news(const struct packet *p, __u32 mode, __u32 user)
{
	__u32 zero = 0, judgment;
	struct settings *set = bpf_map_lookup_elem(&settings, &zero);
	struct scratch *out = bpf_map_lookup_elem(&scratch, &user);

	if (!p || !set || !out)
		return 0;
	emit_all(out, set->events);
	/* What was held has been counted when it came; but whether it opens a life is known only now. */
	judgment = reread(&out->news.judgment);
	if (mode <= SLOW_FRESH || judgment == JUDGE_OPEN || judgment == JUDGE_OPEN_SYN_ACK)
		count_judgment(judgment, out->news.held_as);
	if (mode <= SLOW_FRESH && (p->seg.flags & TH_RST))
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
__noinline int learn_hosts(const struct packet *p, __u64 now)
{
	__u32 own = SCRATCH_PACKET;
	struct scratch *out = bpf_map_lookup_elem(&scratch, &own);

	if (!p || !out)
		return 0;
	if (out->past_wait.event.type && out->past_wait.outcome == WAIT_REUSED)
		note_reuse(&p->key, out->past_wait.ends >> 1 & 1, out->past_wait.reuse,
			   out->past_wait.elapsed_ms);
	if ((p->seg.flags & (TH_SYN | TH_ACK)) == TH_SYN)
		note_pair_clock(p, now);
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

/* Called with the segment, or with one that was held: mode says why that is true. */
static __always_inline int slow_step(const struct packet *p, __u32 slot, __u32 vantage, __u32 mode,
				     struct scratch *out)
{
	int result = slow_path(p, slot, vantage, mode, SCRATCH_PACKET);

	if (result & SLOW_DONE)
		tell_news(p, mode, SCRATCH_PACKET);
	if (result & SLOW_STRAY)
		stray_path(p, slot, reread(&out->news.stray), SCRATCH_PACKET);
	if (result & SLOW_OPENED)
		learn_hosts(p, mode == SLOW_FOUND ? clock_precise() : out->current_time);
	if (result & SLOW_REFUSED)
		stray_path(&out->refused, slot, out->refused_kind, SCRATCH_PACKET);
	return result;
}

/*
 * The segment, and what was held back and is settled by it: that comes before it,
 * or behind it if it has only explained it. Another CPU may come between the two: then
 * it finds the one without the other, as if the segments had come in another order.
 * Returns SLOW_NOT_MINE if the slot is another flow's.
 */
static __always_inline int slow_paths(const struct packet *p, __u32 slot, const struct flow *f, __u32 vantage)
{
	__u32 own = SCRATCH_PACKET;
	struct scratch *out = bpf_map_lookup_elem(&scratch, &own);
	int result = 0, settled = 0;

	if (!out)
		return SLOW_NOT_MINE;
	for (int i = 0; i < 2 && f->traits & FLOW_DOUBT; i++) {
		settled = claim_path(p, slot);
		if (settled & SLOW_REFUSED)
			stray_path(&out->refused, slot, out->refused_kind, SCRATCH_PACKET);
		if (!(settled & SLOW_HELD))
			break;
		__builtin_memcpy(&out->current, &out->held, sizeof(out->current));
		slow_step(&out->current, slot, vantage, SLOW_SETTLED, out);
	}
	settled = result = slow_step(p, slot, vantage, SLOW_FOUND, out);
	for (int i = 0; i < 2 && settled & SLOW_HELD; i++) {
		__builtin_memcpy(&out->current, &out->held, sizeof(out->current));
		settled = slow_step(&out->current, slot, vantage, reread(&out->held_mode), out);
	}
	return result;
}

/* One parsed packet. */
static __always_inline void track(const struct packet *p, __u32 vantage)
{
	struct place at = place_of(hash_key(&p->key));
	struct tag_set *tag = tags_of(at.set);
	struct counters *c = my_counters();
	struct flow *f = NULL;
	bool fast = false;
	int result = SLOW_NOT_MINE;
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
	if (f) {
		__u64 now = clock_coarse();
		struct history *h = ends_silence(f, now) ? history_at(slot) : NULL;

		if (h)
			note_both_left(h, f);
		fast = fast_path(f, p->from & 1, &p->seg, p->place, now);
	}
	if (!fast && f)
		result = slow_paths(p, slot, f, vantage);
	if (result & SLOW_COPY) {
		count_many(COUNT_OBSERVED_TWICE, p->seg.packets);
		return;
	}
	add(&c->count[COUNT_SEGMENTS], p->seg.packets);
	add(&c->count[COUNT_PAYLOAD_BYTES], p->seg.len);
	count_traits(&p->seg);
	if (fast)
		add(&c->count[COUNT_FAST], p->seg.packets);
	/* Given to a stranger since the look-up: then it has no flow any more. */
	if (fast || result != SLOW_NOT_MINE)
		return;
	slot = claim_slot(p, at.set, at.print);
	if (slot != NO_SLOT) {
		slow_path(p, slot, vantage, SLOW_FRESH, SCRATCH_PACKET);
		tell_news(p, SLOW_FRESH, SCRATCH_PACKET);
		learn_hosts(p, clock_precise());
	}
}

#endif
