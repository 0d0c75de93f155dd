// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
#include "findings/groups.h"

#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#define FIRST_BITS 8
#define KEY_WORDS (sizeof(struct group_key) / sizeof(__u32))

_Static_assert(sizeof(struct group_key) == 44, "no hidden padding: it is hashed and compared");

void groups_clear(struct groups *g)
{
	g->count = 0;
	if (g->index)
		memset(g->index, 0, sizeof(*g->index) << g->index_bits);
}

void groups_free(struct groups *g)
{
	free(g->list);
	free(g->index);
	*g = (struct groups){};
}

static __u32 *index_slot(const struct groups *g, const struct group_key *key)
{
	__u32 mask = (1u << g->index_bits) - 1, at;
	__u32 words[KEY_WORDS];
	__u64 hash = g->seed;

	memcpy(words, key, sizeof(*key));
	for (unsigned int i = 0; i < KEY_WORDS; i++) {
		hash = (hash ^ words[i]) * 0x9e3779b97f4a7c15ULL;
		hash ^= hash >> 32;
	}
	at = hash & mask;
	while (g->index[at] && memcmp(group_at(g, g->index[at] - 1), key, sizeof(*key)))
		at = (at + 1) & mask;
	return &g->index[at];
}

/* Half of the index stays empty. */
static int grow(struct groups *g)
{
	size_t room = g->room ? 2 * g->room : 1u << (FIRST_BITS - 1);
	unsigned int bits = g->room ? g->index_bits + 1 : FIRST_BITS;
	char *list = reallocarray(g->list, room, g->size);
	__u32 *index;

	if (!list)
		return -1;
	g->list = list;
	index = calloc(1u << bits, sizeof(*index));
	if (!index)
		return -1;
	/* Without random numbers the places are only as hard to guess as this address. */
	if (!g->index && getrandom(&g->seed, sizeof(g->seed), GRND_NONBLOCK) != sizeof(g->seed))
		g->seed = (unsigned long)index;
	free(g->index);
	g->index = index;
	g->index_bits = bits;
	g->room = room;
	for (size_t i = 0; i < g->count; i++)
		*index_slot(g, group_at(g, i)) = i + 1;
	return 0;
}

void *groups_get(struct groups *g, const struct group_key *key, size_t size)
{
	__u32 found = g->index ? *index_slot(g, key) : 0;
	void *group;

	if (found)
		return group_at(g, found - 1);
	g->size = size;
	if (g->count == g->room && grow(g))
		return NULL;
	group = memset(group_at(g, g->count), 0, size);
	memcpy(group, key, sizeof(*key));
	*index_slot(g, key) = ++g->count;
	return group;
}

void groups_sort(struct groups *g, int (*order)(const void *one, const void *other))
{
	if (g->count)
		qsort(g->list, g->count, g->size, order);
}
