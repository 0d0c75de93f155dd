/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* One flow, as far as findings look at it: a walk over the table fills it, and so does top from its sample. */
#ifndef TCPSTATE_USER_FINDINGS_FLOW_ROW_H
#define TCPSTATE_USER_FINDINGS_FLOW_ROW_H

#include <stdbool.h>

#include "flow/whose.h"
#include "host/own_addresses.h"
#include "tcpstate/abi.h"

struct flow_row {
	const struct flow_key *key;
	__u64 start;           /* ns, CLOCK_MONOTONIC; 0: not known */
	__u64 changed;         /* ns, CLOCK_MONOTONIC: when the state of an end has changed last */
	__u64 wait_since[2];   /* by end, in TIME_WAIT: when that began, ns */
	__u32 wait_restarts;
	__u8 state[2];         /* by end */
	__u8 initiator;        /* index of the end */
	__u8 local;            /* enum locality */
	__u8 own;              /* the same bits: ends that the caller knows to be sockets of this host's */
};

/*
 * Which ends are local: where a hook saw the packets leave or come in (enum
 * locality), or whose address the namespace owns, whatever hook they came
 * through: between two addresses of its own a hook sees one way only.
 */
static inline __u8 local_ends_of(const struct flow_key *key, __u8 seen, const struct own_addresses *own)
{
	return seen | (is_own_address(own, key->addr[0]) ? LOCAL_END_0 : 0) |
	       (is_own_address(own, key->addr[1]) ? LOCAL_END_1 : 0);
}

static inline struct flow_row flow_row_of(const struct flow *f, const struct history *h, const struct own_addresses *own)
{
	return (struct flow_row){
		.key = &f->key,
		.start = f->start,
		.changed = f->changed,
		.wait_since = { h->wait_since[0], h->wait_since[1] },
		.wait_restarts = h->wait_restarts,
		.state = { f->state[0], f->state[1] },
		.initiator = f->initiator & 1,
		.local = local_ends_of(&f->key, f->local, own),
	};
}

static inline struct whose_life whose_life_of_row(const struct flow_row *row)
{
	return (struct whose_life){
		.key = row->key, .state = row->state, .initiator = row->initiator, .local = row->local,
		.start = row->start, .changed = row->changed,
	};
}

static inline bool is_local_end(const struct flow_row *row, unsigned int end)
{
	return row->local >> end & 1;
}

static inline bool waits_at(const struct flow_row *row, unsigned int end)
{
	return row->state[end] == STATE_TIME_WAIT;
}

/* A flow that has just come or gone may have another's history: then its last change is what is known. */
static inline __u64 waits_since(const struct flow_row *row, unsigned int end)
{
	return row->wait_since[end] ? row->wait_since[end] : row->changed;
}

#endif
