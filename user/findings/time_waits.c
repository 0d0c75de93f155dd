// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
#include "findings/time_waits.h"

#include <errno.h>
#include <string.h>

#include "findings/local_host.h"
#include "findings/look.h"

struct search {
	const struct local_host *host;
	struct waits *waits;
};

static int add_holder(struct waits *waits, const struct flow_row *row, unsigned int end)
{
	const __u64 since = waits_since(row, end);
	struct group_key key = { .role = end == row->initiator };
	struct wait_holder *holder;

	memcpy(key.addr[0], row->key->addr[end], 16);
	if (!key.role)
		key.port[0] = row->key->port[end];
	holder = groups_get(&waits->holders, &key, sizeof(*holder));
	if (!holder)
		return -ENOMEM;
	if (!holder->waiting++ || since < holder->oldest)
		holder->oldest = since;
	if (since > holder->newest)
		holder->newest = since;
	holder->local |= is_local_end(row, end);
	holder->restarts += row->wait_restarts;
	waits->waiting++;
	return 0;
}

static int look_at(void *arg, const struct flow *f, const struct history *h)
{
	const struct search *s = arg;
	const struct flow_row row = flow_row_of(f, h, &s->host->addresses);
	int err = 0;

	for (unsigned int end = 0; !err && end < 2; end++)
		if (waits_at(&row, end))
			err = add_holder(s->waits, &row, end);
	return err ?: port_pressure_add(&s->waits->ports, &row);
}

static int most_first(const void *one, const void *other)
{
	const struct wait_holder *a = one, *b = other;

	if (a->waiting != b->waiting)
		return a->waiting > b->waiting ? -1 : 1;
	return memcmp(&a->key, &b->key, sizeof(a->key));
}

int waits_collect(struct look *l, struct waits *waits)
{
	struct local_host host = {};
	struct search search = { &host, waits };
	int err;

	*waits = (struct waits){};
	look_in_netns(l, local_host_read, &host); /* where that fails, a range is assumed, and it is said */
	err = look_flows(l, look_at, &search);
	if (err) {
		waits_free(waits);
	} else {
		groups_sort(&waits->holders, most_first);
		port_pressure_sum(&waits->ports, &host.ports, l->now, l->two_msl_ns);
	}
	local_host_free(&host);
	return err;
}

void waits_free(struct waits *waits)
{
	groups_free(&waits->holders);
	port_pressure_free(&waits->ports);
}
