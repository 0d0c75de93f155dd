// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
#include "parse_expect.h"

#include <string.h>

#include "parse_late.h"

static const struct word end_figure_words[] = {
#define X(name, shift, member) { #name, FIGURE_##name },
	END_FIGURES(X)
#undef X
	{}
};

static const struct word flow_figure_words[] = {
#define X(name) { #name, FLOW_FIGURE_##name },
	FLOW_FIGURES(X)
#undef X
	{}
};

static const struct word sender_words[] = { { "initiator", 0 }, { "responder", 1 }, { "nobody", 2 }, {} };
static const struct word roles_words[] = { { "seen", 0 }, { "guessed", 1 }, {} };

static bool read_count(struct line *l, struct check *c)
{
	unsigned long long n;

	if (!line_number(l, "a count", ~0ull, &n))
		return false;
	c->n = n;
	return true;
}

/* no event, no flow, no record, no trait T, and those of parse_no_late() */
static bool parse_no(struct line *l, struct check *c)
{
	c->n = 0;
	if (line_has(l, "event")) {
		c->kind = CHECK_EVENTS;
		return true;
	}
	if (line_has(l, "record")) {
		c->kind = CHECK_RECORDS;
		return true;
	}
	if (line_has(l, "flow")) {
		c->kind = CHECK_NO_FLOW;
		return true;
	}
	if (line_has(l, "trait")) {
		c->kind = CHECK_FLOW_TRAIT;
		return line_word(l, flow_trait_words, "a trait", &c->a);
	}
	if (parse_no_late(l, c))
		return true;
	l->at++;
	return line_fail(l, "no what? event, flow, record, trait T, stray, time_wait, in_window, paws_rejects");
}

/* initiator has timestamps; responder lacks sack */
static bool parse_end_trait(struct line *l, struct check *c, int end)
{
	c->kind = CHECK_END_TRAIT;
	c->n = end;
	c->b = line_has(l, "has");
	return (c->b || line_must(l, "lacks")) &&
	       line_word(l, end_trait_words, "what an end has", &c->a);
}

static bool parse_closed(struct line *l, struct check *c)
{
	if (line_has(l, "by")) {
		c->kind = CHECK_CLOSED_BY;
		return line_word(l, closer_words, "who closes", &c->a);
	}
	c->kind = CHECK_CLOSED_HOW;
	return line_must(l, "how") && line_word(l, close_how_words, "a way to close", &c->a);
}

/* Words that begin with the name of a state, or of a figure. */
static bool parse_named(struct line *l, struct check *c)
{
	const char *word = l->word[l->at];

	c->a = word_value(state_words, word);
	if (c->a >= 0) {
		c->kind = CHECK_STATES;
		l->at++;
		return line_word(l, state_words, "a state", &c->b);
	}
	c->a = word_value(end_figure_words, word);
	if (c->a >= 0) {
		c->kind = CHECK_END_FIGURE;
		l->at++;
		return line_word(l, end_words, "an end", &c->b) && read_count(l, c);
	}
	c->a = word_value(flow_figure_words, word);
	if (c->a >= 0) {
		c->kind = CHECK_FLOW_FIGURE;
		l->at++;
		return read_count(l, c);
	}
	l->at++;
	return line_fail(l, "\"%s\" is nothing that can be expected", word);
}

bool parse_expectation(struct line *l, struct check *c)
{
	bool known;

	if (!l->word[l->at])
		return line_fail(l, "expect what?");
	if (line_has(l, "cause")) {
		c->kind = CHECK_CAUSE;
		return line_word(l, cause_words, "a cause", &c->a);
	}
	if (line_has(l, "by")) {
		c->kind = CHECK_BY;
		return line_word(l, sender_words, "a sender", &c->a);
	}
	if (line_has(l, "was")) {
		c->kind = CHECK_WAS;
		return line_word(l, state_words, "a state", &c->a) &&
		       line_word(l, state_words, "a state", &c->b);
	}
	if (line_has(l, "event")) {
		c->kind = CHECK_SOME_EVENT;
		return true;
	}
	if (line_has(l, "events")) {
		c->kind = CHECK_EVENTS;
		return read_count(l, c);
	}
	if (line_has(l, "record")) {
		c->kind = CHECK_RECORDS;
		c->n = 1;
		return true;
	}
	if (line_has(l, "no"))
		return parse_no(l, c);
	if (line_has(l, "roles")) {
		c->kind = CHECK_ROLES;
		return line_word(l, roles_words, "how roles are known", &c->a);
	}
	if (line_has(l, "opener")) {
		c->kind = CHECK_OPENER;
		return line_word(l, end_words, "an end", &c->a);
	}
	if (line_has(l, "count")) {
		c->kind = CHECK_COUNTER;
		return line_word(l, counter_words, "a counter", &c->a) && read_count(l, c);
	}
	if (line_has(l, "passed_over")) {
		c->kind = CHECK_PASSED_OVER;
		return line_word(l, passed_over_words, "a reason", &c->a) && read_count(l, c);
	}
	if (line_has(l, "flows")) {
		c->kind = CHECK_FLOWS;
		return read_count(l, c);
	}
	if (line_has(l, "trait")) {
		c->kind = CHECK_FLOW_TRAIT;
		c->b = true;
		return line_word(l, flow_trait_words, "a trait", &c->a);
	}
	if (line_has(l, "bytes_acked")) {
		c->kind = CHECK_BYTES_ACKED;
		return line_word(l, end_words, "an end", &c->a) && read_count(l, c);
	}
	if (line_has(l, "closed"))
		return parse_closed(l, c);
	if (line_has(l, "initiator"))
		return parse_end_trait(l, c, INITIATOR);
	if (line_has(l, "responder"))
		return parse_end_trait(l, c, RESPONDER);
	if (!parse_late(l, c, &known))
		return false;
	return known || parse_named(l, c);
}
