// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
#include "findings/groups.h"

#include <stdlib.h>
#include <string.h>

#include "top/sample.h"

#define FIRST_BITS 8

_Static_assert(sizeof(struct top_group_key) == 40, "no hidden padding: it is hashed and compared");

void groups_clear(struct top_groups *g)
{
	g->count = 0;
	if (g->index)
		memset(g->index, 0, sizeof(*g->index) << g->index_bits);
}

void groups_free(struct top_groups *g)
{
	free(g->list);
	free(g->index);
	*g = (struct top_groups){};
}

static __u32 *index_slot(const struct top_groups *g, const struct top_group_key *key)
{
	__u32 mask = (1u << g->index_bits) - 1, at;
	__u64 words[sizeof(*key) / sizeof(__u64)], hash = 0;

	memcpy(words, key, sizeof(*key));
	for (unsigned int i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		hash = (hash ^ words[i]) * 0x9e3779b97f4a7c15ULL;
		hash ^= hash >> 32;
	}
	at = hash & mask;
	while (g->index[at] && memcmp(&g->list[g->index[at] - 1].key, key, sizeof(*key)))
		at = (at + 1) & mask;
	return &g->index[at];
}

/* Half of the index stays empty. */
static int grow(struct top_groups *g)
{
	size_t room = g->room ? 2 * g->room : 1u << (FIRST_BITS - 1);
	unsigned int bits = g->room ? g->index_bits + 1 : FIRST_BITS;
	struct top_group *list = realloc(g->list, room * sizeof(*list));
	__u32 *index;

	if (!list)
		return -1;
	g->list = list;
	index = calloc(1u << bits, sizeof(*index));
	if (!index)
		return -1;
	free(g->index);
	g->index = index;
	g->index_bits = bits;
	g->room = room;
	for (size_t i = 0; i < g->count; i++)
		*index_slot(g, &g->list[i].key) = i + 1;
	return 0;
}

struct top_group *groups_find(const struct top_groups *g, const struct top_group_key *key)
{
	__u32 found = g->index ? *index_slot(g, key) : 0;

	return found ? &g->list[found - 1] : NULL;
}

struct top_group *groups_get(struct top_groups *g, const struct top_group_key *key)
{
	struct top_group *group = groups_find(g, key);

	if (group)
		return group;
	if (g->count == g->room && grow(g))
		return NULL;
	group = &g->list[g->count];
	*group = (struct top_group){ .key = *key, .oldest = ~0ULL };
	*index_slot(g, key) = ++g->count;
	return group;
}

void group_add(struct top_group *group, const struct top_flow *f, __u64 since)
{
	unsigned int state = f->state[f->initiator & 1];

	group->connections++;
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
	if (since < group->oldest)
		group->oldest = since;
	if (f->last_seen > group->last_seen)
		group->last_seen = f->last_seen;
}
