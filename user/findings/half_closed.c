// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
#include "findings/half_closed.h"

#include <errno.h>
#include <string.h>

void half_closed_clear(struct half_closed *h, __u64 then)
{
	groups_clear(&h->groups);
	h->then = then;
	memset(h->ends, 0, sizeof(h->ends));
	memset(h->local_ends, 0, sizeof(h->local_ends));
}

void half_closed_free(struct half_closed *h)
{
	groups_free(&h->groups);
	*h = (struct half_closed){};
}

bool half_closed_lingers(const struct half_closed *h, const struct flow_row *row, unsigned int end)
{
	return (row->state[end] == STATE_CLOSE_WAIT || row->state[end] == STATE_FIN_WAIT_2) && row->changed <= h->then;
}

static struct group_key key_of(const struct flow_row *row, unsigned int end, const struct end_owner *owner)
{
	struct group_key key = {
		.state = row->state[end], .role = end == row->initiator, .pid = owner->whose.unknown ? 0 : owner->whose.pid,
	};

	memcpy(key.addr[0], row->key->addr[end], 16);
	if (key.role) {
		memcpy(key.addr[1], row->key->addr[!end], 16);
		key.port[1] = row->key->port[!end];
	} else {
		key.port[0] = row->key->port[end];
	}
	return key;
}

static int add_end(struct half_closed *h, const struct flow_row *row, unsigned int end, const struct end_owner *owner)
{
	const struct group_key key = key_of(row, end, owner);
	struct half_closed_group *group = groups_get(&h->groups, &key, sizeof(*group));

	if (!group)
		return -ENOMEM;
	if (!group->count++ || row->changed < group->since)
		group->since = row->changed;
	group->whose = owner->whose;
	group->local |= is_local_end(row, end);
	group->own |= row->own >> end & 1;
	group->orphans += owner->orphan;
	group->gone += owner->gone;
	h->ends[row->state[end]]++;
	h->local_ends[row->state[end]] += is_local_end(row, end);
	return 0;
}

void half_closed_ask_whose(void *arg, const struct flow_row *row, unsigned int end, struct end_owner *owner)
{
	const struct whose_life life = whose_life_of_row(row);
	const struct whose_source *source = arg;
	struct whose both[2];

	if (!source)
		return;
	source->find(source->arg, &life, both);
	owner->whose = both[end];
}

int half_closed_add(struct half_closed *h, const struct flow_row *row, half_closed_owner *owner_of_end, void *arg)
{
	int err = 0;

	for (unsigned int end = 0; !err && end < 2; end++) {
		struct end_owner owner = { .whose.unknown = WHOSE_NOT_ASKED };

		if (!half_closed_lingers(h, row, end))
			continue;
		if (owner_of_end)
			owner_of_end(arg, row, end, &owner);
		err = add_end(h, row, end, &owner);
	}
	return err;
}

static int oldest_first(const void *one, const void *other)
{
	const struct half_closed_group *a = one, *b = other;

	if (a->since != b->since)
		return a->since < b->since ? -1 : 1;
	return memcmp(&a->key, &b->key, sizeof(a->key));
}

void half_closed_sort(struct half_closed *h)
{
	groups_sort(&h->groups, oldest_first);
}
