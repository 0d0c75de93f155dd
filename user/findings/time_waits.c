// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
#include "findings/time_waits.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "host/port_range.h"
#include "findings/look.h"
#include "tcpstate/units.h"

/* One flow, as its pair sees it. */
struct port_use {
	struct wait_pair pair; /* only its key, and the counts of this flow */
	__u64 since;           /* 0: the client's end does not wait */
};

struct search {
	struct look *look;
	struct wait_holder *holders;
	size_t holder_count, holder_room;
	struct port_use *uses;
	size_t use_count, use_room;
};

#define HOLDER_KEY offsetof(struct wait_holder, waiting)
#define PAIR_KEY offsetof(struct wait_pair, waiting)

/* Room for one more at the end of an array. */
static void *one_more(void **list, size_t count, size_t *room, size_t size)
{
	if (count == *room) {
		size_t more = *room ? 2 * *room : 256;
		void *grown = realloc(*list, more * size);

		if (!grown)
			return NULL;
		*list = grown;
		*room = more;
	}
	return memset((char *)*list + count * size, 0, size);
}

/* ---- the table --------------------------------------------------------------- */

static int add_holder(struct search *s, const struct flow *f, const struct history *h, unsigned int end)
{
	struct wait_holder *holder = one_more((void **)&s->holders, s->holder_count, &s->holder_room, sizeof(*holder));

	if (!holder)
		return -ENOMEM;
	s->holder_count++;
	memcpy(holder->addr, f->key.addr[end], 16);
	holder->port = end == (f->initiator & 1u) ? 0 : f->key.port[end];
	holder->local = f->local >> end & 1;
	holder->waiting = 1;
	holder->restarts = h->wait_restarts;
	holder->oldest = holder->newest = h->wait_since[end];
	return 0;
}

static bool holds_port(unsigned int state)
{
	return state != STATE_CLOSED && state != STATE_LISTEN && state != STATE_TIME_WAIT;
}

static int add_use(struct search *s, const struct flow *f, const struct history *h)
{
	unsigned int client = f->initiator & 1;
	struct port_use *use = one_more((void **)&s->uses, s->use_count, &s->use_room, sizeof(*use));

	if (!use)
		return -ENOMEM;
	s->use_count++;
	memcpy(use->pair.client, f->key.addr[client], 16);
	memcpy(use->pair.server, f->key.addr[!client], 16);
	use->pair.port = f->key.port[!client];
	use->pair.client_local = f->local >> client & 1;
	use->pair.waiting = f->state[client] == STATE_TIME_WAIT;
	use->pair.open = holds_port(f->state[client]);
	use->pair.server_waiting = f->state[!client] == STATE_TIME_WAIT;
	use->since = use->pair.waiting ? h->wait_since[client] : 0;
	return 0;
}

static int look_at(void *arg, const struct flow *f, const struct history *h)
{
	struct search *s = arg;
	int err = 0;

	for (unsigned int end = 0; !err && end < 2; end++)
		/* Without a start the history is another flow's: this one has just come or gone. */
		if (f->state[end] == STATE_TIME_WAIT && h->wait_since[end])
			err = add_holder(s, f, h, end);
	return err ?: add_use(s, f, h);
}

/* ---- who holds them ------------------------------------------------------------ */

static int by_holder(const void *one, const void *other)
{
	return memcmp(one, other, HOLDER_KEY);
}

static int larger_holder(const void *one, const void *other)
{
	const struct wait_holder *a = one, *b = other;

	if (a->waiting != b->waiting)
		return a->waiting > b->waiting ? -1 : 1;
	return by_holder(one, other);
}

static void merge_holders(struct search *s, struct waits *waits)
{
	size_t kept = 0;

	if (s->holder_count)
		qsort(s->holders, s->holder_count, sizeof(*s->holders), by_holder);
	for (size_t i = 0; i < s->holder_count; i++) {
		const struct wait_holder *holder = &s->holders[i];
		struct wait_holder *group = kept ? &s->holders[kept - 1] : NULL;

		waits->waiting++;
		waits->restarts += holder->restarts;
		if (!group || by_holder(group, holder)) {
			s->holders[kept++] = *holder;
			continue;
		}
		group->waiting++;
		group->restarts += holder->restarts;
		if (holder->oldest < group->oldest)
			group->oldest = holder->oldest;
		if (holder->newest > group->newest)
			group->newest = holder->newest;
	}
	if (kept)
		qsort(s->holders, kept, sizeof(*s->holders), larger_holder);
	waits->holders = s->holders;
	waits->holder_count = kept;
}

/* ---- what they do to the ports -------------------------------------------------- */

static int by_pair(const void *one, const void *other)
{
	const struct port_use *a = one, *b = other;
	int order = memcmp(&a->pair, &b->pair, PAIR_KEY);

	return order ? order : a->since < b->since ? -1 : a->since > b->since;
}

static int larger_pair(const void *one, const void *other)
{
	const struct wait_pair *a = one, *b = other;

	if (a->waiting != b->waiting)
		return a->waiting > b->waiting ? -1 : 1;
	return memcmp(one, other, PAIR_KEY);
}

unsigned int ports_of(const struct wait_pair *pair)
{
	return pair->high - pair->low + 1u;
}

/*
 * How soon there is no port left, if waits go on to begin at the pair's rate:
 * those that are there end one by one, the new ones not before 2MSL; from then
 * on as many end as begin. since: of the waits, the oldest first.
 */
static __u64 dry_in(const struct look *l, const struct wait_pair *pair, const struct port_use *uses)
{
	const double size = ports_of(pair), whole = l->two_msl_ns;
	double left = size - pair->open - pair->waiting, from = 0;

	for (size_t i = 0; i <= pair->waiting; i++, left++) {
		double passed = i < pair->waiting ? (double)(l->now - uses[i].since) : 0;
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
static double rate_of(const struct look *l, const struct wait_pair *pair, const struct port_use *uses)
{
	__u64 window = l->now > uses[0].since ? l->now - uses[0].since : 0;

	if (window > l->two_msl_ns)
		window = l->two_msl_ns;
	if (window < NS_PER_SECOND)
		window = NS_PER_SECOND;
	return (double)pair->waiting * NS_PER_SECOND / window;
}

/* uses: of one pair, first those without a wait. */
static struct wait_pair pair_of(const struct look *l, const struct port_range *local, const struct port_use *uses,
				size_t count)
{
	const struct port_range *ports = client_ports(uses->pair.client_local, local);
	struct wait_pair pair = uses->pair;

	pair.waiting = pair.open = pair.server_waiting = 0;
	for (size_t i = 0; i < count; i++) {
		pair.waiting += uses[i].since != 0;
		pair.open += uses[i].pair.open;
		pair.server_waiting += uses[i].pair.server_waiting;
	}
	pair.assumed = !ports->known;
	pair.low = ports->low;
	pair.high = ports->high;
	pair.dry_in_ns = NEVER_DRY;
	if (!pair.waiting)
		return pair;
	uses += count - pair.waiting;
	pair.rate = rate_of(l, &pair, uses);
	pair.dry_in_ns = dry_in(l, &pair, uses);
	return pair;
}

static int merge_pairs(struct search *s, const struct port_range *local, struct waits *waits)
{
	size_t room = 0;

	if (s->use_count)
		qsort(s->uses, s->use_count, sizeof(*s->uses), by_pair);
	for (size_t i = 0, n; i < s->use_count; i += n) {
		struct wait_pair pair, *place;

		for (n = 1; i + n < s->use_count && !memcmp(&s->uses[i].pair, &s->uses[i + n].pair, PAIR_KEY);)
			n++;
		pair = pair_of(s->look, local, &s->uses[i], n);
		if (!pair.waiting && !pair.server_waiting)
			continue;
		place = one_more((void **)&waits->pairs, waits->pair_count, &room, sizeof(*place));
		if (!place)
			return -ENOMEM;
		*place = pair;
		waits->pair_count++;
	}
	if (waits->pair_count)
		qsort(waits->pairs, waits->pair_count, sizeof(*waits->pairs), larger_pair);
	return 0;
}

int waits_collect(struct look *l, const struct port_range *local, struct waits *waits)
{
	struct search search = { .look = l };
	int err;

	*waits = (struct waits){};
	err = look_flows(l, look_at, &search);
	merge_holders(&search, waits);
	err = err ?: merge_pairs(&search, local, waits);
	free(search.uses);
	if (err)
		waits_free(waits);
	return err;
}

void waits_free(struct waits *waits)
{
	free(waits->holders);
	free(waits->pairs);
	*waits = (struct waits){};
}
