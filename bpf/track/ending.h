/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* How a flow leaves its slot: it has expired, has to give way, or its tuple begins a new life. */
#ifndef TCPSTATE_BPF_TRACK_ENDING_H
#define TCPSTATE_BPF_TRACK_ENDING_H

#include "track/clock.h"
#include "track/events.h"
#include "track/flow_table.h"
#include "tcpstate/core/fast_path.h"
#include "tcpstate/core/succession.h"

/*
 * A way has been claimed for the packet's flow, and its slot is clear; or the slot may be the flow's. Held: the packet is
 * one that was held back, in scratch.held (enum arrival says why it is true).
 */
enum slow_mode {
	SLOW_FOUND,
	SLOW_FRESH,
	SLOW_EMBRYO, /* fresh, and the packet is an embryo, which has been told and counted when it came */
	SLOW_SETTLED,
	SLOW_EXPLAINED,
	SLOW_AT_LAST,
};

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
 * Under the lock: the clock was read before, and another CPU may have been later, and faster. arrives: what
 * has been held back has passed before what has been seen since.
 */
static __always_inline __u64 not_before(const struct flow *f, __u64 now, bool arrives)
{
	const __u64 heard = arrives ? f->last_seen : 0;

	now = now > f->changed ? now : f->changed;
	return now > heard ? now : heard;
}

/* Instead of a flow's id: whichever it is, if its time has run out. */
#define WHICHEVER 0

/* What came of it. */
enum ending {
	ENDS_NOT,   /* it has time left, or there is none */
	ENDED,
	ENDS_DOUBT, /* its time is over, but what is in scratch.held comes first (settle()) */
};

/*
 * Ends the slot's flow, if it gives way for that cause, with its id, which it had when it was chosen; or, WHICHEVER, if its time has run
 * out. Tells it, clears the slot, and frees its way; where a CPU on the fast path may still
 * hold the slot, the way rests. In replay nobody else can. A global function, as slow_path.
 */
__noinline int end_flow(__u32 slot, __u64 now, __u64 id, __u32 user, __u32 cause)
{
	__u32 zero = 0, way = slot % SET_WAYS;
	struct settings *set = bpf_map_lookup_elem(&settings, &zero);
	struct scratch *out = my_scratch(user);
	struct tag_set *tag = tags_of(slot / SET_WAYS);
	struct history *h = history_at(slot);
	struct flow *f = flow_at(slot);
	int ending = ENDS_NOT;

	if (!set || !out || !tag || !f || !h)
		return ENDS_NOT;

	__u64 *word = tag_word(tag, way);

	bpf_spin_lock(&f->lock);
	const __u64 heard = f->last_seen;

	/* What the fast path has moved on before this has told so in last_seen; what comes after it, fails. */
	close_fast_path(f);

	__u64 deadline = flow_deadline(f, h, set);
	bool expired = deadline < now, evicted = id && f->id == id && *(volatile __u64 *)&f->last_seen == heard;

	if (f->id && expired && !id && settles_at_last(f, h, &out->news, false)) {
		take_held(out, f);
		ending = ENDS_DOUBT;
	} else if (f->id && (evicted || (expired && !id))) {
		enum tag_class class = tag_class_of(read_word(word), way);
		bool rests = !replay && (class == TAG_CONFIRMED || class == TAG_TALKED || class == TAG_MET);

		change_begins(&out->change, f);
		conclude(f, h, out, expired ? CAUSE_TIMEOUT : cause, expired ? deadline : not_before(f, now, true), deadline);
		clear_flow(f);
		__builtin_memset(&f->key, 0, sizeof(f->key));
		change_ends(&out->change, f);
		set_tag(word, way, rests ? TAG_RESTING << TAG_CLASS_SHIFT : 0);
		ending = ENDED;
	}
	open_fast_path(f);
	if (replay)
		touched_deadline = f->id ? deadline : NEVER;
	bpf_spin_unlock(&f->lock);
	if (ending != ENDED)
		return ending;
	emit_all(out, set->events);
	count(COUNT_FLOWS_CLOSED);
	return ENDED;
}

#endif
