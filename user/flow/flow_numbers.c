// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
#include "flow/flow_numbers.h"

#include "flow/conn_state.h"
#include "tcpstate/tell/standing.h"

__u64 strays_of(const struct history *h)
{
	__u64 sum = 0;

	for (unsigned int kind = STRAY_NONE + 1; kind < STRAY_COUNT; kind++)
		sum += h->strays[kind];
	return sum;
}

unsigned int closing_cause(const struct flow *f)
{
	switch (f->closed_how) {
	case CLOSE_FIN:
		return CAUSE_FIN;
	case CLOSE_RST:
		return conn_state_of(f) == CONN_REJ ? CAUSE_REFUSED : CAUSE_RST;
	case CLOSE_TIMEOUT:
		return CAUSE_TIMEOUT;
	default:
		return CAUSE_NONE;
	}
}

static __u64 since(__u64 now, __u64 then)
{
	return now > then ? now - then : 0;
}

void flow_numbers(struct flow_numbers *n, const struct flow *f, const struct history *h, __u64 now)
{
	*n = (struct flow_numbers){
		.age_ns = since(now, f->start),
		.idle_ns = since(now, f->last_seen),
		.strays = strays_of(h),
		.lifetime_max_ms = h->lifetime_max_ms,
		.by = closer_of(f),
		.how = f->closed_how,
		.cause = closing_cause(f),
	};
	for (unsigned int role = 0; role < 2; role++) {
		unsigned int end = (f->initiator & 1) ^ role;

		n->packets[role] = packets_of(f, end);
		n->bytes[role] = f->end[end].bytes;
		n->retransmits[role] = f->past[end].retransmits;
	}
}
