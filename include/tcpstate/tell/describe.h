/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * What the records of the ring buffer say (abi.h), but for the flow's own.
 * Pure: under the slot's lock, into memory that the caller has. A record's
 * padding is the caller's, and zero.
 */
#ifndef TCPSTATE_TELL_DESCRIBE_H
#define TCPSTATE_TELL_DESCRIBE_H

#include "tcpstate/core/outcome.h"
#include "tcpstate/late/stray.h"
#include "tcpstate/late/time_wait.h"

/* What every event says of its flow, whose ends went from was to is. */
static __always_inline void describe(struct event *e, const struct flow *f, state_pair was,
				     state_pair is, enum cause cause, __u64 time)
{
	e->type = EVENT_STATE;
	e->initiator = f->initiator;
	e->local = f->local;
	e->seeded = seeded_ends(f);
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

/* phase and ends as in struct wait_news. */
static __always_inline void describe_wait(struct wait_event *w, const struct flow *f,
					  const struct history *h, __u8 phase, __u8 ends, __u64 time)
{
	describe(&w->event, f, state_pair_of(f), state_pair_of(f), CAUSE_NONE, time);
	w->event.type = EVENT_TIME_WAIT;
	w->phase = phase;
	w->ends = ends;
	w->outcome = phase == WAIT_ENDED ? h->wait_outcome : WAIT_NONE;
	w->reuse = phase == WAIT_ENDED ? h->wait_reuse : REUSE_NONE;
	w->elapsed_ms = phase == WAIT_ENDED ? h->wait_elapsed_ms : 0;
	w->remaining_ms = phase == WAIT_ENDED ? h->wait_remaining_ms : 0;
	w->restarts = h->wait_restarts;
}

#define SLOWEST_TICK_MS 1000
#define SYN_TRIES_MS 127000 /* Linux: tcp_syn_retries of 6, each twice as long after the one before */

/* A wait that was none. */
static __always_inline void describe_denied_wait(struct wait_event *w, const struct flow *f, const struct history *h,
						 const struct wait_news *news, __u64 time)
{
	describe_wait(w, f, h, WAIT_ENDED, news->denied, time);
	w->outcome = WAIT_DENIED;
	w->reuse = REUSE_NONE;
	w->elapsed_ms = news->denied_ms;
	w->remaining_ms = 0;
}

/* x's segment, of which apply() has said that it is a stray. */
static __always_inline void describe_stray(struct stray_event *e, const struct flow *f,
					   const struct history *h, __u32 x, const struct segment *s,
					   __u32 kind, bool in_window, __u64 now)
{
	describe(&e->event, f, state_pair_of(f), state_pair_of(f), CAUSE_NONE, now);
	describe_segment(&e->event, x, s);
	e->event.type = EVENT_STRAY;
	e->kind = kind;
	e->usual_ttl = f->past[x].ttl;
	e->in_window = in_window;
	e->paws_rejects = would_fail_paws(f, x, s);
	e->age_ms = stray_age_ms(f, h, kind, now);
	e->lifetime_ms = lifetime_of(h, x, s, now);
	e->pad = 0;
}

/* x's segment, which belongs to no flow, and opens none. */
static __always_inline void describe_unknown(struct stray_event *e, const struct flow_key *key, __u32 x,
					     const struct segment *s, __u64 now)
{
	__builtin_memset(e, 0, sizeof(*e));
	e->event.type = EVENT_STRAY;
	e->event.time = now;
	e->event.key = *key;
	e->event.initiator = x;
	e->event.traits = FLOW_GUESSED_ROLES;
	e->event.state[0] = e->event.was[0] = STATE_CLOSED;
	e->event.state[1] = e->event.was[1] = STATE_CLOSED;
	describe_segment(&e->event, x, s);
	e->kind = STRAY_UNKNOWN;
	e->lifetime_ms = LIFETIME_UNKNOWN;
}

/* A stray of the life before that only the timestamp check, if anything, would have kept out (RULES 26). */
static __always_inline bool is_harmful(const struct stray_event *e)
{
	return e->kind == STRAY_OLD_INCARNATION && e->in_window && !e->paws_rejects;
}

/*
 * A pure ACK that a newer one has overtaken on the way is older than TS.Recent, and ordinary.
 * One whose own time is the newest was refused for what it echoes (echoes_wrong_time): it came late for nothing.
 */
#define OVERTAKEN_MS 1000
#define OVERTAKEN_TICKS 1000 /* where the clock's rate is not known */

static __always_inline bool is_overtaken_ack(const struct stray_event *e, const struct flow *f, __u32 x,
					     const struct segment *s)
{
	if (e->kind != STRAY_PAWS_STALE || carries_payload(s))
		return false;
	return e->lifetime_ms != LIFETIME_UNKNOWN ? e->lifetime_ms <= OVERTAKEN_MS :
						    (__s32)(f->end[x].tsval - s->tsval) <= OVERTAKEN_TICKS;
}

/*
 * No segment has been under way for longer than its connection is old: what says
 * so has another clock (RULES 44). Of the life before it is not known when that began. A tick or two are the clock's own.
 */
static __always_inline void check_lifetime(struct stray_event *e, const struct flow *f)
{
	__u64 most = (e->event.time - f->start) / NS_PER_MS + SLOWEST_TICK_MS;

	/* The flow may have begun with a later SYN than this. */
	if (e->kind == STRAY_LATE_SYN)
		most += SYN_TRIES_MS;
	if (e->kind != STRAY_OLD_INCARNATION && e->lifetime_ms > most)
		e->lifetime_ms = LIFETIME_UNKNOWN;
}

/* The history keeps what the strays added up to. */
static __always_inline void note_stray(struct history *h, const struct stray_event *e)
{
	__u64 kind = e->kind;

	/* Opaque to the compiler: so it tests and uses one and the same register, as the verifier wants. */
	__asm__ volatile("" : "+r"(kind));
	if (kind < STRAY_COUNT && h->strays[kind] < 0xffff)
		h->strays[kind]++;
	if (e->lifetime_ms != LIFETIME_UNKNOWN && e->lifetime_ms > h->lifetime_max_ms)
		h->lifetime_max_ms = e->lifetime_ms;
	if (is_harmful(e) && h->harmful < 0xffff)
		h->harmful++;
}

#endif
