// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
#include "findings/lingering.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

unsigned int port_count(const struct port_range *local, const struct top_group *pair, bool *assumed)
{
	const struct port_range *ports = client_ports(pair->key.local, local);

	*assumed = !ports->known;
	return ports_in(ports);
}

void lingering_begin(struct top_view *v)
{
	groups_clear(&v->ports);
	groups_clear(&v->leaks);
	v->leaking[0] = v->leaking[1] = 0;
}

/* ---- ports ---------------------------------------------------------------------- */

static struct top_group_key service_key(const struct top_flow *f)
{
	unsigned int client = f->initiator & 1;
	struct top_group_key key = { .port = { 0, f->key.port[!client] }, .local = f->local >> client & 1 };

	memcpy(key.addr[0], f->key.addr[client], 16);
	memcpy(key.addr[1], f->key.addr[!client], 16);
	return key;
}

static int add_wait(struct top_view *v, const struct top_flow *f)
{
	struct top_group_key key = service_key(f);
	struct top_group *pair = groups_get(&v->ports, &key);

	if (!pair)
		return -ENOMEM;
	group_add(pair, f, f->changed);
	return 0;
}

/* Connections beside the waits: only now it is known which pairs matter. */
static void add_open(struct top_view *v)
{
	for (size_t i = 0; i < v->sample->count; i++) {
		const struct top_flow *f = &v->sample->flows[i];
		struct top_group_key key = service_key(f);
		struct top_group *pair;

		if (f->state[f->initiator & 1] == STATE_TIME_WAIT)
			continue;
		pair = groups_find(&v->ports, &key);
		if (pair)
			group_add(pair, f, ~0ULL);
	}
}

/* ---- half closed ------------------------------------------------------------------ */

/* Whose: a responder's end by its own address and port; an initiator's by its address and its peer's endpoint. */
static struct top_group_key leak_key(const struct top_flow *f, unsigned int end)
{
	struct top_group_key key = { .state = f->state[end], .role = end == (f->initiator & 1u),
				     .local = f->local >> end & 1 };

	memcpy(key.addr[0], f->key.addr[end], 16);
	if (key.role) {
		memcpy(key.addr[1], f->key.addr[!end], 16);
		key.port[1] = f->key.port[!end];
	} else {
		key.port[0] = f->key.port[end];
	}
	return key;
}

static bool lingers(const struct top_view *v, const struct top_flow *f, unsigned int end)
{
	return (f->state[end] == STATE_CLOSE_WAIT || f->state[end] == STATE_FIN_WAIT_2) &&
	       f->changed + v->leaks_older_ns <= v->sample->time;
}

int lingering_look_at(struct top_view *v, const struct top_flow *f)
{
	if (f->state[f->initiator & 1] == STATE_TIME_WAIT && add_wait(v, f))
		return -ENOMEM;
	for (unsigned int end = 0; end < 2; end++) {
		struct top_group_key key;
		struct top_group *leak;

		if (!lingers(v, f, end))
			continue;
		key = leak_key(f, end);
		leak = groups_get(&v->leaks, &key);
		if (!leak)
			return -ENOMEM;
		group_add(leak, f, f->changed);
		v->leaking[f->state[end] == STATE_FIN_WAIT_2]++;
	}
	return 0;
}

/* ---- most first -------------------------------------------------------------------- */

static int more_ports_first(const void *one, const void *other)
{
	const struct top_group *a = one, *b = other;
	__u64 used_a = a->waiting + a->open, used_b = b->waiting + b->open;

	if (used_a != used_b)
		return used_a > used_b ? -1 : 1;
	return memcmp(&a->key, &b->key, sizeof(a->key));
}

static int more_leaks_first(const void *one, const void *other)
{
	const struct top_group *a = one, *b = other;

	if (a->connections != b->connections)
		return a->connections > b->connections ? -1 : 1;
	return memcmp(&a->key, &b->key, sizeof(a->key));
}

/* After it the groups can't be found by their keys until they are cleared. */
static void sort_groups(struct top_groups *g, int (*order)(const void *one, const void *other))
{
	if (g->count)
		qsort(g->list, g->count, sizeof(*g->list), order);
}

void lingering_end(struct top_view *v)
{
	if (v->ports.count)
		add_open(v);
	sort_groups(&v->ports, more_ports_first);
	sort_groups(&v->leaks, more_leaks_first);
}
