/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * Records on their way to user space. They are put together in per-CPU
 * scratch, under the slot's lock, where no helper may be called; and sent
 * after it. The reader drains on a timer, so a record costs no wake-up until
 * the ring fills faster than the timer runs.
 */
#ifndef TCPSTATE_BPF_TRACK_EVENTS_H
#define TCPSTATE_BPF_TRACK_EVENTS_H

#include "track/clock.h"
#include "track/count.h"
#include "track/gauges.h"
#include "maps.h"
#include "parse/packet.h"
#include "tcpstate/core/apply.h"
#include "tcpstate/tell/describe.h"

/* What one segment (or one timeout) has to tell. type 0: nothing. */
struct scratch {
	struct event past;           /* how the old incarnation of the slot ended, */
	struct wait_event past_wait; /* what ended its TIME_WAIT, */
	struct flow_record record;   /* and all that was known of it */
	struct event passing;        /* a state that an end only went through */
	struct event present;
	struct wait_event wait;
	struct stray_event stray;
	struct news news;            /* what the core makes of it */
	struct change change;        /* what there is to count */
	struct packet held;          /* of news: a claim that is to be applied next, */
	struct packet current;       /* and while it is */
	struct packet refused;       /* of news: a claim that was none */
	__u32 held_mode;             /* enum slow_mode */
	__u32 held_local;            /* enum locality, of an embryo's */
	__u64 victim;                /* the id of the flow that is to give way (claim.h), */
	__s64 longest;               /* and how long it has been silent, as far as that counts */
	__u64 held_time;
	__u64 current_time;          /* as which the segment counts */
	__u64 told_time;             /* of what is told of it: in order, also of what was held */
	__u64 refused_time;
	__u32 refused_kind;          /* enum stray */
	__u32 opens;                 /* the segment begins an incarnation */
	__u32 retransmits;           /* of the segment's sender: how many more */
	__u32 out_of_order;
	__u32 concluded;             /* an incarnation ended in the slot */
	__u32 local;                 /* enum locality, of a flow that the segment begins */
};

/* A packet may interrupt the sweep on its CPU, so each has its own. */
enum scratch_user { SCRATCH_PACKET, SCRATCH_SWEEP, SCRATCH_USERS };

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, SCRATCH_USERS);
	/* By size: with its type, the copied lock's word would be taken for a lock. */
	__uint(key_size, sizeof(__u32));
	__uint(value_size, sizeof(struct scratch));
} scratch SEC(".maps");

/* Ready to be filled: nothing to tell yet. */
static __always_inline struct scratch *my_scratch(__u32 user)
{
	struct scratch *s = bpf_map_lookup_elem(&scratch, &user);

	if (s) {
		s->past.type = 0;
		s->past_wait.event.type = 0;
		s->record.type = 0;
		s->passing.type = 0;
		s->present.type = 0;
		s->wait.event.type = 0;
		s->news.stray = STRAY_NONE;
		s->concluded = 0;
	}
	return s;
}

static __always_inline void describe_record(struct flow_record *r, const struct flow *f,
					    const struct history *h, __u64 time)
{
	const __u64 *from = (const __u64 *)f;
	__u64 *to = (__u64 *)&r->flow;

	r->type = EVENT_FLOW;
	r->ended = 1;
	r->time = time;
	/* A word at a time: the lock's word is copied as a number. */
#pragma unroll
	for (int i = 0; i < (int)(sizeof(struct flow) / 8); i++)
		if (i != offsetof(struct flow, lock) / 8)
			to[i] = from[i];
	r->flow.end[0].packets &= ~PACKETS_CLOSED;
	r->flow.end[1].packets &= ~PACKETS_CLOSED;
	r->flow.state[0] = f->state[0];
	r->flow.state[1] = f->state[1];
	r->flow.wscale = f->wscale;
	r->history = *h;
}

/*
 * Of each enum left_out: the second, of 32 bits, and behind it how many events it has had. One word, so that CPUs agree
 * on both; written only while there is something left, on a cache line of its own.
 */
__u64 told_of[8] __attribute__((aligned(64)));
_Static_assert(LEFT_OUT_COUNT <= 8, "the line has room");

/*
 * Takes one event of this second's budget; 0: nothing is left of it. A CPU that is a tick behind the others in
 * the turn of a second takes it from the new one's; a time that goes back further is another capture's. CPUs that
 * take the last at once may take one each, and all are told. A global function: the verifier looks at it once.
 */
__noinline int take_from_budget(__u32 why)
{
	__u32 zero = 0, second = clock_coarse() / NS_PER_SECOND;
	struct settings *set = bpf_map_lookup_elem(&settings, &zero);
	__u64 *told, old;

	if (!set || why >= LEFT_OUT_COUNT)
		return 0;
	if (set->unconfirmed_events == EVENTS_UNLIMITED)
		return 1;
	told = &told_of[why];
	old = *(volatile __u64 *)told;
	/* Who comes too late to begin the second finds it begun. */
	if (second - (__u32)(old >> 32) + 1 > 1)
		__sync_bool_compare_and_swap(told, old, (__u64)second << 32);
	if ((__u32)*(volatile __u64 *)told >= set->unconfirmed_events)
		return 0;
	return (__u32)__sync_fetch_and_add(told, 1) < set->unconfirmed_events;
}

/* What has no budget: it is of a connection that both ends have confirmed. */
#define WITHOUT_BUDGET LEFT_OUT_COUNT

static __always_inline __u32 budget_of(__u16 traits)
{
	return traits & FLOW_CONFIRMED ? WITHOUT_BUDGET : LEFT_OUT_UNCONFIRMED;
}

/* Puts the record into the ring, or counts it as left out or lost. budget: enum left_out, or WITHOUT_BUDGET. */
static __always_inline void emit(void *record, __u32 size, __u32 type, __u32 budget)
{
	if (budget != WITHOUT_BUDGET && !take_from_budget(budget)) {
		count_left_out(budget, type);
		return;
	}

	const __u64 ring = bpf_ringbuf_query(&events, BPF_RB_RING_SIZE);
	const __u64 waiting = bpf_ringbuf_query(&events, BPF_RB_AVAIL_DATA);
	/* A quarter full: the reader's timer is too slow for this burst. */
	__u64 wake = waiting > ring / 4 ? BPF_RB_FORCE_WAKEUP : BPF_RB_NO_WAKEUP;

	if (waiting > ring / 2 && budget != WITHOUT_BUDGET) {
		count_lost(LOST_YIELDED, type);
		return;
	}
	if (bpf_ringbuf_output(&events, record, size, wake))
		count_lost(LOST_RING_FULL, type);
	else
		count(COUNT_EVENTS);
}

static __always_inline void emit_state(struct event *e, __u32 wanted)
{
	if (!e->type)
		return;
	count_transitions(e);
	if (wanted & 1 << EVENT_STATE)
		emit(e, sizeof(*e), EVENT_STATE, budget_of(e->traits));
}

static __always_inline void emit_wait(struct wait_event *w, __u32 wanted)
{
	if (!w->event.type)
		return;
	count_wait(w);
	if (w->phase == WAIT_ENDED)
		count_duration(TIMING_TIME_WAIT, w->elapsed_ms * 1000ull);
	if (wanted & 1 << EVENT_TIME_WAIT)
		emit(w, sizeof(*w), EVENT_TIME_WAIT, WITHOUT_BUDGET);
}

/* Counts it all, and tells it in the order in which it happened. wanted: settings.events. */
static __always_inline void emit_all(struct scratch *s, __u32 wanted)
{
	count_change(&s->change);
	emit_state(&s->past, wanted);
	emit_wait(&s->past_wait, wanted);
	if (s->record.type && (wanted & 1 << EVENT_FLOW))
		emit(&s->record, sizeof(s->record), EVENT_FLOW, budget_of(s->record.flow.traits));
	emit_state(&s->passing, wanted);
	emit_state(&s->present, wanted);
	emit_wait(&s->wait, wanted);
}

#endif
