// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
#include "tests/pure/native/tracker.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tcpstate/core/apply.h"
#include "tcpstate/tell/describe.h"
#include "tcpstate/core/copies.h"
#include "tcpstate/core/fast_path.h"
#include "tcpstate/tell/standing.h"
#include "tcpstate/core/succession.h"

#define SECOND 1000000000ull

struct native_flow {
	struct flow flow;
	struct history history;
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
		.unconfirmed_events = EVENTS_UNLIMITED,
		.events = 1 << EVENT_STATE | 1 << EVENT_TIME_WAIT | 1 << EVENT_STRAY | 1 << EVENT_FLOW,
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

static const struct native_flow *find(const struct native_tracker *t, const struct flow_key *key)
{
	return *place_of((struct native_tracker *)t, key);
}

const struct flow *native_find(const struct native_tracker *t, const struct flow_key *key)
{
	const struct native_flow *n = find(t, key);

	return n ? &n->flow : NULL;
}

const struct history *native_find_history(const struct native_tracker *t, const struct flow_key *key)
{
	const struct native_flow *n = find(t, key);

	return n ? &n->history : NULL;
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
	native_hosts_clear(&t->hosts);
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

/* us: 0 is no time that was measured. */
static void count_duration(struct native_tracker *t, enum timing timing, __u64 us)
{
	static const __u64 limits[] = {
#define X(limit) limit##ull,
		DURATION_LIMITS(X)
#undef X
	};
	size_t bucket = 0;

	while (bucket < sizeof(limits) / sizeof(*limits) && us > limits[bucket])
		bucket++;
	t->counters.timings[timing].bucket[bucket]++;
	t->counters.timings[timing].sum_us += us;
}

static void count_change(struct native_tracker *t, const struct change *c)
{
	if (gained(c) & STANDING_SYN_ACK)
		count_duration(t, TIMING_SYN_TO_SYN_ACK, c->synack_us);
	if (gained(c) & STANDING_OPENED)
		count_duration(t, TIMING_SYN_ACK_TO_ACK, c->ack_us);
	if (gained(c) & STANDING_FIN)
		count_duration(t, TIMING_FIRST_FIN, c->age_us);
	if (!has_come_to_its_end(c))
		return;
	t->counters.closes[c->confirmed][c->by][c->how]++;
	count_duration(t, TIMING_DURATION, c->age_us);
}

/* s: NULL for a timeout. */
static void tell_state(struct native_tracker *t, const struct flow *f, state_pair was, state_pair is,
		       enum cause cause, __u64 time, __u32 x, const struct segment *s)
{
	struct event e = {};

	describe(&e, f, was, is, cause, time);
	if (s)
		describe_segment(&e, x, s);
	for (int end = 0; end < 2; end++)
		if (e.was[end] != e.state[end])
			t->counters.transitions[e.was[end]][e.state[end]]++;
	tell(t, EVENT_STATE, &e);
}

static void tell_wait(struct native_tracker *t, const struct wait_event *w)
{
	if (w->phase == WAIT_RESTARTED)
		t->counters.wait_restarts++;
	else
		t->counters.waits[w->outcome]++;
	if (w->outcome == WAIT_REUSED)
		t->counters.reuses[w->reuse]++;
	if (w->phase == WAIT_ENDED)
		count_duration(t, TIMING_TIME_WAIT, w->elapsed_ms * 1000ull);
	tell(t, EVENT_TIME_WAIT, w);
}

static void tell_stray(struct native_tracker *t, const struct stray_event *e)
{
	const __u32 bucket = lifetime_bucket(e->lifetime_ms);

	t->counters.strays[e->kind]++;
	t->counters.harmful += is_harmful(e);
	if (e->lifetime_ms != LIFETIME_UNKNOWN)
		t->counters.lifetimes[bucket < LIFETIME_BUCKETS ? bucket : LIFETIME_BUCKETS - 1]++;
	if (e->lifetime_ms != LIFETIME_UNKNOWN)
		t->counters.lifetimes_sum_ms += e->lifetime_ms;
	tell(t, EVENT_STRAY, e);
}

/* How the incarnation ends. deadline: when its time would have run out. *ended: of its TIME_WAIT. */
static void conclude(struct native_tracker *t, struct native_flow *n, enum cause cause, __u64 time,
		     __u64 deadline, struct wait_event *ended, struct change *change)
{
	struct flow *f = &n->flow;
	const state_pair was = state_pair_of(f);
	const __u8 waited = end_incarnation(f, &n->history, cause, time, deadline);
	struct flow_record record = { .type = EVENT_FLOW, .ended = 1, .time = time };

	t->counters.count[COUNT_FLOWS_CLOSED]++;
	change_concludes(change, f);
	if (f->traits & FLOW_QUIET)
		return;
	if (state_pair_of(f) != was)
		tell_state(t, f, was, state_pair_of(f), cause, time, 0, NULL);
	if (waited) {
		describe_wait(ended, f, &n->history, WAIT_ENDED, waited, time);
		tell_wait(t, ended);
	}
	record.flow = *f;
	record.history = n->history;
	tell(t, EVENT_FLOW, &record);
}

/* ---- counters ----------------------------------------------------------- */

/* What each judgment counts as; one that is not here counts as nothing. */
static const struct {
	enum judgment judgment;
	enum counter counter;
} judgment_counts[] = {
	{ JUDGE_SYN_AGAIN, COUNT_SYN_RETRANSMITS },
	{ JUDGE_SYN_ACK_AGAIN, COUNT_SYN_RETRANSMITS },
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

/* Of a segment that opened an incarnation, *ended is of the TIME_WAIT before it; or it may complete a handshake. */
static void learn_hosts(struct native_tracker *t, const struct packet *p, const struct wait_event *ended,
			const struct change *change, __u64 now)
{
	if (ended->outcome == WAIT_REUSED)
		native_note_reuse(&t->hosts, &p->key, ended->ends >> 1 & 1, ended->reuse, ended->elapsed_ms);
	if (completes_handshake(change) && (p->seg.traits & SEG_TIMESTAMP))
		native_note_opening(&t->hosts, p, now);
}

/* ---- packets ------------------------------------------------------------ */

/* A segment that no flow is to be opened for. */
static void pass_over(struct native_tracker *t, const struct packet *p, __u64 now)
{
	const struct segment *s = &p->seg;
	struct stray_event e;

	if (s->traits & SEG_BAD_CHECKSUM) {
		t->counters.passed_over[PASSED_BAD_CHECKSUM]++;
	} else if (!has_legal_flags(s)) {
		t->counters.passed_over[PASSED_BAD_FLAGS]++;
	} else {
		t->counters.passed_over[PASSED_NO_FLOW]++;
		t->counters.resets[RESET_UNKNOWN] += !!(s->flags & TH_RST);
		describe_unknown(&e, &p->key, p->from, s, now);
		tell_stray(t, &e);
	}
}

static void open_incarnation(struct native_tracker *t, struct native_flow *n, const struct packet *p,
			     enum judgment judgment, enum locality local, __u64 now)
{
	struct flow *f = &n->flow;

	*f = (struct flow){ .key = p->key, .id = ++t->next_id, .local = local };
	if (p->self)
		f->traits = FLOW_SELF;
	open_flow(f, &n->history, p->from, &p->seg, judgment, now);
	t->counters.count[COUNT_FLOWS_OPENED]++;
	t->counters.count[COUNT_OPENED_BY_SYN_ACK] += judgment == JUDGE_OPEN_SYN_ACK;
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
	struct change change;

	change_begins(&change, f);
	cause = step_icmp_error(f, p->from, p->seg.seq);
	if (state_pair_of(f) != was) {
		f->changed = now;
		tell_state(t, f, was, state_pair_of(f), cause, now, 0, NULL);
	}
	change_ends(&change, f);
	count_change(t, &change);
}

static void tell_stray_of(struct native_tracker *t, struct native_flow *n, __u32 x, const struct segment *s,
			  __u32 kind, bool in_window, __u64 now)
{
	struct stray_event e = {};

	describe_stray(&e, &n->flow, &n->history, x, s, kind, in_window, now);
	if (is_overtaken_ack(&e, &n->flow, x, s))
		return;
	check_lifetime(&e, &n->flow);
	note_stray(&n->history, &e);
	tell_stray(t, &e);
}

/* As tell() and stray_path() of bpf/. concluded: the segment ended an incarnation, and is none of it. */
static void tell_news(struct native_tracker *t, struct native_flow *n, __u32 x, const struct segment *s,
		      const struct news *news, bool concluded, __u64 now)
{
	const struct outcome *what = &news->outcome;
	const struct flow *f = &n->flow;

	if (passes_through(f, what))
		tell_state(t, f, what->was, what->via, via_cause(what), now, x, s);
	if (changes(f, what))
		tell_state(t, f, what->via, state_pair_of(f), what->cause, now, x, s);
	if (news->wait.denied) {
		struct wait_event w = {};

		describe_denied_wait(&w, f, &n->history, &news->wait, now);
		describe_segment(&w.event, x, s);
		tell_wait(t, &w);
	}
	if (news->wait.phase) {
		struct wait_event w = {};

		describe_wait(&w, f, &n->history, news->wait.phase, news->wait.ends, now);
		describe_segment(&w.event, x, s);
		w.elapsed_ms = news->wait.elapsed_ms;
		tell_wait(t, &w);
	}
	if (news->stray != STRAY_NONE && !concluded)
		tell_stray_of(t, n, x, s, news->stray, news->in_window, now);
}

static void tell_refused(struct native_tracker *t, struct native_flow *n, const struct news *news)
{
	const struct claim *c = &news->refused;

	if (news->refused_end == NO_END)
		return;
	tell_stray_of(t, n, news->refused_end, &c->seg, c->stray, false, c->time);
}

/* As slow_path() of bpf/: one segment and its flow, which may be new. Fills news. */
static void visit(struct native_tracker *t, struct native_flow **at, const struct packet *p,
		  enum arrival arrival, enum locality local, __u64 now, struct news *news)
{
	struct native_flow *n = *at;
	const struct segment *s = &p->seg;
	const __u32 x = p->from;
	bool fresh = !n, concluded = false;
	struct wait_event ended = {};
	struct change change;
	struct end_past *past;

	if (fresh)
		n = *at = new_flow(&p->key);
	news->refused_end = news->released_end = NO_END;
	if (arrival != ARRIVED && now < n->flow.changed)
		now = n->flow.changed;
	change_begins(&change, &n->flow);
	if (fresh) {
		t->judgment = judge_opening(s);
	} else {
		__u64 deadline = flow_deadline(&n->flow, &n->history, &t->settings);

		if (arrival == ARRIVED && deadline < now && opens_flow(s)) {
			t->judgment = judge_opening(s);
			conclude(t, n, CAUSE_TIMEOUT, deadline, deadline, &ended, &change);
			succeed(&n->flow, &n->history, deadline);
			concluded = true;
		} else {
			t->judgment = arrival == ARRIVED ?
				judge_arrived(&n->flow, &n->history, x, s, now, t->settings.blind_since) :
				judge_released(&n->flow, s);
			if (t->judgment == JUDGE_OPEN || t->judgment == JUDGE_OPEN_SYN_ACK) {
				if (arrival != ARRIVED)
					uncount_segment(&n->flow, x, s);
				n->history.wait_reuse = reuse_by(&n->flow, x, s, t->judgment);
				conclude(t, n, CAUSE_REUSED, t->now, deadline, &ended, &change);
				succeed(&n->flow, &n->history, now);
				concluded = true;
			}
		}
	}
	if (fresh || concluded)
		open_incarnation(t, n, p, t->judgment, local, now);
	if (arrival == ARRIVED)
		note_passage(&n->flow, &n->history, x, s, p->place, t->judgment, now);
	else
		note_place(&n->flow, &n->history, x, p->place);
	past = &n->flow.past[x];
	t->counters.count[COUNT_RETRANSMITS] -= past->retransmits;
	t->counters.count[COUNT_OUT_OF_ORDER] -= past->out_of_order;
	apply(&n->flow, &n->history, x, s, t->judgment, arrival, now, news);
	explains_claim(&n->flow, &n->history, x, now, news);
	t->counters.count[COUNT_RETRANSMITS] += past->retransmits;
	t->counters.count[COUNT_OUT_OF_ORDER] += past->out_of_order;
	change_ends(&change, &n->flow);
	count_change(t, &change);
	tell_news(t, n, x, s, news, concluded, t->now);
	if (arrival == ARRIVED) {
		count_judgment(t, t->judgment);
		if (t->judgment == JUDGE_HELD)
			t->counters.count[news->held_as == STRAY_ACK_UNSENT ? COUNT_ACK_UNSENT :
					  news->held_as == STRAY_PAWS_STALE ? COUNT_PAWS : COUNT_OUT_OF_WINDOW]++;
		if ((s->flags & TH_RST) && reset_kind(t->judgment) < RESET_COUNT)
			t->counters.resets[reset_kind(t->judgment)]++;
	}
	learn_hosts(t, p, &ended, &change, now);
	tell_refused(t, n, news);
}

/* What a segment has settled, or explained. */
static void visit_held(struct native_tracker *t, struct native_flow **at, enum arrival arrival, struct news *news)
{
	const __u32 end = news->released_end;
	struct packet held = {
		.key = (*at)->flow.key, .seg = news->released.seg, .from = end, .place = (*at)->flow.end[end].place,
	};

	visit(t, at, &held, arrival, (*at)->flow.local, news->released.time, news);
}

static void count_tracked(struct native_tracker *t, const struct segment *s)
{
	t->counters.count[COUNT_SEGMENTS] += s->packets;
	t->counters.count[COUNT_PAYLOAD_BYTES] += s->len;
	t->counters.count[COUNT_FRAGMENTED] += !!(s->traits & SEG_FRAGMENT);
	t->counters.count[COUNT_BAD_OPTIONS] += !!(s->traits & SEG_BAD_OPTIONS);
}

static void track_segment(struct native_tracker *t, const struct packet *p, enum locality local, __u64 now)
{
	struct native_flow **at = place_of(t, &p->key), *n = *at;
	const struct segment *s = &p->seg;
	struct news news = {};

	if (n && ends_silence(&n->flow, now))
		note_both_left(&n->history, &n->flow);
	if (n && !t->slow && fast_path(&n->flow, p->from, s, p->place, now)) {
		count_tracked(t, s);
		t->counters.count[COUNT_FAST] += s->packets;
		t->judgment = JUDGE_ACCEPT;
		return;
	}
	if (n && is_copy(&n->flow, &n->history, p->from, s, p->place, now)) {
		note_copy(&n->history, p->from, p->place);
		t->counters.count[COUNT_OBSERVED_TWICE] += s->packets;
		return;
	}
	count_tracked(t, s);
	if (!n && !opens_flow(s)) {
		pass_over(t, p, now);
		return;
	}
	for (int i = 0; i < 2 && n && n->flow.traits & FLOW_DOUBT; i++) {
		settles_claim(&n->flow, &n->history, p->from, s, now, &news);
		tell_refused(t, n, &news);
		if (news.released_end == NO_END)
			break;
		visit_held(t, at, SETTLED, &news);
	}
	visit(t, at, p, ARRIVED, local, now, &news);
	for (int i = 0; i < 2 && news.released_end != NO_END; i++)
		visit_held(t, at, news.released_as, &news);
}

void native_track(struct native_tracker *t, const struct packet *p, enum locality local, __u64 now)
{
	t->now = now;
	if (p->icmp_error)
		track_icmp_error(t, p, now);
	else
		track_segment(t, p, local, now);
}

/* resets: see settles_at_last(). True if there was something to settle. */
static bool settle_at_last(struct native_tracker *t, struct native_flow **at, bool resets)
{
	struct news news;

	if (!settles_at_last(&(*at)->flow, &(*at)->history, &news, resets))
		return false;
	visit_held(t, at, AT_LAST, &news);
	return true;
}

void native_settle(struct native_tracker *t)
{
	for (int i = 0; i < NATIVE_BUCKETS; i++)
		for (struct native_flow **at = &t->bucket[i]; *at; at = &(*at)->next)
			while (settle_at_last(t, at, true))
				continue;
}

void native_sweep(struct native_tracker *t, __u64 now)
{
	t->now = now;
	for (int i = 0; i < NATIVE_BUCKETS; i++) {
		struct native_flow **at = &t->bucket[i];

		while (*at) {
			__u64 deadline = flow_deadline(&(*at)->flow, &(*at)->history, &t->settings);

			if (deadline < now && settle_at_last(t, at, false))
				deadline = flow_deadline(&(*at)->flow, &(*at)->history, &t->settings);
			if (deadline < now) {
				struct wait_event ended = {};
				struct change change;

				change_begins(&change, &(*at)->flow);
				conclude(t, *at, CAUSE_TIMEOUT, deadline, deadline, &ended, &change);
				change.after = 0;
				count_change(t, &change);
				drop(at);
			} else {
				at = &(*at)->next;
			}
		}
	}
}

void native_count_gauges(struct native_tracker *t)
{
	memset(t->counters.endpoints, 0, sizeof(t->counters.endpoints));
	memset(t->counters.entries, 0, sizeof(t->counters.entries));
	for (int i = 0; i < NATIVE_BUCKETS; i++)
		for (const struct native_flow *n = t->bucket[i]; n; n = n->next) {
			const struct flow *f = &n->flow;

			for (int end = 0; end < 2; end++)
				t->counters.endpoints[f->state[end]][end ^ f->initiator][whereabouts_of(f->local, end)]++;
			t->counters.entries[flow_class(f)]++;
		}
}
