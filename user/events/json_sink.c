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
	json_word(out, "was", state_name(e->was[end]));
	json_close(out);
}

/* What the segment said for itself. */
static void segment(struct out *out, const struct event *e)
{
	char flags[FLAGS_TEXT];

	json_key(out, "flags");
	out_quoted(out, flags, flags_text(flags, e->flags));
	json_number(out, "seq", e->seq);
	json_number(out, "ack", e->ack);
	json_number(out, "len", e->len);
}

static void sender(struct out *out, const struct event *e)
{
	json_word(out, "sender", e->sender == e->initiator ? "initiator" : "responder");
}

static void json_state(struct sink *sink, const struct event *e)
{
	struct out *out = sink->out;

	json_begin(sink, e->time, "state", e->id);
	changed_end(out, "initiator", e, e->initiator & 1);
	changed_end(out, "responder", e, !(e->initiator & 1));
	json_roles(out, e->traits, e->seeded);
	if (e->sender == SENDER_NONE) {
		json_null(out, "sender");
		json_null(out, "flags");
		json_null(out, "seq");
		json_null(out, "ack");
		json_null(out, "len");
	} else {
		sender(out, e);
		segment(out, e);
	}
	json_word(out, "cause", cause_name(e->cause));
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
	json_close(out);
	json_open_end(out, "responder", &e->key, !initiator, e->state[!initiator]);
	json_close(out);
	json_roles(out, e->traits, e->seeded);
}

static void json_time_wait(struct sink *sink, const struct wait_event *w)
{
	struct out *out = sink->out;

	begin_unchanged(sink, &w->event, "time_wait");
	json_word(out, "phase", wait_phase_name(w->phase));
	json_word(out, "end", ends_name(w->ends, w->event.initiator));
	json_number(out, "elapsed_ms", w->elapsed_ms);
	json_milliseconds(out, "two_msl_ms", sink->two_msl_ns);
	json_number(out, "restarts", w->restarts);
	if (w->phase == WAIT_ENDED) {
		json_word(out, "outcome", wait_outcome_name(w->outcome));
	}
	if (w->phase == WAIT_ENDED && w->outcome == WAIT_REUSED) {
		json_word(out, "reuse", reuse_name(w->reuse));
		json_number(out, "remaining_ms", w->remaining_ms);
	}
	json_finish(sink);
}

static void json_stray(struct sink *sink, const struct stray_event *s)
{
	const struct event *e = &s->event;
	struct out *out = sink->out;

	begin_unchanged(sink, e, "stray");
	sender(out, e);
	json_word(out, "kind", stray_name(s->kind));
	segment(out, e);
	json_number(out, "ttl", e->ttl);
	json_number_or_null(out, "usual_ttl", s->usual_ttl, s->usual_ttl);
	/* What belongs to no flow came late for nothing. */
	json_number_or_null(out, "age_ms", s->age_ms, e->id);
	json_number_or_null(out, "lifetime_ms", s->lifetime_ms, s->lifetime_ms != LIFETIME_UNKNOWN);
	json_bool(out, "in_window", s->in_window);
	json_bool(out, "paws_rejects", s->paws_rejects);
	json_finish(sink);
}

/* ---- lost, left out ------------------------------------------------------ */

static void json_lost(struct sink *sink, const struct lost_event *l)
{
	struct out *out = sink->out;

	json_open_event(sink, l->time, l->reason < LEFT_OUT ? "lost" : "left_out");
	json_word(out, "kind", event_name(l->kind));
	json_word(out, "reason", lost_reason_name(l->reason));
	json_number(out, "count", l->count);
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
