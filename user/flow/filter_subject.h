/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* What a filter looks at: an event, or a flow. */
#ifndef TCPSTATE_USER_FLOW_FILTER_SUBJECT_H
#define TCPSTATE_USER_FLOW_FILTER_SUBJECT_H

#include "flow/flow_numbers.h"

struct whose;
struct whose_source;

/* What a filter is asked about, 1 << enum event_type each. */
#define FILTER_FLOWS (1u << EVENT_FLOW)
#define FILTER_EVENTS (1u << EVENT_STATE | 1u << EVENT_TIME_WAIT | 1u << EVENT_STRAY | FILTER_FLOWS)

/* state and addresses by end of the key. */
struct filter_subject {
	const struct flow_key *key;
	const __u8 *state;
	unsigned int initiator;
	unsigned int type;                  /* enum event_type; of a flow, ended or not, EVENT_FLOW */
	const struct event *event;          /* the first member of what its type says; NULL: a flow */
	const struct flow_numbers *numbers; /* of a flow; NULL where there are none (a socket alone) */

	/* Only for filters that ask whose it is. NULL: it is nobody's. */
	const struct whose_source *whose;
	__u8 local;                         /* enum locality */
	__u64 start, changed;               /* see struct whose_life; 0: not known */
	const struct whose *owners;         /* by end: what was found there, by filter_match(); NULL: nobody was asked */
};

static inline struct filter_subject subject_of_flow(const struct flow *f, const struct flow_numbers *numbers,
						   const struct whose_source *whose)
{
	return (struct filter_subject){
		.key = &f->key, .state = f->state, .initiator = f->initiator & 1, .type = EVENT_FLOW, .numbers = numbers,
		.whose = whose, .local = f->local & LOCAL_BOTH, .start = f->start, .changed = f->changed,
	};
}

/* When its life began it does not say. */
static inline struct filter_subject subject_of_event(const struct event *e, const struct whose_source *whose)
{
	return (struct filter_subject){
		.key = &e->key, .state = e->state, .initiator = e->initiator & 1, .type = e->type, .event = e,
		.whose = whose, .local = e->local & LOCAL_BOTH, .changed = e->time,
	};
}

#endif
