// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
#include "flow/flow_facts.h"

static bool was_heard(const struct flow *f, unsigned int end)
{
	return packets_of(f, end) != 0;
}

/* A socket has told of both ends, whoever has been heard since. */
bool is_one_sided(const struct flow *f)
{
	if (seeded_ends(f))
		return false;
	return !was_heard(f, 0) || !was_heard(f, 1);
}

__u64 wait_start(const struct history *h)
{
	__u64 a = h->wait_ends & 1 ? h->wait_since[0] : 0, b = h->wait_ends & 2 ? h->wait_since[1] : 0;

	return a > b ? a : b;
}

bool is_unacknowledged(const struct flow *f)
{
	return (f->past[0].traits | f->past[1].traits) & END_FIN_UNHEARD;
}

/* The peer of a socket, which has said nothing since. */
static bool is_unheard_peer(const struct flow *f, unsigned int end)
{
	return seeded_ends(f) && !f->past[end].seeded && !was_heard(f, end);
}

bool is_inferred(const struct flow *f)
{
	return (f->traits & FLOW_INFERRED) || is_unacknowledged(f) || is_unheard_peer(f, 0) || is_unheard_peer(f, 1);
}

unsigned int syns_sent_again(const struct flow *f)
{
	unsigned int syns = f->past[f->initiator & 1].syns;
	/* In a simultaneous open the SYN-ACK is the second one, and no retransmission. */
	unsigned int needed = f->traits & FLOW_SIMULTANEOUS_OPEN ? 2 : 1;

	return syns > needed ? syns - needed : 0;
}
