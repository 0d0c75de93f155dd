/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* The words of the filter language: a table, a row each. */
#ifndef TCPSTATE_USER_FLOW_FILTER_WORDS_H
#define TCPSTATE_USER_FLOW_FILTER_WORDS_H

#include <stdbool.h>

#include "flow/filter_subject.h"
#include "flow/filter_values.h"

enum filter_side { SIDE_EITHER, SIDE_INITIATOR, SIDE_RESPONDER };

enum filter_comparison { COMPARE_EQUAL, COMPARE_UNEQUAL, COMPARE_ABOVE, COMPARE_AT_LEAST, COMPARE_BELOW, COMPARE_AT_MOST };

/* A word with its values: met if one of them fits. */
struct filter_test {
	const struct filter_word *word;
	enum filter_side side;
	enum filter_comparison comparison; /* of TEST_NUMBER; COMPARE_UNEQUAL is written as not */
	struct filter_values values;
};

enum filter_shape {
	TEST_BARE,   /* nothing stands behind it */
	TEST_END,    /* about an end: a list of values */
	TEST_NAME,   /* about the whole: a list of names */
	TEST_NUMBER, /* a comparison, and a number */
};

struct filter_word {
	const char *name;
	enum filter_shape shape;
	__u32 about;           /* 1 << enum event_type: what can meet it */
	bool sides;            /* src or dst may stand before it */
	bool ordered;          /* of an end's values: > and the like may stand before one */
	enum filter_side side; /* it is about that one by itself */
	bool whose;            /* it asks whose the end is; its values are texts */
	value_reader *read;
	const char *expected;  /* "a port, such as 443": for messages */

	/* By shape: does the value fit this end; the whole (value NULL: TEST_BARE); or which number, and is it known? */
	bool (*end)(const union filter_value *value, const struct filter_subject *subject, unsigned int end);
	bool (*whole)(const union filter_value *value, const struct filter_subject *subject);
	bool (*number)(const struct filter_subject *subject, enum filter_side side, __u64 *number);

	const char *means;     /* what it is, "the kind of a stray segment": for messages */
	const char *instead;   /* where it can't be met: what may do; NULL: nothing */
};

/* The word of that name; NULL: there is none. */
const struct filter_word *filter_word_find(const char *name, size_t len);

/* All names, and src, dst, not, and, or; ends with NULL. */
const char *const *filter_word_names(void);

/* What to say of a word that other tools have, or that is not told yet; NULL: nothing is known of it. */
const char *filter_word_advice(const char *name, size_t len);

void filter_test_free(struct filter_test *test);
bool filter_test_fits(const struct filter_test *test, const struct filter_subject *subject);

#endif
