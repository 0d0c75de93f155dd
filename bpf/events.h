/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * Records on their way to user space. They are put together in per-CPU
 * scratch, under the slot's lock, where no helper may be called; and sent
 * after it. The reader drains on a timer, so a record costs no wake-up until
 * the ring fills faster than the timer runs.
 */
#ifndef TCPSTATE_BPF_EVENTS_H
#define TCPSTATE_BPF_EVENTS_H

#include "clock.h"
#include "counters.h"
#include "maps.h"
#include "tcpstate/outcome.h"

/* What one segment (or one timeout) has to tell. type 0: nothing. */
struct scratch {
	struct event past;         /* how the old incarnation of the slot ended */
	struct flow_record record; /* and all that was known of it */
	struct event passing;      /* a state that an end only went through */
	struct event present;
	struct outcome outcome;    /* what the core makes of it */
	__u32 judgment;            /* enum judgment */
	__u32 concluded;           /* an incarnation ended in the slot */
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
		s->record.type = 0;
		s->passing.type = 0;
		s->present.type = 0;
		s->concluded = 0;
	}
	return s;
}

/* What every event says of its flow, whose ends went from was to is. */
static __always_inline void describe(struct event *e, const struct flow *f, state_pair was,
				     state_pair is, enum cause cause, __u64 time)
{
	e->type = EVENT_STATE;
	e->initiator = f->initiator;
	e->local = f->local;
	e->sender = SENDER_NONE;
	e->cause = cause;
	e->time = time;
	e->id = f->id;
	e->key = f->key;
	e->state[0] = state_in_pair(is, 0);
	e->state[1] = state_in_pair(is, 1);
	e->was[0] = state_in_pair(was, 0);
	e->was[1] = state_in_pair(was, 1);
	e->traits = f->traits;
	e->flags = 0;
	e->ttl = 0;
	e->seq = 0;
	e->ack = 0;
	e->len = 0;
}

static __always_inline void describe_segment(struct event *e, __u32 x, const struct segment *s)
{
	e->sender = x;
	e->flags = s->flags;
	e->ttl = s->ttl;
	e->seq = s->seq;
	e->ack = s->flags & TH_ACK ? s->ack : 0;
	e->len = s->len;
}

static __always_inline void describe_record(struct flow_record *r, const struct flow *f, __u64 time)
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
	r->flow.state[0] = f->state[0];
	r->flow.state[1] = f->state[1];
	r->flow.wscale = f->wscale;
}

/* Puts the record into the ring, or counts it as lost. confirmed: of its flow. */
static __always_inline void emit(void *record, __u32 size, __u32 type, bool confirmed)
{
	const __u64 ring = bpf_ringbuf_query(&events, BPF_RB_RING_SIZE);
	const __u64 waiting = bpf_ringbuf_query(&events, BPF_RB_AVAIL_DATA);
	/* A quarter full: the reader's timer is too slow for this burst. */
	__u64 wake = waiting > ring / 4 ? BPF_RB_FORCE_WAKEUP : BPF_RB_NO_WAKEUP;

	if (waiting > ring / 2 && !confirmed) {
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
	if (e->type && (wanted & 1 << EVENT_STATE))
		emit(e, sizeof(*e), EVENT_STATE, e->traits & FLOW_CONFIRMED);
}

/* In the order in which it happened. wanted: settings.events. */
static __always_inline void emit_all(struct scratch *s, __u32 wanted)
{
	emit_state(&s->past, wanted);
	if (s->record.type && (wanted & 1 << EVENT_FLOW))
		emit(&s->record, sizeof(s->record), EVENT_FLOW,
		     s->record.flow.traits & FLOW_CONFIRMED);
	emit_state(&s->passing, wanted);
	emit_state(&s->present, wanted);
}

#endif
