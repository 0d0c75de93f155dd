// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/*
 * Events for people: the initiator on the left, the responder on the right,
 * an arrow from whoever sent the segment, and what it made of either end.
 */
#include <stdio.h>
#include <string.h>

#include "address.h"
#include "conn_state.h"
#include "names.h"
#include "out.h"
#include "sink.h"
#include "style.h"
#include "time_wait.h"
#include "verdict.h"
#include "wall_clock.h"

#define TIME_WIDTH 15
#define V4_WIDTH 21     /* 255.255.255.255:65535 */
#define STATE_WIDTH 27  /* SYN_RECEIVED -> ESTABLISHED */
#define FLAGS_WIDTH 5
#define CAUSE_WIDTH 0   /* the last column needs none */

/* In one cell, so that colour codes do not count as characters. */
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

static void text_state(struct sink *sink, const struct event *e)
{
	unsigned int initiator = e->initiator & 1;
	const char *arrow = e->sender == SENDER_NONE ? "." : e->sender == initiator ? ">" : "<";
	char flags[FLAGS_TEXT + 2] = "";

	if (e->sender != SENDER_NONE) {
		flags[0] = '[';
		strcpy(flags + 1 + flags_text(flags + 1, e->flags), "]");
	}
	time_cell(sink, e->time);
	endpoints(sink, &e->key, initiator, arrow);
	state_cell(sink, e->was[initiator], e->state[initiator]);
	state_cell(sink, e->was[!initiator], e->state[!initiator]);
	cell(sink, flags, FLAGS_WIDTH + 2, STYLE_PLAIN);
	cell(sink, cause_name(e->cause), CAUSE_WIDTH, cause_style(e->cause));
	tail(sink, &e->key, e->traits);
}

static void text_time_wait(struct sink *sink, const struct time_wait_event *t)
{
	const struct event *e = t->event;
	unsigned int initiator = e->initiator & 1;
	const char *who = t->ends == 3 ? "both ends" : t->ends == 1u << initiator ? "initiator" : "responder";
	char elapsed[DURATION_TEXT], whole[DURATION_TEXT];

	duration_text(elapsed, t->elapsed_ns);
	duration_text(whole, sink->two_msl_ns);
	time_cell(sink, e->time);
	endpoints(sink, &e->key, initiator, ".");
	cell(sink, "TIME_WAIT", 0, STYLE_CYAN);
	if (!t->ended)
		out_format(sink->out, " started: %s, for %s", who, whole);
	else if (t->start_known)
		out_format(sink->out, " %s: %s, after %s of %s", t->outcome, who, elapsed, whole);
	else
		out_format(sink->out, " %s: %s, its start was not seen", t->outcome, who);
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
		   f->end[initiator].packets, f->end[!initiator].packets, f->end[initiator].bytes,
		   f->end[!initiator].bytes);
	if (f->closed_how)
		out_format(sink->out, "closed by %s (%s)", closed_by(f), close_how_name(f->closed_how));
	else
		out_format(sink->out, "still %s/%s", state_name(f->state[initiator]), state_name(f->state[!initiator]));
	tail(sink, &f->key, f->traits);
}

static void text_lost(struct sink *sink, const struct lost_event *l)
{
	char text[160];

	snprintf(text, sizeof(text), "%llu %s event%s lost: %s", l->count, event_name(l->kind), l->count == 1 ? "" : "s",
		 l->reason == LOST_YIELDED ? "the ring buffer was half full, and unconfirmed flows give way"
					   : "the ring buffer was full");
	time_cell(sink, l->time);
	cell(sink, text, 0, STYLE_RED);
	out_char(sink->out, '\n');
	out_line(sink->out);
}

void text_sink(struct sink *sink, struct out *out, struct wall_clock *clock)
{
	*sink = (struct sink){
		.start = text_start,
		.state = text_state,
		.time_wait = text_time_wait,
		.flow = text_flow,
		.lost = text_lost,
		.out = out,
		.clock = clock,
		.colour = wants_colour(out->fd),
		.width = { V4_WIDTH, V4_WIDTH },
	};
}
