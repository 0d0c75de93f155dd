// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
#include "findings/port_pressure.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "tcpstate/units.h"

/* A wait at a client's end. */
struct wait_start {
	__u64 since;   /* ns */
	__u32 pair;    /* its index, before they are sorted */
	__u32 pad;
};

void port_pressure_clear(struct port_pressure *p)
{
	groups_clear(&p->pairs);
	p->start_count = p->pressed = 0;
	p->waiting = 0;
}

void port_pressure_free(struct port_pressure *p)
{
	groups_free(&p->pairs);
	free(p->starts);
	*p = (struct port_pressure){};
}

/* ---- one flow -------------------------------------------------------------------- */

static struct group_key pair_key(const struct flow_row *row)
{
	unsigned int client = row->initiator;
	struct group_key key = { .port = { 0, row->key->port[!client] } };

	memcpy(key.addr[0], row->key->addr[client], 16);
	memcpy(key.addr[1], row->key->addr[!client], 16);
	return key;
}

static bool has_open(const struct flow_row *row, unsigned int end)
{
	return row->state[end] != STATE_CLOSED && row->state[end] != STATE_LISTEN && !waits_at(row, end);
}

static int add_start(struct port_pressure *p, const struct port_pair *pair, __u64 since)
{
	struct wait_start *start = ARRAY_ADD(p->starts, p->start_count, p->start_room);

	if (!start)
		return -ENOMEM;
	start->since = since;
	start->pair = ((const char *)pair - p->pairs.list) / sizeof(*pair);
	return 0;
}

int port_pressure_add(struct port_pressure *p, const struct flow_row *row)
{
	const struct group_key key = pair_key(row);
	struct port_pair *pair = groups_get(&p->pairs, &key, sizeof(*pair));

	if (!pair)
		return -ENOMEM;
	pair->local |= is_local_end(row, row->initiator);
	pair->open += has_open(row, row->initiator);
	pair->server_waiting += waits_at(row, !row->initiator);
	if (!waits_at(row, row->initiator))
		return 0;
	pair->waiting++;
	pair->own |= row->own != 0;
	p->waiting++;
	return add_start(p, pair, waits_since(row, row->initiator));
}

/* ---- when a pair runs dry ----------------------------------------------------------- */

struct moment {
	__u64 now, two_msl_ns;
};

/*
 * How soon there is no port left, if waits go on to begin at the pair's rate:
 * those that are there end one by one, the new ones not before 2MSL; from then
 * on as many end as begin. starts: of the waits, the oldest first.
 */
static __u64 dry_in(const struct moment *at, const struct port_pair *pair, const struct wait_start *starts)
{
	const double size = port_pair_range(pair), whole = at->two_msl_ns;
	double left = size - pair->open - pair->waiting, from = 0;

	for (size_t i = 0; i <= pair->waiting; i++, left++) {
		double passed = i < pair->waiting && at->now > starts[i].since ? at->now - starts[i].since : 0;
		double until = passed < whole ? whole - passed : 0;
		double dry = left > 0 ? left / pair->rate * NS_PER_SECOND : 0;

		if (dry < from)
			dry = from;
		if (dry <= until)
			return dry;
		from = until;
	}
	return NEVER_DRY;
}

/* Waits that began in the last 2MSL, over the time since the first of them; but a second at least. */
static double rate_of(const struct moment *at, const struct port_pair *pair, const struct wait_start *starts)
{
	__u64 window = at->now > starts->since ? at->now - starts->since : 0;

	if (window > at->two_msl_ns)
		window = at->two_msl_ns;
	if (window < NS_PER_SECOND)
		window = NS_PER_SECOND;
	return (double)pair->waiting * NS_PER_SECOND / window;
}

/* ---- all of them --------------------------------------------------------------------- */

__u64 port_pair_used_ppm(const struct port_pair *pair)
{
	__u64 ports = port_pair_range(pair);

	return (((__u64)pair->waiting + pair->open) * 1000000 + ports / 2) / ports;
}

static int by_pair_and_start(const void *one, const void *other)
{
	const struct wait_start *a = one, *b = other;

	if (a->pair != b->pair)
		return a->pair < b->pair ? -1 : 1;
	return a->since < b->since ? -1 : a->since > b->since;
}

/* First come pairs whose ports a wait keeps, by the part of the range in use; then those where only the server waits. */
static int fullest_first(const void *one, const void *other)
{
	const struct port_pair *a = one, *b = other;
	/* The products compare as the ratios do. */
	__u64 of_a = ((__u64)a->waiting + a->open) * port_pair_range(b);
	__u64 of_b = ((__u64)b->waiting + b->open) * port_pair_range(a);

	if (!a->waiting != !b->waiting)
		return a->waiting ? -1 : 1;
	if (of_a != of_b)
		return of_a > of_b ? -1 : 1;
	return memcmp(&a->key, &b->key, sizeof(a->key));
}

/* starts: of this pair, the oldest first. */
static void conclude(struct port_pair *pair, const struct wait_start *starts, const struct port_range *local,
		     const struct moment *at)
{
	const struct port_range *ports = client_ports(pair->local, local);

	pair->assumed = !ports->known;
	pair->low = ports->low;
	pair->high = ports->high;
	pair->dry_in_ns = NEVER_DRY;
	if (!pair->waiting)
		return;
	pair->rate = rate_of(at, pair, starts);
	pair->dry_in_ns = dry_in(at, pair, starts);
}

void port_pressure_sum(struct port_pressure *p, const struct port_range *local, __u64 now, __u64 two_msl_ns)
{
	const struct moment at = { now, two_msl_ns };
	const struct wait_start *starts = p->starts;
	struct port_pair *pairs = (struct port_pair *)p->pairs.list;
	size_t kept = 0;

	if (p->start_count)
		qsort(p->starts, p->start_count, sizeof(*p->starts), by_pair_and_start);
	for (size_t i = 0; i < p->pairs.count; i++) {
		struct port_pair pair = pairs[i];

		if (!pair.waiting && !pair.server_waiting)
			continue;
		conclude(&pair, starts, local, &at);
		starts += pair.waiting;
		p->pressed += pair.waiting != 0;
		pairs[kept++] = pair;
	}
	p->pairs.count = kept;
	groups_sort(&p->pairs, fullest_first);
}
