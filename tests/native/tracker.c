// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
#include "tests/native/tracker.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tcpstate/apply.h"

#define SECOND 1000000000ull

struct native_flow {
	struct flow flow;
	struct native_flow *next;
};

struct settings native_settings(__u32 msl)
{
	return (struct settings){
		.timeout_ns = {
			[STATE_SYN_SENT] = 120 * SECOND,
			[STATE_LISTEN] = 120 * SECOND,
			[STATE_SYN_RECEIVED] = 60 * SECOND,
			[STATE_ESTABLISHED] = 86400 * SECOND,
			[STATE_FIN_WAIT_1] = 120 * SECOND,
			[STATE_FIN_WAIT_2] = 86400 * SECOND,
			[STATE_CLOSE_WAIT] = 86400 * SECOND,
			[STATE_CLOSING] = 120 * SECOND,
			[STATE_LAST_ACK] = 120 * SECOND,
			[STATE_TIME_WAIT] = 2 * msl * SECOND,
			[STATE_CLOSED] = 2 * msl * SECOND,
		},
		.unconfirmed_ns = 300 * SECOND,
		.events = 1 << EVENT_STATE | 1 << EVENT_FLOW,
	};
}

/* ---- the table ---------------------------------------------------------- */

static __u32 bucket_of(const struct flow_key *key)
{
	const __u8 *bytes = (const __u8 *)key;
	__u32 hash = 2166136261u; /* FNV-1a */

	for (size_t i = 0; i < sizeof(*key); i++)
		hash = (hash ^ bytes[i]) * 16777619u;
	return hash % NATIVE_BUCKETS;
}

/* Where the flow hangs, or where one of this key would. */
static struct native_flow **place_of(struct native_tracker *t, const struct flow_key *key)
{
	struct native_flow **at = &t->bucket[bucket_of(key)];

	while (*at && memcmp(&(*at)->flow.key, key, sizeof(*key)))
		at = &(*at)->next;
	return at;
}

const struct flow *native_find(const struct native_tracker *t, const struct flow_key *key)
{
	const struct native_flow *n = *place_of((struct native_tracker *)t, key);

	return n ? &n->flow : NULL;
}

static struct native_flow *new_flow(const struct flow_key *key)
{
	struct native_flow *n = calloc(1, sizeof(*n));

	if (!n) {
		perror("native tracker: a flow");
		exit(1);
	}
	n->flow.key = *key;
	return n;
}

static void drop(struct native_flow **at)
{
	struct native_flow *gone = *at;

	*at = gone->next;
	free(gone);
}

void native_clear(struct native_tracker *t)
{
	for (int i = 0; i < NATIVE_BUCKETS; i++)
		while (t->bucket[i])
			drop(&t->bucket[i]);
	memset(&t->counters, 0, sizeof(t->counters));
}

/* ---- records ------------------------------------------------------------ */

static void tell(struct native_tracker *t, enum event_type type, const void *record)
{
	if (!(t->settings.events & 1 << type))
		return;
	t->counters.count[COUNT_EVENTS]++;
	if (t->told)
		t->told(t->arg, record);
}

/* s: NULL for a timeout. */
static void tell_state(struct native_tracker *t, const struct flow *f, state_pair was, state_pair is,
		       enum cause cause, __u64 time, __u32 x, const struct segment *s)
{
	struct event e = {
		.type = EVENT_STATE,
		.initiator = f->initiator,
		.local = f->local,
		.sender = s ? x : SENDER_NONE,
		.cause = cause,
		.time = time,
		.id = f->id,
		.key = f->key,
		.state = { state_in_pair(is, 0), state_in_pair(is, 1) },
		.was = { state_in_pair(was, 0), state_in_pair(was, 1) },
		.traits = f->traits,
	};

	if (s) {
		e.flags = s->flags;
		e.ttl = s->ttl;
		e.seq = s->seq;
		e.ack = s->flags & TH_ACK ? s->ack : 0;
		e.len = s->len;
	}
	tell(t, EVENT_STATE, &e);
}

/* How the incarnation ends. */
static void conclude(struct native_tracker *t, struct flow *f, enum cause cause, __u64 time)
{
	const state_pair was = state_pair_of(f);
	struct flow_record record = { .type = EVENT_FLOW, .ended = 1, .time = time };

	t->counters.count[COUNT_FLOWS_CLOSED]++;
	step_timeout(f);
	if (f->traits & FLOW_QUIET)
		return;
	if (state_pair_of(f) != was)
		tell_state(t, f, was, state_pair_of(f), cause, time, 0, NULL);
	record.flow = *f;
	tell(t, EVENT_FLOW, &record);
}

/* ---- counters ----------------------------------------------------------- */

/* What each judgment counts as; one that is not here counts as nothing. */
static const struct {
	enum judgment judgment;
	enum counter counter;
} judgment_counts[] = {
	{ JUDGE_RST_INEXACT, COUNT_RST_INVALID },
	{ JUDGE_RST_INVALID, COUNT_RST_INVALID },
	{ JUDGE_UNIGNORED, COUNT_RST_IGNORED },
	{ JUDGE_CHALLENGE_SYN, COUNT_CHALLENGED_SYN },
	{ JUDGE_OUT_OF_WINDOW, COUNT_OUT_OF_WINDOW },
	{ JUDGE_SYN_ACK_WRONG, COUNT_ACK_UNSENT },
	{ JUDGE_ACK_UNSENT, COUNT_ACK_UNSENT },
	{ JUDGE_ACK_OLD, COUNT_ACK_UNSENT },
	{ JUDGE_PAWS, COUNT_PAWS },
	{ JUDGE_OLD, COUNT_OLD_DUPLICATE },
	{ JUDGE_DATA_AFTER_FIN, COUNT_DATA_AFTER_FIN },
	{ JUDGE_LATE, COUNT_LATE },
};

static void count_judgment(struct native_tracker *t, enum judgment judgment)
{
	if (judgment == JUDGE_BAD_FLAGS)
		t->counters.passed_over[PASSED_BAD_FLAGS]++;
	if (judgment == JUDGE_BAD_CHECKSUM)
		t->counters.passed_over[PASSED_BAD_CHECKSUM]++;
	for (size_t i = 0; i < sizeof(judgment_counts) / sizeof(*judgment_counts); i++)
		if (judgment_counts[i].judgment == judgment)
			t->counters.count[judgment_counts[i].counter]++;
}

/* A segment that no flow is to be opened for. */
static void pass_over(struct native_tracker *t, const struct segment *s)
{
	if (s->traits & SEG_BAD_CHECKSUM)
		t->counters.passed_over[PASSED_BAD_CHECKSUM]++;
	else if (!has_legal_flags(s))
		t->counters.passed_over[PASSED_BAD_FLAGS]++;
	else
		t->counters.passed_over[PASSED_NO_FLOW]++;
}

/* ---- packets ------------------------------------------------------------ */

static void open_incarnation(struct native_tracker *t, struct flow *f, const struct packet *p,
			     enum judgment judgment, enum locality local, __u64 now)
{
	*f = (struct flow){ .key = p->key, .id = ++t->next_id, .local = local };
	if (p->self)
		f->traits = FLOW_SELF;
	open_flow(f, p->from, &p->seg, judgment, now);
	t->counters.count[COUNT_FLOWS_OPENED]++;
}

static void track_icmp_error(struct native_tracker *t, const struct packet *p, __u64 now)
{
	struct native_flow *n = *place_of(t, &p->key);
	enum cause cause;

	t->counters.passed_over[PASSED_ICMP_ERROR]++;
	if (!n)
		return;

	struct flow *f = &n->flow;
	const state_pair was = state_pair_of(f);

	cause = step_icmp_error(f, p->from, p->seg.seq);
	if (state_pair_of(f) != was) {
		f->changed = now;
		tell_state(t, f, was, state_pair_of(f), cause, now, 0, NULL);
	}
}

static void track_segment(struct native_tracker *t, const struct packet *p, enum locality local, __u64 now)
{
	struct native_flow **at = place_of(t, &p->key);
	const struct segment *s = &p->seg;
	const __u32 x = p->from;
	bool fresh = !*at, end_former = false;
	enum cause why_ended = CAUSE_NONE;
	__u64 ended = now;

	t->counters.count[COUNT_SEGMENTS] += s->packets;
	if (!fresh) {
		__u64 deadline = flow_deadline(&(*at)->flow, &t->settings);

		if (deadline < now && opens_flow(s)) {
			fresh = end_former = true;
			why_ended = CAUSE_TIMEOUT;
			ended = deadline;
		} else {
			t->judgment = judge(&(*at)->flow, x, s, now);
			if (t->judgment == JUDGE_OPEN || t->judgment == JUDGE_OPEN_SYN_ACK) {
				end_former = true;
				why_ended = CAUSE_REUSED;
			}
		}
	} else {
		if (!opens_flow(s)) {
			pass_over(t, s);
			return;
		}
		*at = new_flow(&p->key);
	}
	if (fresh)
		t->judgment = judge_opening(s);

	struct flow *f = &(*at)->flow;

	if (end_former)
		conclude(t, f, why_ended, ended);
	if (fresh || end_former)
		open_incarnation(t, f, p, t->judgment, local, now);

	struct outcome out = {};

	apply(f, x, s, t->judgment, now, &out);
	if (passes_through(f, &out))
		tell_state(t, f, out.was, out.via, out.cause, now, x, s);
	if (changes(f, &out))
		tell_state(t, f, out.via, state_pair_of(f), out.cause, now, x, s);
	count_judgment(t, t->judgment);
}

void native_track(struct native_tracker *t, const struct packet *p, enum locality local, __u64 now)
{
	if (p->icmp_error)
		track_icmp_error(t, p, now);
	else
		track_segment(t, p, local, now);
}

void native_sweep(struct native_tracker *t, __u64 now)
{
	for (int i = 0; i < NATIVE_BUCKETS; i++) {
		struct native_flow **at = &t->bucket[i];

		while (*at) {
			__u64 deadline = flow_deadline(&(*at)->flow, &t->settings);

			if (deadline < now) {
				conclude(t, &(*at)->flow, CAUSE_TIMEOUT, deadline);
				drop(at);
			} else {
				at = &(*at)->next;
			}
		}
	}
}
