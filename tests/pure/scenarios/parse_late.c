// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
#include "parse_late.h"

static bool read_ms(struct line *l, struct check *c, enum check_kind kind)
{
	unsigned long long ns;

	c->kind = kind;
	if (!line_time(l, &ns))
		return false;
	c->n = ns / 1000000;
	return ns % 1000000 == 0 || line_fail(l, "such times are in whole ms");
}

static bool read_n(struct line *l, struct check *c, enum check_kind kind)
{
	unsigned long long n;

	c->kind = kind;
	if (!line_number(l, "a number", 0xffffffff, &n))
		return false;
	c->n = n;
	return true;
}

static bool read_lifetime(struct line *l, struct check *c)
{
	if (!line_has(l, "unknown"))
		return read_ms(l, c, CHECK_LIFETIME);
	c->kind = CHECK_LIFETIME;
	c->n = LIFETIME_UNKNOWN;
	return true;
}

/* reused initiator sequence 1 */
static bool read_host_reuses(struct line *l, struct check *c)
{
	return line_word(l, end_words, "an end", &c->a) &&
	       line_word(l, reuse_words, "what made a reuse safe", &c->b) && read_n(l, c, CHECK_HOST_REUSES);
}

/* clock initiator syns 3 */
static bool read_clock(struct line *l, struct check *c)
{
	if (!line_word(l, end_words, "an end", &c->a))
		return false;
	if (line_has(l, "syns"))
		return read_n(l, c, CHECK_CLOCK_SYNS);
	if (line_has(l, "backwards"))
		return read_n(l, c, CHECK_CLOCK_BACKWARDS);
	return line_must(l, "worst") && read_n(l, c, CHECK_CLOCK_WORST);
}

static bool read_word(struct line *l, struct check *c, enum check_kind kind, const struct word *words,
		      const char *what)
{
	c->kind = kind;
	return line_word(l, words, what, &c->a);
}

bool parse_late(struct line *l, struct check *c, bool *known)
{
	*known = true;
	/* Of the newest stray. */
	if (line_has(l, "stray"))
		return read_word(l, c, CHECK_STRAY, stray_words, "a kind of stray");
	if (line_has(l, "age"))
		return read_ms(l, c, CHECK_AGE);
	if (line_has(l, "lifetime"))
		return read_lifetime(l, c);
	if (line_has(l, "usual_ttl"))
		return read_n(l, c, CHECK_USUAL_TTL);
	c->b = true;
	if (line_has(l, "in_window")) {
		c->kind = CHECK_IN_WINDOW;
		return true;
	}
	if (line_has(l, "paws_rejects")) {
		c->kind = CHECK_PAWS_REJECTS;
		return true;
	}
	/* Of the newest event of TIME_WAIT. */
	if (line_has(l, "time_wait"))
		return read_word(l, c, CHECK_WAIT, wait_phase_words, "a phase of TIME_WAIT");
	if (line_has(l, "of"))
		return read_word(l, c, CHECK_WAIT_ENDS, closer_words, "who waits");
	if (line_has(l, "outcome"))
		return read_word(l, c, CHECK_WAIT_OUTCOME, wait_outcome_words, "an outcome of TIME_WAIT");
	if (line_has(l, "reuse"))
		return read_word(l, c, CHECK_WAIT_REUSE, reuse_words, "what made the reuse safe");
	if (line_has(l, "elapsed"))
		return read_ms(l, c, CHECK_ELAPSED);
	if (line_has(l, "remaining"))
		return read_ms(l, c, CHECK_REMAINING);
	if (line_has(l, "restarts"))
		return read_n(l, c, CHECK_RESTARTS);
	/* Of the flow. */
	if (line_has(l, "strays"))
		return line_word(l, stray_words, "a kind of stray", &c->a) && read_n(l, c, CHECK_HISTORY_STRAYS);
	if (line_has(l, "observed_twice"))
		return read_n(l, c, CHECK_OBSERVED_TWICE);
	if (line_has(l, "harmful"))
		return read_n(l, c, CHECK_HARMFUL);
	/* Of an end's host. */
	if (line_has(l, "reused"))
		return read_host_reuses(l, c);
	if (line_has(l, "shortest_wait"))
		return line_word(l, end_words, "an end", &c->a) && read_ms(l, c, CHECK_SHORTEST_WAIT);
	if (line_has(l, "clock"))
		return read_clock(l, c);
	*known = false;
	return true;
}

bool parse_no_late(struct line *l, struct check *c)
{
	c->b = false;
	c->n = 0;
	if (line_has(l, "stray"))
		c->kind = CHECK_STRAYS;
	else if (line_has(l, "time_wait"))
		c->kind = CHECK_WAITS;
	else if (line_has(l, "in_window"))
		c->kind = CHECK_IN_WINDOW;
	else if (line_has(l, "paws_rejects"))
		c->kind = CHECK_PAWS_REJECTS;
	else
		return false;
	return true;
}
