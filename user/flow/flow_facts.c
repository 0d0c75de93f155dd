// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
#include "flow/flow_facts.h"

static bool was_heard(const struct flow *f, unsigned int end)
{
	return packets_of(f, end) != 0;
}

bool is_one_sided(const struct flow *f)
{
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

bool is_inferred(const struct flow *f)
{
	return (f->traits & FLOW_INFERRED) || is_unacknowledged(f);
}
