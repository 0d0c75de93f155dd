// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
#include "verdict.h"

static bool was_heard(const struct flow *f, unsigned int end)
{
	return f->end[end].packets != 0;
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

const char *closed_by(const struct flow *f)
{
	switch (f->closed_by) {
	case 0:
		return "none";
	case 3:
		return "both";
	default:
		return f->closed_by - 1 == f->initiator ? "initiator" : "responder";
	}
}
