// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
#include "agree.h"

#include <string.h>

#include "differ.h"
#include "words.h"

/* Native code counts no frames. */
static bool must_agree(enum counter which)
{
	return which != COUNT_FRAMES_RX && which != COUNT_FRAMES_TX;
}

static bool counters_agree(const struct counters *a, const struct counters *b, char *error)
{
	for (int i = 0; i < COUNT_COUNT; i++)
		if (must_agree(i) && a->count[i] != b->count[i])
			return differs(error, "count %s: %llu and %llu", word_text(counter_words, i), a->count[i],
				       b->count[i]);
	for (int i = 0; i < PASSED_COUNT; i++)
		if (a->passed_over[i] != b->passed_over[i])
			return differs(error, "passed_over %s: %llu and %llu", word_text(passed_over_words, i),
				       a->passed_over[i], b->passed_over[i]);
	for (int i = 0; i < STRAY_COUNT; i++)
		if (a->strays[i] != b->strays[i])
			return differs(error, "strays %s: %llu and %llu", word_text(stray_words, i), a->strays[i],
				       b->strays[i]);
	return same_bytes("counters.resets", a->resets, b->resets, sizeof(a->resets), error) &&
	       same_bytes("counters.transitions", a->transitions, b->transitions, sizeof(a->transitions), error) &&
	       same_bytes("counters.closes", a->closes, b->closes, sizeof(a->closes), error) &&
	       same_bytes("counters.timings", a->timings, b->timings, sizeof(a->timings), error) &&
	       same_bytes("counters.endpoints", a->endpoints, b->endpoints, sizeof(a->endpoints), error) &&
	       same_bytes("counters.entries", a->entries, b->entries, sizeof(a->entries), error) &&
	       same_bytes("counters.lifetimes_sum_ms", &a->lifetimes_sum_ms, &b->lifetimes_sum_ms, sizeof(a->lifetimes_sum_ms), error) &&
	       same_bytes("counters.waits", a->waits, b->waits, sizeof(a->waits), error) &&
	       same_bytes("counters.wait_restarts", &a->wait_restarts, &b->wait_restarts, sizeof(a->wait_restarts), error) &&
	       same_bytes("counters.reuses", a->reuses, b->reuses, sizeof(a->reuses), error) &&
	       same_bytes("counters.harmful", &a->harmful, &b->harmful, sizeof(a->harmful), error) &&
	       same_bytes("counters.lifetimes", a->lifetimes, b->lifetimes, sizeof(a->lifetimes), error);
}

/* All of it but the lock's word, and the id, which only has to differ between incarnations. */
static bool flows_agree(struct flow a, struct flow b, char *error)
{
	memset(&a.lock, 0, sizeof(a.lock));
	memset(&b.lock, 0, sizeof(b.lock));
	a.id = b.id = 0;
	if (!memcmp(a.state, b.state, sizeof(a.state)))
		return same_bytes("struct flow", &a, &b, sizeof(a), error);
	return differs(error, "%s %s and %s %s", word_text(state_words, a.state[0]), word_text(state_words, a.state[1]),
		       word_text(state_words, b.state[0]), word_text(state_words, b.state[1]));
}

static bool records_agree(struct flow_record a, struct flow_record b, char *error)
{
	a.flow.attention = b.flow.attention = 0; /* of no meaning to a flow that has ended */
	if (a.time != b.time)
		return differs(error, "the record's time: %llu and %llu", a.time, b.time);
	return flows_agree(a.flow, b.flow, error) && same_bytes("struct history", &a.history, &b.history, sizeof(a.history), error);
}

static bool events_agree(struct event a, struct event b, char *error)
{
	a.id = b.id = 0;
	if (a.cause != b.cause)
		return differs(error, "cause %s and %s", word_text(cause_words, a.cause), word_text(cause_words, b.cause));
	return same_bytes("struct event", &a, &b, sizeof(a), error);
}

static bool waits_agree(struct wait_event a, struct wait_event b, char *error)
{
	a.event.id = b.event.id = 0;
	return same_bytes("struct wait_event", &a, &b, sizeof(a), error);
}

static bool strays_agree(struct stray_event a, struct stray_event b, char *error)
{
	a.event.id = b.event.id = 0;
	if (a.kind != b.kind)
		return differs(error, "stray %s and %s", word_text(stray_words, a.kind), word_text(stray_words, b.kind));
	return same_bytes("struct stray_event", &a, &b, sizeof(a), error);
}

static bool hosts_agree(const struct observation *a, const struct observation *b, char *error)
{
	return same_bytes("struct host_reuse", a->reuse, b->reuse, sizeof(a->reuse), error) &&
	       same_bytes("struct pair_clock", a->pair, b->pair, sizeof(a->pair), error);
}

/* As many events, and each the same. */
static bool told_agree(const struct observation *a, const struct observation *b, char *error)
{
	for (int i = 0; i < a->events; i++)
		if (!events_agree(a->event[i], b->event[i], error))
			return false;
	for (int i = 0; i < a->waits; i++)
		if (!waits_agree(a->wait[i], b->wait[i], error))
			return false;
	return true;
}

bool observations_agree(const struct observation *a, const struct observation *b, char *error)
{
	if (a->has_flow != b->has_flow)
		return differs(error, "%s and %s", a->has_flow ? "a flow" : "no flow", b->has_flow ? "a flow" : "no flow");
	if (a->events != b->events)
		return differs(error, "%d and %d events", a->events, b->events);
	if (a->waits != b->waits)
		return differs(error, "%d and %d events of TIME_WAIT", a->waits, b->waits);
	if (a->strays != b->strays)
		return differs(error, "%d and %d strays", a->strays, b->strays);
	if (a->records != b->records)
		return differs(error, "%d and %d records", a->records, b->records);
	for (int i = 0; i < a->strays; i++)
		if (!strays_agree(a->stray[i], b->stray[i], error))
			return false;
	if (a->has_flow && (!flows_agree(a->flow, b->flow, error) ||
			    !same_bytes("struct history", &a->history, &b->history, sizeof(a->history), error)))
		return false;
	for (int i = 0; i < a->records; i++)
		if (!records_agree(a->record[i], b->record[i], error))
			return false;
	return told_agree(a, b, error) && hosts_agree(a, b, error) && counters_agree(&a->counters, &b->counters, error);
}

/* How far a sender's clock has been learnt depends on how many segments took the slow path. */
static bool flows_agree_slowly(struct flow a, struct flow b, char *error)
{
	a.attention &= ~ATTENTION_CLOCK;
	b.attention &= ~ATTENTION_CLOCK;
	return flows_agree(a, b, error);
}

bool observations_agree_slowly(const struct observation *a, const struct observation *b, char *error)
{
	if (a->has_flow != b->has_flow || a->events != b->events || a->waits != b->waits || a->records != b->records)
		return differs(error, "not the same flow, or as many events");
	if (a->has_flow && !flows_agree_slowly(a->flow, b->flow, error))
		return false;
	return told_agree(a, b, error) && hosts_agree(a, b, error);
}
