// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* Events as NDJSON: one object a line, with the keys of DESIGN section 5. */
#include "events/json_event.h"
#include "flow/json_parts.h"
#include "flow/names.h"
#include "events/sink.h"
#include "base/clock.h"

/* ---- state --------------------------------------------------------------- */

static void changed_end(struct out *out, const char *role, const struct event *e, unsigned int end)
{
	json_open_end(out, role, &e->key, end, e->state[end]);
	LITERAL(out, ",\"was\":");
	out_word(out, state_name(e->was[end]));
	out_char(out, '}');
}

/* What the segment said for itself. */
static void segment(struct out *out, const struct event *e)
{
	char flags[FLAGS_TEXT];

	LITERAL(out, ",\"flags\":\"");
	out_bytes(out, flags, flags_text(flags, e->flags));
	LITERAL(out, "\",\"seq\":");
	out_u64(out, e->seq);
	LITERAL(out, ",\"ack\":");
	out_u64(out, e->ack);
	LITERAL(out, ",\"len\":");
	out_u64(out, e->len);
}

static void sender(struct out *out, const struct event *e)
{
	LITERAL(out, ",\"sender\":");
	out_word(out, e->sender == e->initiator ? "initiator" : "responder");
}

static void json_state(struct sink *sink, const struct event *e)
{
	struct out *out = sink->out;

	json_begin(sink, e->time, "state", e->id);
	changed_end(out, "initiator", e, e->initiator & 1);
	changed_end(out, "responder", e, !(e->initiator & 1));
	json_roles(out, e->traits, e->seeded);
	if (e->sender == SENDER_NONE) {
		LITERAL(out, ",\"sender\":null,\"flags\":null,\"seq\":null,\"ack\":null,\"len\":null");
	} else {
		sender(out, e);
		segment(out, e);
	}
	LITERAL(out, ",\"cause\":");
	out_word(out, cause_name(e->cause));
	json_finish(sink);
}

/* ---- time_wait and strays ------------------------------------------------ */

/* The beginning of an event that changes no state. */
static void begin_unchanged(struct sink *sink, const struct event *e, const char *kind)
{
	unsigned int initiator = e->initiator & 1;
	struct out *out = sink->out;

	json_begin(sink, e->time, kind, e->id);
	json_open_end(out, "initiator", &e->key, initiator, e->state[initiator]);
	out_char(out, '}');
	json_open_end(out, "responder", &e->key, !initiator, e->state[!initiator]);
	out_char(out, '}');
	json_roles(out, e->traits, e->seeded);
}

static void json_time_wait(struct sink *sink, const struct wait_event *w)
{
	struct out *out = sink->out;

	begin_unchanged(sink, &w->event, "time_wait");
	LITERAL(out, ",\"phase\":");
	out_word(out, wait_phase_name(w->phase));
	LITERAL(out, ",\"end\":");
	out_word(out, ends_name(w->ends, w->event.initiator));
	number_or_null(out, ",\"elapsed_ms\":", w->elapsed_ms, true);
	LITERAL(out, ",\"two_msl_ms\":");
	out_milliseconds(out, sink->two_msl_ns);
	number_or_null(out, ",\"restarts\":", w->restarts, true);
	if (w->phase == WAIT_ENDED) {
		LITERAL(out, ",\"outcome\":");
		out_word(out, wait_outcome_name(w->outcome));
	}
	if (w->phase == WAIT_ENDED && w->outcome == WAIT_REUSED) {
		LITERAL(out, ",\"reuse\":");
		out_word(out, reuse_name(w->reuse));
		number_or_null(out, ",\"remaining_ms\":", w->remaining_ms, true);
	}
	json_finish(sink);
}

static void json_stray(struct sink *sink, const struct stray_event *s)
{
	const struct event *e = &s->event;
	struct out *out = sink->out;

	begin_unchanged(sink, e, "stray");
	sender(out, e);
	LITERAL(out, ",\"kind\":");
	out_word(out, stray_name(s->kind));
	segment(out, e);
	number_or_null(out, ",\"ttl\":", e->ttl, true);
	number_or_null(out, ",\"usual_ttl\":", s->usual_ttl, s->usual_ttl);
	/* What belongs to no flow came late for nothing. */
	number_or_null(out, ",\"age_ms\":", s->age_ms, e->id);
	number_or_null(out, ",\"lifetime_ms\":", s->lifetime_ms, s->lifetime_ms != LIFETIME_UNKNOWN);
	bool_or_null(out, ",\"in_window\":", s->in_window, true);
	bool_or_null(out, ",\"paws_rejects\":", s->paws_rejects, true);
	json_finish(sink);
}

/* ---- lost, left out ------------------------------------------------------ */

static void json_lost(struct sink *sink, const struct lost_event *l)
{
	struct out *out = sink->out;

	LITERAL(out, "{\"ts\":\"");
	out_timestamp(out, sink->clock, l->time);
	LITERAL(out, "\",\"event\":");
	out_word(out, l->reason < LEFT_OUT ? "lost" : "left_out");
	LITERAL(out, ",\"kind\":");
	out_word(out, event_name(l->kind));
	LITERAL(out, ",\"reason\":");
	out_word(out, lost_reason_name(l->reason));
	LITERAL(out, ",\"count\":");
	out_u64(out, l->count);
	json_finish(sink);
}

static void json_start(struct sink *sink)
{
}

void json_sink(struct sink *sink, struct out *out, struct wall_clock *clock)
{
	*sink = (struct sink){
		.start = json_start,
		.state = json_state,
		.time_wait = json_time_wait,
		.stray = json_stray,
		.flow = json_flow,
		.lost = json_lost,
		.out = out,
		.clock = clock,
	};
}
