/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * From a parsed segment to its flow: the fast path (tcpstate/core/fast_path.h), and
 * the slow one: lock, judge, step, apply, tell.
 */
#ifndef TCPSTATE_BPF_TRACK_TRACKER_H
#define TCPSTATE_BPF_TRACK_TRACKER_H

#include "track/claim.h"
#include "track/clock.h"
#include "track/count.h"
#include "track/embryo.h"
#include "track/ending.h"
#include "track/events.h"
#include "track/flow_table.h"
#include "track/host_maps.h"
#include "track/stray_path.h"
#include "parse/packet.h"
#include "track/chosen.h"
#include "tcpstate/core/apply.h"
#include "tcpstate/core/copies.h"
#include "tcpstate/core/fast_path.h"
#include "tcpstate/core/succession.h"

/* Which hook a packet came through, as far as that tells where its ends are. */
enum vantage { VANTAGE_TRANSIT, VANTAGE_RECEIVE, VANTAGE_TRANSMIT };

static __always_inline __u8 locality_of(const struct packet *p, __u32 vantage)
{
	if (vantage == VANTAGE_TRANSIT)
		return LOCAL_TRANSIT;
	return (vantage == VANTAGE_TRANSMIT) == (p->from == 0) ? LOCAL_END_0 : LOCAL_END_1;
}

/* ---- slow path ---------------------------------------------------------- */

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

static __always_inline enum arrival arrival_of(__u32 mode)
{
	return mode == SLOW_SETTLED ? SETTLED : mode == SLOW_EXPLAINED ? EXPLAINED :
	       mode == SLOW_AT_LAST ? AT_LAST : ARRIVED;
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
		settles_claim(f, h, p->from & 1, &p->seg, now, &out->news);
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
	enum judgment judgment;
	__u64 now = clock_precise(), told;

	if (!p || !set || !out || !tag || !f || !h)
		return SLOW_NOT_MINE;

	const struct segment *s = &p->seg;
	const __u32 x = p->from & 1;
	const __u32 *arrival = &out->news.arrival;
	__u64 *word = tag_word(tag, slot % SET_WAYS);

	out->news.arrival = arrival_of(mode);
	out->opens = mode == SLOW_FRESH || mode == SLOW_EMBRYO;
	out->current_time = mode > SLOW_FRESH ? out->held_time : now;
	out->local = mode == SLOW_EMBRYO ? out->held_local : locality_of(p, vantage);

	bpf_spin_lock(&f->lock);
	if (!reread(&out->opens) && !is_key(f, &p->key)) {
		bpf_spin_unlock(&f->lock);
		return SLOW_NOT_MINE;
	}
	if (mode == SLOW_FOUND && is_copy(f, h, x, s, p->place, now)) {
		note_copy(h, x, p->place);
		bpf_spin_unlock(&f->lock);
		return SLOW_COPY;
	}
	close_fast_path(f);
	__u64 deadline = flow_deadline(f, h, set);

	out->news.refused_end = out->news.released_end = NO_END;
	/* What was held has its own time; but nothing happens before what has happened. */
	out->told_time = not_before(f, now, true);
	out->current_time = not_before(f, out->current_time, reread(arrival) == ARRIVED);
	told = reread_time(&out->told_time);
	now = reread_time(&out->current_time);
	change_begins(&out->change, f);
	if (reread(&out->opens)) {
		judgment = judge_opening(s);
		__builtin_memset(h, 0, sizeof(*h));
	} else if (reread(arrival) == ARRIVED && deadline < now && opens_flow(s)) {
		/* What begins no flow finds an expired one, and is late. */
		judgment = judge_opening(s);
		conclude(f, h, out, CAUSE_TIMEOUT, deadline, deadline);
		succeed(f, h, deadline);
		out->opens = true;
	} else {
		judgment = reread(arrival) == ARRIVED ? judge_arrived(f, h, x, s, now, set->blind_since) : judge_released(f, s);
		if (judgment == JUDGE_OPEN || judgment == JUDGE_OPEN_SYN_ACK) {
			if (reread(arrival) != ARRIVED)
				uncount_segment(f, x, s);
			h->wait_reuse = reuse_by(f, x, s, judgment);
			conclude(f, h, out, CAUSE_REUSED, told, deadline);
			succeed(f, h, now);
			out->opens = true;
		}
	}

	/* Read back, so that the verifier sees what follows once, and not for each way that leads here. */
	out->news.judgment = judgment;
	judgment = reread(&out->news.judgment);
	if (reread(&out->opens)) {
		/* Of a held segment it is not known any more which hook it came through. */
		const __u8 local = reread(arrival) == ARRIVED ? out->local : f->local;

		clear_flow(f);
		close_fast_path(f);
		f->key = p->key;
		f->id = flow_id(hash_key(&p->key), now, s);
		f->local = local;
		if (p->self)
			f->traits = FLOW_SELF;
		open_flow(f, h, x, s, judgment, now);
	}
	if (reread(arrival) == ARRIVED)
		note_passage(f, h, x, s, p->place, judgment, now);
	else
		note_place(f, h, x, p->place);
	out->retransmits = -f->past[x].retransmits;
	out->out_of_order = -f->past[x].out_of_order;
	apply(f, h, x, s, judgment, reread(arrival), now, &out->news);
	explains_claim(f, h, x, now, &out->news);
	out->retransmits += f->past[x].retransmits;
	out->out_of_order += f->past[x].out_of_order;
	change_ends(&out->change, f);
	tell(out, f, h, x, s, told);
	held = take_held(out, f);
	set_class(word, slot % SET_WAYS, tag_worth(f, h));
	note_deadline(f, h, slot, set);
	open_fast_path(f);
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
	if (mode == SLOW_EMBRYO) {
		out->present.type = 0;
		out->change.before = out->change.had = standing_of_embryo(p->from & 1, out->held_local);
	}
	emit_all(out, set->events);
	/* What was held has been counted when it came; but whether it opens a life is known only now. */
	judgment = reread(&out->news.judgment);
	if (mode <= SLOW_FRESH || (mode > SLOW_EMBRYO && (judgment == JUDGE_OPEN || judgment == JUDGE_OPEN_SYN_ACK)))
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

/*
 * An opening SYN: what it tells of the host that waited. The ACK that completes a handshake: what it tells of its
 * sender's clock; a SYN alone anybody can forge. A global function, as slow_path.
 */
__noinline int learn_hosts(const struct packet *p, __u64 now)
{
	__u32 own = SCRATCH_PACKET;
	struct scratch *out = bpf_map_lookup_elem(&scratch, &own);

	if (!p || !out)
		return 0;
	if (out->past_wait.event.type && out->past_wait.outcome == WAIT_REUSED)
		note_reuse(&p->key, out->past_wait.ends >> 1 & 1, out->past_wait.reuse,
			   out->past_wait.elapsed_ms);
	if (completes_handshake(&out->change))
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
		set_class(tag_word(tag, slot % SET_WAYS), slot % SET_WAYS, tag_worth(f, h));
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

/* Of claim_slot(): the segment opens no flow, and that has been counted. */
#define NOT_WORTH_ONE (NO_SLOT - 2)

/* An empty way for a segment without a flow, if it is worth one: see claim_way(). A global function, as slow_path. */
__noinline __u32 claim_slot(const struct packet *p)
{
	__u32 zero = 0;
	struct settings *set = bpf_map_lookup_elem(&settings, &zero);

	if (!p || !set)
		return NO_SLOT;

	struct place at = place_of(hash_key(&p->key));
	struct tag_set *tag = tags_of(at.set);

	if (!tag)
		return NO_SLOT;
	if (set->track && !is_chosen(&p->key, set->track)) {
		count_passed_over(PASSED_NOT_TRACKED);
		return NOT_WORTH_ONE;
	}
	if (!opens_flow(&p->seg)) {
		enum passed_over why = why_none_is_opened(&p->seg);

		count_passed_over(why);
		if (why == PASSED_NO_FLOW) {
			if (p->seg.flags & TH_RST)
				count_reset(RESET_UNKNOWN);
			tell_unknown(p, set);
		}
		return NOT_WORTH_ONE;
	}
	return claim_way(tag, at, &p->key);
}

/* The slot for a new flow of the packet: one that is claimed; one where it is by now, plus CLAIM_FOUND; or NO_SLOT, which is counted. */
static __always_inline __u32 slot_for(const struct packet *p)
{
	for (int try = 0; try < CLAIM_TRIES; try++) {
		__u32 slot = claim_slot(p);

		if (slot == NOT_WORTH_ONE)
			return NO_SLOT;
		if (slot == NO_SLOT && !make_room(p)) {
			count_passed_over(PASSED_TABLE_FULL);
			return NO_SLOT;
		}
		if (slot != NO_SLOT && slot != LOOK_AGAIN)
			return slot;
	}
	count_passed_over(PASSED_CONTENDED);
	return NO_SLOT;
}

/* Called with the segment, or with one that was held: mode says why that is true. */
static __always_inline int slow_step(const struct packet *p, __u32 slot, __u32 vantage, __u32 mode)
{
	__u32 own = SCRATCH_PACKET;
	struct scratch *out = bpf_map_lookup_elem(&scratch, &own);
	int result = slow_path(p, slot, vantage, mode, SCRATCH_PACKET);

	if (!out)
		return result;
	if (result & SLOW_DONE)
		tell_news(p, mode, SCRATCH_PACKET);
	if (result & SLOW_STRAY)
		stray_path(p, slot, reread(&out->news.stray), SCRATCH_PACKET);
	if (result & SLOW_OPENED || (result & SLOW_DONE && completes_handshake(&out->change)))
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
		slow_step(&out->current, slot, vantage, SLOW_SETTLED);
	}
	settled = result = slow_step(p, slot, vantage, SLOW_FOUND);
	for (int i = 0; i < 2 && settled & SLOW_HELD; i++) {
		__builtin_memcpy(&out->current, &out->held, sizeof(out->current));
		settled = slow_step(&out->current, slot, vantage, reread(&out->held_mode));
	}
	return result;
}

/*
 * The embryo in scratch.held becomes a flow; or, where another CPU has opened that meanwhile, its SYN is one that comes
 * late. Returns its slot, or NO_SLOT if there is no place for it: then the segment may have more luck, without it.
 */
static __always_inline __u32 hatch(__u32 vantage)
{
	__u32 own = SCRATCH_PACKET, slot, mode = SLOW_EMBRYO;
	struct scratch *out = bpf_map_lookup_elem(&scratch, &own);
	int result;

	if (!out)
		return NO_SLOT;
	__builtin_memcpy(&out->current, &out->held, sizeof(out->current));
	slot = slot_for(&out->current);
	if (slot == NO_SLOT || slot & CLAIM_FOUND) {
		count_embryo_gone(out->current.from & 1, out->held_local, slot == NO_SLOT);
		mode = SLOW_FOUND;
	}
	if (slot == NO_SLOT)
		return NO_SLOT;
	slot &= ~CLAIM_FOUND;
	result = slow_path(&out->current, slot, vantage, mode, SCRATCH_PACKET);
	tell_news(&out->current, mode, SCRATCH_PACKET);
	if (result & SLOW_OPENED)
		learn_hosts(&out->current, out->held_time);
	return slot;
}

/* The slot of the packet's flow, or NO_SLOT. A global function. */
__noinline __u32 find_slot(const struct packet *p)
{
	if (!p)
		return NO_SLOT;

	struct place at = place_of(hash_key(&p->key));
	struct tag_set *tag = tags_of(at.set);
	struct flow *f;

	return tag ? find_flow(tag, at, &p->key, &f) : NO_SLOT;
}

/* A segment ends a silence: by when the ends' clocks had come before it is known now, and not later. */
static __always_inline void note_silence(const struct flow *f, __u32 slot, __u64 now)
{
	struct history *h = ends_silence(f, now) ? history_at(slot) : NULL;

	if (h)
		note_both_left(h, f);
}

/*
 * The segment's flow is in the slot by now. If that has been given to a stranger since, or another
 * CPU is at its place, the segment is passed over, and counted.
 */
static __always_inline void track_found(const struct packet *p, __u32 slot, __u32 vantage)
{
	const struct flow *f = flow_at(slot);

	if (f)
		note_silence(f, slot, clock_precise());
	if (slow_step(p, slot, vantage, SLOW_FOUND) == SLOW_NOT_MINE)
		count_passed_over(PASSED_CONTENDED);
}

/*
 * A packet of no flow: it may have an embryo, be one, or begin a flow. A SYN and its answer may be at work on two CPUs:
 * who makes an embryo looks for a flow afterwards, and who opens a flow looks for an embryo, so one of the
 * two finds the other's, and none stays beside a flow of its key.
 */
static __always_inline void track_newcomer(const struct packet *p, __u32 vantage)
{
	__u32 slot = NO_SLOT;

	if (embryo_sets) {
		const __u32 local = locality_of(p, vantage);
		int embryo = embryo_path(p, local, true);

		if (embryo == EMBRYO_KEPT) {
			slot = find_slot(p);
			if (slot == NO_SLOT || embryo_path(p, local, false) != EMBRYO_TAKEN)
				return;
			count_embryo_gone(p->from & 1, local, false);
		} else if (embryo == EMBRYO_TAKEN) {
			slot = hatch(vantage);
		}
		if (slot != NO_SLOT && p->icmp_error)
			icmp_path(p, slot);
		else if (slot != NO_SLOT)
			track_found(p, slot, vantage);
		if (slot != NO_SLOT)
			return;
	}
	if (p->icmp_error)
		return;
	slot = slot_for(p);
	if (slot == NO_SLOT)
		return;
	if (slot & CLAIM_FOUND) {
		track_found(p, slot & ~CLAIM_FOUND, vantage);
		return;
	}
	if (slow_path(p, slot, vantage, SLOW_FRESH, SCRATCH_PACKET) & SLOW_DONE)
		tell_news(p, SLOW_FRESH, SCRATCH_PACKET);
	if (embryo_sets && embryo_path(p, 0, false) == EMBRYO_TAKEN)
		hatch(vantage);
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
		else
			track_newcomer(p, vantage);
		return;
	}
	if (f) {
		__u64 now = clock_coarse();

		note_silence(f, slot, now);
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
	else if (result == SLOW_NOT_MINE)
		/* No flow has it; or its slot was given to a stranger since the look-up. */
		track_newcomer(p, vantage);
}

#endif
