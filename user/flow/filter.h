/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * The FILTER language: which events and flows to print.
 *
 *   expression = term { "or" term }
 *   term       = factor { "and" factor }
 *   factor     = "not" factor | "(" expression ")" | test
 *   test       = bare [ test ] | [ "src" | "dst" ] ( address | word [ comparison ] list )
 *
 * The words, what each is about, and what may stand behind it: filter_words.c.
 * src is the initiator, dst the responder; without them either end will do,
 * and a number is that of both. A list is one value or several with commas, of
 * which one must fit. "A != B" is "not A = B".
 *
 * A word that none of the things looked at can meet is an error. Where some
 * can, the others do not meet it: then they meet its "not".
 */
#ifndef TCPSTATE_USER_FLOW_FILTER_H
#define TCPSTATE_USER_FLOW_FILTER_H

#include <stdbool.h>

#include "flow/filter_subject.h"

struct filter;

/* 0 and *filter, NULL for an empty text; or an error that has been reported. about: 0 is as FILTER_EVENTS. */
int filter_parse(const char *text, __u32 about, struct filter **filter);
void filter_free(struct filter *filter);

/* Can it be the beginning of a filter, and not, say, the name of a file? */
bool filter_begins_with(const char *text);
/* The word of the language that was probably meant; NULL: none is near. */
const char *filter_word_near(const char *word);

/* A NULL filter lets everything through. */
bool filter_match(const struct filter *filter, const struct filter_subject *subject);

/* The same of a flow as it is now (ns); whose: NULL: it is nobody's. */
bool filter_match_flow(const struct filter *filter, const struct flow *flow, const struct history *history, __u64 now,
		       const struct whose_source *whose);

/* Has it a test that asks whose a connection is? */
bool filter_asks_whose(const struct filter *filter);

#endif
