// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
#include "flow/filter.h"

#include <errno.h>
#include <stdlib.h>

#include "flow/filter_reader.h"
#include "flow/whose.h"

enum node_kind { NODE_AND, NODE_OR, NODE_NOT, NODE_TEST };

struct filter {
	enum node_kind kind;
	union {
		struct filter_test test;
		struct filter *child[2]; /* NOT has one */
	};
};

void filter_free(struct filter *filter)
{
	if (!filter)
		return;
	if (filter->kind == NODE_TEST) {
		filter_test_free(&filter->test);
	} else {
		filter_free(filter->child[0]);
		filter_free(filter->child[1]);
	}
	free(filter);
}

static bool match(const struct filter *f, const struct filter_subject *s)
{
	switch (f->kind) {
	case NODE_AND:
		return match(f->child[0], s) && match(f->child[1], s);
	case NODE_OR:
		return match(f->child[0], s) || match(f->child[1], s);
	case NODE_NOT:
		return !match(f->child[0], s);
	default:
		return filter_test_fits(&f->test, s);
	}
}

bool filter_asks_whose(const struct filter *f)
{
	if (!f)
		return false;
	if (f->kind == NODE_TEST)
		return f->test.word->whose;
	return filter_asks_whose(f->child[0]) || (f->kind != NODE_NOT && filter_asks_whose(f->child[1]));
}

/* Found once, however many tests ask. */
static bool match_owned(const struct filter *f, const struct filter_subject *subject)
{
	const struct whose_life life = {
		.key = subject->key, .state = subject->state, .initiator = subject->initiator, .local = subject->local,
		.start = subject->start, .changed = subject->changed,
	};
	struct filter_subject s = *subject;
	struct whose owners[2];

	s.whose->find(s.whose->arg, &life, owners);
	s.owners = owners;
	return match(f, &s);
}

bool filter_match(const struct filter *f, const struct filter_subject *s)
{
	if (!f)
		return true;
	return s->whose && filter_asks_whose(f) ? match_owned(f, s) : match(f, s);
}

bool filter_match_flow(const struct filter *filter, const struct flow *f, const struct history *h, __u64 now,
		       const struct whose_source *whose)
{
	struct flow_numbers numbers;
	struct filter_subject subject = subject_of_flow(f, &numbers, whose);

	if (!filter)
		return true;
	flow_numbers(&numbers, f, h, now);
	return filter_match(filter, &subject);
}

/* ---- the tree ----------------------------------------------------------- */

#define MAX_DEPTH 64 /* of parentheses and "not", so that no input exhausts the stack */

static int new_node(enum node_kind kind, struct filter **node)
{
	*node = calloc(1, sizeof(**node));
	if (!*node)
		return fail(-ENOMEM, "out of memory while reading the filter");
	(*node)->kind = kind;
	return 0;
}

/* *left becomes (*left kind right); right is the new node's whatever happens. */
static int join(enum node_kind kind, struct filter **left, struct filter *right)
{
	struct filter *node;
	int err = new_node(kind, &node);

	if (err) {
		filter_free(right);
		return err;
	}
	node->child[0] = *left;
	node->child[1] = right;
	*left = node;
	return 0;
}

/* tcp port 80: a word without values, and one behind it, are both meant. */
static int parse_test(struct reading *r, struct filter **result, int depth)
{
	struct filter *right = NULL;
	int err;

	if (depth > MAX_DEPTH)
		return fail_word(r, "filter: more than %d levels deep", MAX_DEPTH);
	err = new_node(NODE_TEST, result);
	err = err ?: filter_test_read(r, &(*result)->test);
	if (err)
		return err;
	if ((*result)->test.comparison == COMPARE_UNEQUAL)
		return join(NODE_NOT, result, NULL);
	if ((*result)->test.word->shape != TEST_BARE || !filter_test_begins(r))
		return 0;
	err = parse_test(r, &right, depth + 1);
	if (!err)
		return join(NODE_AND, result, right);
	filter_free(right);
	return err;
}

static int parse_expression(struct reading *r, struct filter **result, int depth);

static int parse_factor(struct reading *r, struct filter **result, int depth)
{
	size_t open = r->w.at;
	int err;

	if (depth > MAX_DEPTH)
		return fail_word(r, "filter: more than %d levels deep", MAX_DEPTH);
	if (words_are(&r->w, "not") || words_are(&r->w, "!")) {
		words_next(&r->w);
		err = parse_factor(r, result, depth + 1);
		return err ? err : join(NODE_NOT, result, NULL);
	}
	if (!words_are(&r->w, "("))
		return parse_test(r, result, depth);
	words_next(&r->w);
	err = parse_expression(r, result, depth + 1);
	if (err)
		return err;
	if (!words_are(&r->w, ")")) {
		if (words_end(&r->w))
			return fail_at(r->w.text, open, 1, "filter: this parenthesis is never closed");
		return fail_word(r, "filter: expected and, or, or \")\", found \"%.*s\"", (int)r->w.len, r->w.text + r->w.at);
	}
	words_next(&r->w);
	return 0;
}

static int parse_term(struct reading *r, struct filter **result, int depth)
{
	int err = parse_factor(r, result, depth);

	while (!err && (words_are(&r->w, "and") || words_are(&r->w, "&&"))) {
		struct filter *right = NULL;

		words_next(&r->w);
		err = parse_factor(r, &right, depth);
		if (err)
			filter_free(right);
		else
			err = join(NODE_AND, result, right);
	}
	return err;
}

static int parse_expression(struct reading *r, struct filter **result, int depth)
{
	int err = parse_term(r, result, depth);

	while (!err && (words_are(&r->w, "or") || words_are(&r->w, "||"))) {
		struct filter *right = NULL;

		words_next(&r->w);
		err = parse_term(r, &right, depth);
		if (err)
			filter_free(right);
		else
			err = join(NODE_OR, result, right);
	}
	return err;
}

/* ---- from outside ----------------------------------------------------------- */

bool filter_begins_with(const char *text)
{
	struct reading r;

	words_start(&r.w, text);
	return words_are(&r.w, "(") || words_are(&r.w, "not") || filter_test_begins(&r);
}

const char *filter_word_near(const char *word)
{
	return nearest(word, filter_word_names());
}

int filter_parse(const char *text, __u32 about, struct filter **filter)
{
	struct reading r = { .about = about ?: FILTER_EVENTS };
	int err;

	*filter = NULL;
	words_start(&r.w, text ? text : "");
	if (words_end(&r.w))
		return 0;
	err = parse_expression(&r, filter, 0);
	if (!err && !words_end(&r.w))
		err = fail_word(&r, words_are(&r.w, ")") ? "filter: this parenthesis was never opened"
				    : "filter: expected and, or, or the end, found \"%.*s\"",
				(int)r.w.len, r.w.text + r.w.at);
	if (err) {
		filter_free(*filter);
		*filter = NULL;
	}
	return err;
}
