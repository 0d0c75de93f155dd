// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/*
 * Events for people: the initiator on the left, the responder on the right,
 * an arrow from whoever sent the segment, and what it made of either end.
 */
#include <stdio.h>
#include <string.h>

#include "flow/address.h"
#include "flow/conn_state.h"
#include "flow/names.h"
#include "base/out.h"
#include "events/sink.h"
#include "base/style.h"
#include "flow/state_style.h"
#include "tcpstate/tell/describe.h"
#include "tcpstate/tell/standing.h"
#include "tcpstate/units.h"
#include "flow/flow_facts.h"
#include "base/clock.h"

#define TIME_WIDTH 15
#define V4_WIDTH 21     /* 255.255.255.255:65535 */
#define STATE_WIDTH 27  /* SYN_RECEIVED -> ESTABLISHED */
#define FLAGS_WIDTH 5
#define CAUSE_WIDTH 0   /* the last column needs none */

/* A state and its colour are one cell, so that colour codes do not count as characters. */
static void cell(struct sink *sink, const char *text, size_t width, const char *style)
{
	out_cell(sink->out, text, strlen(text), width, style, sink->colour);
}

static void text_start(struct sink *sink)
{
	cell(sink, "TIME", TIME_WIDTH + 2, STYLE_BOLD);
	cell(sink, "INITIATOR", sink->width[0] + 3, STYLE_BOLD);
	cell(sink, "RESPONDER", sink->width[1] + 2, STYLE_BOLD);
	cell(sink, "INITIATOR'S STATE", STATE_WIDTH + 2, STYLE_BOLD);
	cell(sink, "RESPONDER'S STATE", STATE_WIDTH + 2, STYLE_BOLD);
	cell(sink, "FLAGS", FLAGS_WIDTH + 2, STYLE_BOLD);
	cell(sink, "CAUSE", CAUSE_WIDTH, STYLE_BOLD);
	out_char(sink->out, '\n');
	out_line(sink->out);
}

static void day_line(struct sink *sink, __u64 time)
{
	char date[sizeof(sink->date)];

	date_text(date, sink->clock, time);
	if (!strcmp(date, sink->date))
		return;
	strcpy(sink->date, date);
	cell(sink, date, 0, STYLE_BOLD);
	out_char(sink->out, '\n');
}

static void time_cell(struct sink *sink, __u64 time)
{
	if (sink->dates)
		day_line(sink, time);
	if (sink->colour)
		out_text(sink->out, STYLE_DIM);
	out_time_of_day(sink->out, sink->clock, time);
	if (sink->colour)
		out_text(sink->out, "\033[0m");
	out_text(sink->out, "  ");
}

/* Columns grow with the longest address so far, and do not shrink. */
static void endpoint_cell(struct sink *sink, const struct flow_key *key, unsigned int end, int column)
{
	char text[ENDPOINT_TEXT];
	int len = endpoint_text(text, key, end);

	if (len > sink->width[column])
		sink->width[column] = len;
	out_cell(sink->out, text, len, sink->width[column], STYLE_PLAIN, false);
}

static void endpoints(struct sink *sink, const struct flow_key *key, unsigned int initiator, const char *arrow)
{
	endpoint_cell(sink, key, initiator, 0);
	out_char(sink->out, ' ');
	cell(sink, arrow, 2, STYLE_BOLD);
	endpoint_cell(sink, key, !initiator, 1);
	out_text(sink->out, "  ");
}

/* What changed stands out; what did not is there to be read along. */
static void state_cell(struct sink *sink, unsigned int was, unsigned int state)
{
	const char *name = state_name(state);
	size_t len = strlen(name);

	if (was == state) {
		cell(sink, name, STATE_WIDTH + 2, STYLE_DIM);
		return;
	}
	cell(sink, state_name(was), 0, STYLE_DIM);
	out_text(sink->out, " -> ");
	len = strlen(state_name(was)) + 4;
	cell(sink, name, len < STATE_WIDTH ? STATE_WIDTH + 2 - len : 0, state_style(state));
}

static const char *cause_style(unsigned int cause)
{
	switch (cause) {
	case CAUSE_RST:
	case CAUSE_REFUSED:
	case CAUSE_RST_IGNORED:
	case CAUSE_ICMP:
	case CAUSE_EVICTED:
	case CAUSE_SOCKET_GONE:
		return STYLE_RED;
	default:
		return STYLE_PLAIN;
	}
}

/* What tells the flow from another of the same addresses, and where its roles come from. */
static void tail(struct sink *sink, const struct flow_key *key, unsigned int traits)
{
	char context[CONTEXT_TEXT];

	if (context_text(context, key))
		out_format(sink->out, "  (%s)", context);
	if (traits & FLOW_GUESSED_ROLES)
		out_text(sink->out, "  roles guessed");
	out_char(sink->out, '\n');
	out_line(sink->out);
}

static const char *arrow_of(const struct event *e)
{
	return e->sender == SENDER_NONE ? "." : e->sender == (e->initiator & 1) ? ">" : "<";
}

static void text_state(struct sink *sink, const struct event *e)
{
	unsigned int initiator = e->initiator & 1;
	char flags[FLAGS_TEXT + 2] = "";

	if (e->sender != SENDER_NONE) {
		flags[0] = '[';
		strcpy(flags + 1 + flags_text(flags + 1, e->flags), "]");
	}
	time_cell(sink, e->time);
	endpoints(sink, &e->key, initiator, arrow_of(e));
	state_cell(sink, e->was[initiator], e->state[initiator]);
	state_cell(sink, e->was[!initiator], e->state[!initiator]);
	cell(sink, flags, FLAGS_WIDTH + 2, STYLE_PLAIN);
	cell(sink, cause_name(e->cause), CAUSE_WIDTH, cause_style(e->cause));
	tail(sink, &e->key, e->traits);
}

static const char *who(unsigned int ends, unsigned int initiator)
{
	return ends == 3 ? "both ends" : ends == 1u << initiator ? "initiator" : "responder";
}

static void wait_outcome(struct sink *sink, const struct wait_event *w)
{
	char left[DURATION_TEXT];

	out_text(sink->out, wait_outcome_name(w->outcome));
	if (w->outcome != WAIT_REUSED)
		return;
	duration_text(left, w->remaining_ms * NS_PER_MS);
	out_format(sink->out, " (%s%s, %s left)", w->reuse == REUSE_UNSAFE ? "" : "safe by ", reuse_name(w->reuse),
		   left);
}

static void text_time_wait(struct sink *sink, const struct wait_event *w)
{
	const struct event *e = &w->event;
	unsigned int initiator = e->initiator & 1;
	char elapsed[DURATION_TEXT], whole[DURATION_TEXT];

	duration_text(elapsed, w->elapsed_ms * NS_PER_MS);
	duration_text(whole, sink->two_msl_ns);
	time_cell(sink, e->time);
	endpoints(sink, &e->key, initiator, arrow_of(e));
	cell(sink, "TIME_WAIT", 0, STYLE_CYAN);
	out_char(sink->out, ' ');
	if (w->phase == WAIT_ENDED)
		wait_outcome(sink, w);
	else
		out_text(sink->out, wait_phase_name(w->phase));
	out_format(sink->out, ": %s, ", who(w->ends, initiator));
	if (w->phase == WAIT_STARTED)
		out_format(sink->out, "for %s", whole);
	else
		out_format(sink->out, "after %s of %s", elapsed, whole);
	if (w->restarts)
		out_format(sink->out, ", %u restart%s", w->restarts, w->restarts == 1 ? "" : "s");
	tail(sink, &e->key, e->traits);
}

/* Strays of these kinds came too late for something; the others belong nowhere. */
static bool is_late(unsigned int kind)
{
	switch (kind) {
	case STRAY_FIN_RETRANSMIT:
	case STRAY_LATE_DATA:
	case STRAY_LATE_ACK:
	case STRAY_LATE_RST:
	case STRAY_LATE_SYN:
	case STRAY_AFTER_CLOSE:
	case STRAY_OLD_INCARNATION:
		return true;
	default:
		return false;
	}
}

static void text_stray(struct sink *sink, const struct stray_event *s)
{
	const struct event *e = &s->event;
	unsigned int initiator = e->initiator & 1;
	char flags[FLAGS_TEXT], time[DURATION_TEXT];
	struct out *out = sink->out;

	time_cell(sink, e->time);
	endpoints(sink, &e->key, initiator, arrow_of(e));
	cell(sink, "stray", 0, STYLE_YELLOW);
	out_char(out, ' ');
	cell(sink, stray_name(s->kind), 0, is_harmful(s) ? STYLE_RED : STYLE_PLAIN);
	flags_text(flags, e->flags);
	out_format(out, " from the %s [%s] len %u", e->sender == initiator ? "initiator" : "responder", flags, e->len);
	if (is_late(s->kind)) {
		duration_text(time, s->age_ms * NS_PER_MS);
		out_format(out, ", %s late", time);
	}
	if (s->lifetime_ms != LIFETIME_UNKNOWN) {
		duration_text(time, s->lifetime_ms * NS_PER_MS);
		out_format(out, ", %s under way", time);
	}
	out_format(out, ", ttl %u", e->ttl);
	if (s->usual_ttl && s->usual_ttl != e->ttl)
		out_format(out, " (usually %u)", s->usual_ttl);
	if (s->in_window)
		out_text(out, ", in window");
	if (s->paws_rejects)
		out_text(out, ", PAWS rejects it");
	if (is_harmful(s))
		cell(sink, ", the receiver would take it", 0, STYLE_RED);
	tail(sink, &e->key, e->traits);
}

static void text_flow(struct sink *sink, const struct flow_record *r)
{
	const struct flow *f = &r->flow;
	unsigned int initiator = f->initiator & 1;
	char lasted[DURATION_TEXT];

	duration_text(lasted, r->time > f->start ? r->time - f->start : 0);
	time_cell(sink, r->time);
	endpoints(sink, &f->key, initiator, ".");
	cell(sink, "flow", 0, STYLE_BLUE);
	out_format(sink->out, " %s %s, %llu/%llu packets, %llu/%llu bytes, ", conn_state_name(conn_state_of(f)), lasted,
		   packets_of(f, initiator), packets_of(f, !initiator), f->end[initiator].bytes,
		   f->end[!initiator].bytes);
	if (f->closed_how)
		out_format(sink->out, "closed by %s (%s)", closer_name(closer_of(f)), close_how_name(f->closed_how));
	else
		out_format(sink->out, "still %s/%s", state_name(f->state[initiator]), state_name(f->state[!initiator]));
	tail(sink, &f->key, f->traits);
}

static const char *loss_text(unsigned int reason)
{
	switch (reason) {
	case LOST_YIELDED:
		return "the ring buffer was half full, and unconfirmed flows give way";
	case LOST_IN_WRITING:
		return "they could not be written";
	case LEFT_OUT + LEFT_OUT_UNCONFIRMED:
		return "unconfirmed connections have a budget (--unconfirmed-events)";
	case LEFT_OUT + LEFT_OUT_UNKNOWN:
		return "what belongs to no connection has a budget (--unconfirmed-events)";
	default:
		return "the ring buffer was full";
	}
}

static void text_lost(struct sink *sink, const struct lost_event *l)
{
	const bool left_out = l->reason >= LEFT_OUT;
	char text[160];

	snprintf(text, sizeof(text), "%llu %s event%s %s: %s", l->count, event_name(l->kind), l->count == 1 ? "" : "s",
		 left_out ? "left out" : "lost", loss_text(l->reason));
	time_cell(sink, l->time);
	cell(sink, text, 0, left_out ? STYLE_YELLOW : STYLE_RED);
	out_char(sink->out, '\n');
	out_line(sink->out);
}

void text_sink(struct sink *sink, struct out *out, struct wall_clock *clock)
{
	*sink = (struct sink){
		.start = text_start,
		.state = text_state,
		.time_wait = text_time_wait,
		.stray = text_stray,
		.flow = text_flow,
		.lost = text_lost,
		.out = out,
		.clock = clock,
		.colour = wants_colour(out->fd),
		.width = { V4_WIDTH, V4_WIDTH },
	};
}
