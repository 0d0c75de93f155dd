// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
#include "top/top_group.h"

#include "top/sample.h"

void group_add(struct top_group *group, const struct top_flow *f)
{
	unsigned int state = f->state[f->initiator & 1];

	if (!group->connections++ || f->start < group->oldest)
		group->oldest = f->start;
	group->waiting += state == STATE_TIME_WAIT;
	group->open += state != STATE_TIME_WAIT && state != STATE_CLOSED && state != STATE_LISTEN;
	for (int role = 0; role < 2; role++) {
		group->packets[role] += f->packets[role];
		group->bytes[role] += f->bytes[role];
		group->new_packets[role] += f->new_packets[role];
		group->new_bytes[role] += f->new_bytes[role];
	}
	group->retransmits += f->retransmits;
	group->new_retransmits += f->new_retransmits;
	group->strays += f->strays;
	group->new_strays += f->new_strays;
	if (f->last_seen > group->last_seen)
		group->last_seen = f->last_seen;
}
