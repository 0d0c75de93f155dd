// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
#include "check_late.h"

#include "differ.h"
#include "words.h"

static bool check_stray(const struct check *c, const struct observation *o, char *error)
{
	const struct stray_event *e = &o->stray[o->strays - 1];

	if (!o->strays)
		return differs(error, "no stray where one is expected");
	switch (c->kind) {
	case CHECK_STRAY:
		return same_word(stray_words, "stray", e->kind, c->a, error);
	case CHECK_AGE:
		return same_number("age (ms)", e->age_ms, c->n, error);
	case CHECK_LIFETIME:
		return same_number("lifetime (ms)", e->lifetime_ms, c->n, error);
	case CHECK_IN_WINDOW:
		return e->in_window == c->b || differs(error, "the stray is %sin the window", c->b ? "not " : "");
	case CHECK_PAWS_REJECTS:
		return e->paws_rejects == c->b || differs(error, "PAWS %s the stray", c->b ? "takes" : "rejects");
	default:
		return same_number("usual ttl", e->usual_ttl, c->n, error);
	}
}

/* A mask of the key's ends as the file has them. */
static int ends_of_file(__u8 ends, unsigned int initiator)
{
	return initiator ? (ends & 1) << 1 | ends >> 1 : ends;
}

static bool check_wait(const struct check *c, const struct observation *o, unsigned int initiator, char *error)
{
	const struct wait_event *w = &o->wait[c->former ? 0 : o->waits - 1];

	if (!o->waits)
		return differs(error, "no event of TIME_WAIT where one is expected");
	switch (c->kind) {
	case CHECK_WAIT:
		return same_word(wait_phase_words, "TIME_WAIT has", w->phase, c->a, error);
	case CHECK_WAIT_ENDS:
		return same_word(closer_words, "TIME_WAIT of", ends_of_file(w->ends, initiator), c->a, error);
	case CHECK_WAIT_OUTCOME:
		return same_word(wait_outcome_words, "TIME_WAIT's outcome", w->outcome, c->a, error);
	case CHECK_WAIT_REUSE:
		return same_word(reuse_words, "reused by", w->reuse, c->a, error);
	case CHECK_ELAPSED:
		return same_number("elapsed (ms)", w->elapsed_ms, c->n, error);
	case CHECK_REMAINING:
		return same_number("remaining (ms)", w->remaining_ms, c->n, error);
	default:
		return same_number("restarts", w->restarts, c->n, error);
	}
}

/* Of the live flow, else of the one that this step ended. */
static bool check_history(const struct check *c, const struct observation *o, char *error)
{
	const struct history *h = o->has_flow && !c->former ? &o->history :
				  o->records ? &o->record[o->records - 1].history : NULL;

	if (!h)
		return differs(error, "there is no flow");
	if (c->kind == CHECK_HARMFUL)
		return same_number("harmful", h->harmful, c->n, error);
	if (c->kind == CHECK_OBSERVED_TWICE)
		return same_number("observed twice", h->observed_twice, c->n, error);
	return same_number(word_text(stray_words, c->a), h->strays[c->a], c->n, error);
}

static bool check_host(const struct check *c, const struct observation *o, unsigned int initiator, char *error)
{
	const struct host_reuse *reuse = &o->reuse[c->a ^ initiator];
	const struct pair_clock *pair = &o->pair[c->a ^ initiator];

	switch (c->kind) {
	case CHECK_HOST_REUSES:
		return same_number(word_text(reuse_words, c->b), reuse->count[c->b], c->n, error);
	case CHECK_SHORTEST_WAIT:
		return same_number("shortest wait (ms)", reuse->shortest_ms, c->n, error);
	case CHECK_CLOCK_SYNS:
		return same_number("SYNs with a timestamp", pair->syns, c->n, error);
	case CHECK_CLOCK_BACKWARDS:
		return same_number("SYNs whose clock went backwards", pair->backwards, c->n, error);
	default:
		return same_number("ticks backwards", pair->worst, c->n, error);
	}
}

bool late_check_holds(const struct check *c, const struct observation *o, unsigned int initiator, char *error)
{
	switch (c->kind) {
	case CHECK_STRAYS:
		return o->strays == (int)c->n ||
		       differs(error, "stray %s where none is expected", word_text(stray_words, o->stray[0].kind));
	case CHECK_WAITS:
		return o->waits == (int)c->n ||
		       differs(error, "TIME_WAIT %s, and that is not expected", word_text(wait_phase_words, o->wait[0].phase));
	case CHECK_STRAY:
	case CHECK_AGE:
	case CHECK_LIFETIME:
	case CHECK_IN_WINDOW:
	case CHECK_PAWS_REJECTS:
	case CHECK_USUAL_TTL:
		return check_stray(c, o, error);
	case CHECK_HISTORY_STRAYS:
	case CHECK_HARMFUL:
	case CHECK_OBSERVED_TWICE:
		return check_history(c, o, error);
	case CHECK_HOST_REUSES:
	case CHECK_SHORTEST_WAIT:
	case CHECK_CLOCK_SYNS:
	case CHECK_CLOCK_BACKWARDS:
	case CHECK_CLOCK_WORST:
		return check_host(c, o, initiator, error);
	default:
		return check_wait(c, o, initiator, error);
	}
}
