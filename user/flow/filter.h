/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * The FILTER language: which flows to print.
 *
 *   expression = term { "or" term }
 *   term       = factor { "and" factor }
 *   factor     = "not" factor | "(" expression ")" | test
 *   test       = [ "src" | "dst" ] ( "host" | "net" | "port" | "state" | whose ) list
 *   whose      = "process" | "pid" | "cgroup" | "container" | "pod"
 *
 * src is the initiator, dst the responder; without them either end will do.
 * A list is one value or several with commas, of which one must fit. A process
 * goes by its name, also with wildcards, a cgroup by itself or what it is in, containers and pods by the beginning of their ids.
 */
#ifndef TCPSTATE_USER_FLOW_FILTER_H
#define TCPSTATE_USER_FLOW_FILTER_H

#include <stdbool.h>

#include "tcpstate/abi.h"

struct filter;
struct whose_source;

/* What a filter looks at. state and addresses by end of the key. */
struct filter_subject {
	const struct flow_key *key;
	const __u8 *state;
	unsigned int initiator;

	/* Only for filters that ask whose it is. NULL: it is nobody's. */
	const struct whose_source *whose;
	__u8 local;             /* enum locality */
	__u64 start, changed;   /* see struct whose_life */
};

static inline struct filter_subject filter_subject_of(const struct flow *f, const struct whose_source *whose)
{
	return (struct filter_subject){ &f->key, f->state, f->initiator & 1, whose, f->local & LOCAL_BOTH, f->start, f->changed };
}

/* 0 and *filter, NULL for an empty text; or an error that has been reported. */
int filter_parse(const char *text, struct filter **filter);
void filter_free(struct filter *filter);

/* Can it be the beginning of a filter, and not, say, the name of a file? */
bool filter_begins_with(const char *text);
/* The word of the language that was probably meant; NULL: none is near. */
const char *filter_word_near(const char *word);

/* Does it ask for processes, cgroups...? What has no source of that should refuse it. */
bool filter_asks_whose(const struct filter *filter);

/* A NULL filter lets everything through. */
bool filter_match(const struct filter *filter, const struct filter_subject *subject);

#endif
