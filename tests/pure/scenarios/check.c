// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
#include "check.h"

#include <stdio.h>
#include <string.h>

#include "check_late.h"
#include "differ.h"
#include "words.h"

/* Does a figure count from an end's sequence numbers, which a variant may move? */
enum figure_shift { NO_SHIFT, OWN_SHIFT, PEER_SHIFT };

static const struct {
	const char *name;
	enum figure_shift shift;
} end_figures[] = {
#define X(name, shift, member) { #name, shift },
	END_FIGURES(X)
#undef X
};

static const char *const flow_figures[] = {
#define X(name) #name,
	FLOW_FIGURES(X)
#undef X
};

static __u64 end_figure(const struct flow *f, enum end_figure which, unsigned int x)
{
	switch (which) {
#define X(name, shift, member) \
	case FIGURE_##name:    \
		return f->member;
		END_FIGURES(X)
#undef X
	case FIGURE_COUNT:
		break;
	}
	return 0;
}

static __u64 flow_figure(const struct flow *f, enum flow_figure which)
{
	switch (which) {
#define X(name)                     \
	case FLOW_FIGURE_##name:    \
		return f->name;
		FLOW_FIGURES(X)
#undef X
	case FLOW_FIGURE_COUNT:
		break;
	}
	return 0;
}

static bool same_states(const char *what, const __u8 state[2], unsigned int initiator, const struct check *c,
			char *error)
{
	if (state[initiator] == c->a && state[!initiator] == c->b)
		return true;
	return differs(error, "%s %s %s where %s %s is expected", what, word_text(state_words, state[initiator]),
		       word_text(state_words, state[!initiator]), word_text(state_words, c->a),
		       word_text(state_words, c->b));
}

/* The flow that a check is about: the live one, else the one that this step ended. */
static const struct flow *subject(const struct check *c, const struct observation *o)
{
	if (!c->former && o->has_flow)
		return &o->flow;
	return o->records ? &o->record[o->records - 1].flow : NULL;
}

static bool check_event(const struct check *c, const struct observation *o, unsigned int initiator, char *error)
{
	const struct event *e = &o->event[c->former ? 0 : o->events - 1];
	int sender;

	if (o->events == 0)
		return differs(error, "no event where one is expected");
	switch (c->kind) {
	case CHECK_CAUSE:
		return same_word(cause_words, "cause", e->cause, c->a, error);
	case CHECK_WAS:
		return same_states("the states before were", e->was, initiator, c, error);
	default:
		sender = e->sender == SENDER_NONE ? 2 : e->sender ^ initiator;
		return sender == c->a || differs(error, "sent by %s where %s is expected",
						 sender == 2 ? "nobody" : word_text(end_words, sender),
						 c->a == 2 ? "nobody" : word_text(end_words, c->a));
	}
}

static bool check_end_figure(const struct check *c, const struct flow *f, unsigned int initiator,
			     const struct variant *v, char *error)
{
	__u64 expected = c->n, is = end_figure(f, c->a, c->b ^ initiator);
	char what[64];

	if (end_figures[c->a].shift == OWN_SHIFT)
		expected = (__u32)(expected + v->seq_shift[c->b]);
	if (end_figures[c->a].shift == PEER_SHIFT)
		expected = (__u32)(expected + v->seq_shift[!c->b]);
	snprintf(what, sizeof(what), "%s of the %s", end_figures[c->a].name, word_text(end_words, c->b));
	return same_number(what, is, expected, error);
}

static bool check_flow(const struct check *c, const struct flow *f, unsigned int initiator,
		       const struct variant *v, char *error)
{
	unsigned int by = f->closed_by;

	switch (c->kind) {
	case CHECK_STATES:
		return same_states("the states are", f->state, initiator, c, error);
	case CHECK_ROLES:
		return !!(f->traits & FLOW_GUESSED_ROLES) == c->a ||
		       differs(error, "roles are %s", c->a ? "seen, not guessed" : "guessed, not seen");
	case CHECK_OPENER:
		return same_word(end_words, "the opener is the", f->initiator ^ initiator, c->a, error);
	case CHECK_END_FIGURE:
		return check_end_figure(c, f, initiator, v, error);
	case CHECK_FLOW_FIGURE:
		return same_number(flow_figures[c->a], flow_figure(f, c->a), c->n, error);
	case CHECK_FLOW_TRAIT:
		return !!(f->traits & c->a) == c->b ||
		       differs(error, "the flow is %s%s", c->b ? "not " : "", word_text(flow_trait_words, c->a));
	case CHECK_END_TRAIT:
		return !!(f->past[c->n ^ initiator].traits & c->a) == c->b ||
		       differs(error, "the %s %s %s", word_text(end_words, c->n), c->b ? "lacks" : "has",
			       word_text(end_trait_words, c->a));
	case CHECK_CLOSED_BY:
		if (initiator && (by == 1 || by == 2))
			by = 3 - by;
		return same_word(closer_words, "closed by", by, c->a, error);
	default:
		return same_word(close_how_words, "closed how", f->closed_how, c->a, error);
	}
}

static bool check_bytes_acked(const struct check *c, const struct observation *o, unsigned int initiator, char *error)
{
	const struct flow_record *r = c->former || !o->has_flow ? &o->record[o->records - 1] : NULL;

	return same_number("bytes that were acknowledged",
			   r ? bytes_acked_of(&r->flow, &r->history, c->a ^ initiator) :
			       bytes_acked_of(&o->flow, &o->history, c->a ^ initiator), c->n, error);
}

bool check_holds(const struct check *c, const struct observation *o, unsigned int initiator,
		 const struct variant *v, char *error)
{
	const struct flow *f;
	char what[64];

	if (is_late_check(c->kind))
		return late_check_holds(c, o, initiator, error);
	switch (c->kind) {
	case CHECK_CAUSE:
	case CHECK_WAS:
	case CHECK_BY:
		return check_event(c, o, initiator, error);
	case CHECK_EVENTS:
		return same_number("events in this step: it", o->events, c->n, error);
	case CHECK_SOME_EVENT:
		return o->events || differs(error, "no event where one is expected");
	case CHECK_RECORDS:
		return same_number("records in this step: it", o->records, c->n, error);
	case CHECK_NO_FLOW:
		return !o->has_flow || differs(error, "there is a flow");
	case CHECK_COUNTER:
		snprintf(what, sizeof(what), "count %s", word_text(counter_words, c->a));
		return same_number(what, o->counters.count[c->a], c->n, error);
	case CHECK_PASSED_OVER:
		snprintf(what, sizeof(what), "passed_over %s", word_text(passed_over_words, c->a));
		return same_number(what, o->counters.passed_over[c->a], c->n, error);
	case CHECK_FLOWS:
		return same_number("flows", o->counters.count[COUNT_FLOWS_OPENED], c->n, error);
	default:
		f = subject(c, o);
		if (f && c->kind == CHECK_BYTES_ACKED)
			return check_bytes_acked(c, o, initiator, error);
		return f ? check_flow(c, f, initiator, v, error) : differs(error, "there is no flow");
	}
}
