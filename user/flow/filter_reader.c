// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
#include "flow/filter_reader.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "flow/address.h"
#include "flow/filter_subject.h"
#include "flow/names.h"

/* ---- what is wrong ------------------------------------------------------- */

#define EXPECTED "expected a test, such as port 443, state TIME_WAIT or bytes > 1M"

static const struct filter_word *word_at(const struct reading *r)
{
	return filter_word_find(r->w.text + r->w.at, r->w.len);
}

/* An address by itself, or one with a port, as ss has them. */
static bool is_address(const char *text, size_t len)
{
	struct track_net net;

	return net_parse(text, len, &net);
}

static int unknown_address(const struct reading *r, const char *side)
{
	const char *text = r->w.text + r->w.at, *colon = memrchr(text, ':', r->w.len);
	int address = colon ? colon - text : 0, port = colon ? (int)r->w.len - address - 1 : 0;

	if (is_address(text, r->w.len))
		return fail_word(r, "filter: " EXPECTED "; did you mean \"%shost %.*s\"?", side, (int)r->w.len, text);
	if (!colon || !port || !isdigit((unsigned char)colon[1]))
		return 0;
	if (!address || (address == 1 && *text == '*'))
		return fail_word(r, "filter: " EXPECTED "; did you mean \"%sport %.*s\"?", side, port, colon + 1);
	if (is_address(text, address))
		return fail_word(r, "filter: " EXPECTED "; did you mean \"%shost %.*s and %sport %.*s\"?", side, address, text,
				 side, port, colon + 1);
	return 0;
}

static int unknown_word(const struct reading *r, const char *side)
{
	const char *text = r->w.text + r->w.at, *advice = filter_word_advice(text, r->w.len), *near = NULL;
	int err = unknown_address(r, side);
	char word[32];

	if (err)
		return err;
	if (advice)
		return fail_word(r, "filter: \"%.*s\" is no test: %s", (int)r->w.len, text, advice);
	if (isdigit((unsigned char)*text))
		return fail_word(r, "filter: " EXPECTED ", found \"%.*s\"; several of one kind are a list, such as port 80,443",
				 (int)r->w.len, text);
	if (r->w.len < sizeof(word)) {
		memcpy(word, text, r->w.len);
		word[r->w.len] = 0;
		near = nearest(word, filter_word_names());
	}
	return fail_word(r, "filter: " EXPECTED ", found \"%.*s\"%s%s%s", (int)r->w.len, text, near ? "; did you mean " : "",
			 near ? near : "", near ? "?" : "");
}

/* "state and stray events and flows" */
static void list_types(char *text, size_t size, __u32 types)
{
	__u32 events = types & FILTER_EVENTS & ~FILTER_FLOWS;
	size_t n = 0;

	for (unsigned int type = 1; type < EVENT_TYPES; type++) {
		if (!(events >> type & 1))
			continue;
		events &= ~(1u << type);
		n += snprintf(text + n, size - n, "%s%s%s", !n ? "" : events ? ", " : " and ", event_name(type),
			      events ? "" : " events");
	}
	if (types & FILTER_FLOWS)
		snprintf(text + n, size - n, n ? " and flows" : "flows");
}

/* A word that nothing can meet where it is used. */
static int misplaced(const struct reading *r, const struct filter_word *word)
{
	char its[64] = "", here[64] = "";

	list_types(its, sizeof(its), word->about);
	list_types(here, sizeof(here), r->about);
	return fail_word(r, "filter: \"%s\" (%s) is told of %s, and here are only %s%s%s%s%s", word->name, word->means, its, here,
			 r->about == FILTER_FLOWS ? ": watch, run and replay have those events, if --events does" :
						    ": --events chooses",
			 word->instead ? "; of these there is \"" : "", word->instead ?: "", word->instead ? "\"" : "");
}

/* ---- a test --------------------------------------------------------------- */

static const struct {
	const char *name;
	enum filter_comparison comparison;
} comparisons[] = {
	{ "=", COMPARE_EQUAL },     { "==", COMPARE_EQUAL },    { "eq", COMPARE_EQUAL },
	{ "!=", COMPARE_UNEQUAL },  { "ne", COMPARE_UNEQUAL },  { "neq", COMPARE_UNEQUAL },
	{ ">", COMPARE_ABOVE },     { "gt", COMPARE_ABOVE },
	{ ">=", COMPARE_AT_LEAST }, { "ge", COMPARE_AT_LEAST }, { "geq", COMPARE_AT_LEAST },
	{ "<", COMPARE_BELOW },     { "lt", COMPARE_BELOW },
	{ "<=", COMPARE_AT_MOST },  { "le", COMPARE_AT_MOST },  { "leq", COMPARE_AT_MOST },
};

/* The comparison that stands there is taken. False: none does. */
static bool take_comparison(struct reading *r, enum filter_comparison *comparison)
{
	for (size_t i = 0; i < sizeof(comparisons) / sizeof(comparisons[0]); i++) {
		if (!words_are(&r->w, comparisons[i].name))
			continue;
		*comparison = comparisons[i].comparison;
		words_next(&r->w);
		return true;
	}
	return false;
}

/* port > 1024: those are a range, too; an empty one begins behind its end. */
static void compare_port(union filter_value *v, enum filter_comparison comparison)
{
	const unsigned int port = v->port.low;
	unsigned int low = 0, high = 0xffff;

	if (comparison == COMPARE_ABOVE || comparison == COMPARE_AT_LEAST)
		low = port + (comparison == COMPARE_ABOVE);
	else
		high = port - (comparison == COMPARE_BELOW);
	v->port.low = low > 0xffff || high > 0xffff ? 1 : low;
	v->port.high = low > 0xffff || high > 0xffff ? 0 : high;
}

static bool is_order(enum filter_comparison comparison)
{
	return comparison != COMPARE_EQUAL && comparison != COMPARE_UNEQUAL;
}

static int read_values(struct reading *r, struct filter_test *test)
{
	struct value_text text = { .words = &r->w, .expected = test->word->expected, .about = r->about };
	int err = 0;

	if (words_end(&r->w))
		return fail_word(r, "filter: \"%s\" needs a value after it: %s", test->word->name, test->word->expected);
	while (!err && words_list(&r->w, &text.part, &text.len))
		err = test->word->read(&text, &test->values);
	if (!err && is_order(test->comparison)) {
		union filter_value *first = test->values.list;

		if (test->values.count > 1 || (test->word->shape == TEST_END && first->port.low != first->port.high))
			return fail_word(r, "filter: \"%s\" is compared with one value; several are for =", test->word->name);
		if (test->word->shape == TEST_END)
			compare_port(first, test->comparison);
	}
	if (!err)
		words_next(&r->w);
	return err;
}

static int read_comparison(struct reading *r, struct filter_test *test)
{
	const struct filter_word *word = test->word;
	size_t at = r->w.at, len = r->w.len;
	bool compared = take_comparison(r, &test->comparison);

	if (!compared && word->shape == TEST_NUMBER)
		return fail_word(r, "filter: expected >, >=, <, <=, = or != after \"%s\"%s%.*s%s", word->name,
				 words_end(&r->w) ? "" : ", found \"", (int)r->w.len, r->w.text + r->w.at,
				 words_end(&r->w) ? "" : "\"");
	if (compared && is_order(test->comparison) && word->shape != TEST_NUMBER && !word->ordered)
		return fail_at(r->w.text, at, len, "filter: of \"%s\" none is more than another: = and != are all it takes",
			       word->name);
	return 0;
}

/* The current word is the test's, and known. */
static int read_word(struct reading *r, const struct filter_word *word, enum filter_side side, struct filter_test *test)
{
	int err;

	if (!(word->about & r->about))
		return misplaced(r, word);
	if (side && !word->sides)
		return fail_word(r, "filter: src and dst don't go with \"%s\"", word->name);
	*test = (struct filter_test){ .word = word, .side = word->side ?: side };
	words_next(&r->w);
	if (word->shape == TEST_BARE)
		return 0;
	err = read_comparison(r, test);
	return err ?: read_values(r, test);
}

/* src 10.0.0.0/8: an address by itself, as tcpdump and ss have it. */
static int read_lone_address(struct reading *r, enum filter_side side, struct filter_test *test)
{
	*test = (struct filter_test){ .word = filter_word_find("net", 3), .side = side };
	return read_values(r, test);
}

/* An address, or a list whose first is one. */
static bool address_is_next(const struct reading *r)
{
	const char *text = r->w.text + r->w.at, *comma = memchr(text, ',', r->w.len);

	return is_address(text, comma ? (size_t)(comma - text) : r->w.len);
}

static int read_sided(struct reading *r, struct filter_test *test)
{
	const char *name = words_are(&r->w, "src") ? "src " : "dst ";
	enum filter_side side = *name == 's' ? SIDE_INITIATOR : SIDE_RESPONDER;
	const struct filter_word *word;

	words_next(&r->w);
	word = word_at(r);
	if (word)
		return read_word(r, word, side, test);
	if (address_is_next(r))
		return read_lone_address(r, side, test);
	if (words_are(&r->w, "or") || words_are(&r->w, "and"))
		return fail_word(r, "filter: \"src or dst\" goes without saying: leave it out, and either end may fit");
	if (words_end(&r->w))
		return fail_word(r, "filter: expected host, net, port, state or an address after \"%.3s\"", name);
	return unknown_word(r, name);
}

static bool is_side(const struct reading *r)
{
	return words_are(&r->w, "src") || words_are(&r->w, "dst");
}

bool filter_test_begins(const struct reading *r)
{
	return is_side(r) || word_at(r);
}

int filter_test_read(struct reading *r, struct filter_test *test)
{
	const struct filter_word *word = word_at(r);

	*test = (struct filter_test){};
	if (words_end(&r->w))
		return fail_word(r, "filter: " EXPECTED " here");
	if (is_side(r))
		return read_sided(r, test);
	return word ? read_word(r, word, SIDE_EITHER, test) : unknown_word(r, "");
}
