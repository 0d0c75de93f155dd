// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
#include "kernel/table.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <bpf/bpf.h>

#include "kernel/embryos.h"
#include "kernel/maps.h"

#define CHUNK_SETS 64                       /* sets looked at together */
#define CHUNK_SLOTS (CHUNK_SETS * SET_WAYS)

struct reader {
	const struct maps *maps;
	__u64 flags;                        /* BPF_F_LOCK, or 0 where the kernel does not take it */
	__u32 keys[CHUNK_SLOTS];
	struct tag_set tags[CHUNK_SETS];
	struct flow flows[CHUNK_SLOTS];
	struct history histories[CHUNK_SLOTS];
};

static enum tag_class tag_class(const struct tag_set *set, __u32 way)
{
	return gauge_class(tag_class_of(set->word[way / 4], way));
}

/* count entries of an ARRAY map from the first on. */
static int read_batch(int fd, __u32 first, __u32 count, __u32 *keys, void *values, __u64 flags)
{
	LIBBPF_OPTS(bpf_map_batch_opts, opts, .elem_flags = flags);
	__u32 before = first - 1, last, got = count;
	/* A batch starts behind a key; NULL stands for the start. */
	int err = bpf_map_lookup_batch(fd, first ? &before : NULL, &last, keys, values, &got, &opts);

	if (err == -ENOENT) /* that was the end of the map */
		err = 0;
	return err ? err : got == count ? 0 : -EIO;
}

static int read_one(struct reader *r, __u32 slot, struct flow *flow)
{
	int err = bpf_map_lookup_elem_flags(r->maps->flows, &slot, flow, r->flags);

	if (err == -EINVAL && r->flags) {
		r->flags = 0;
		err = bpf_map_lookup_elem(r->maps->flows, &slot, flow);
	}
	return err ?: bpf_map_lookup_elem(r->maps->histories, &slot, &r->histories[flow - r->flows]);
}

static int read_many(struct reader *r, __u32 first, __u32 count)
{
	int err = read_batch(r->maps->flows, first, count, r->keys, r->flows, r->flags);

	if (err == -EINVAL && r->flags) {
		r->flags = 0;
		err = read_batch(r->maps->flows, first, count, r->keys, r->flows, 0);
	}
	return err ?: read_batch(r->maps->histories, first, count, r->keys, r->histories, 0);
}

static int read_slots(struct reader *r, __u32 first_set, __u32 sets)
{
	__u32 first = first_set * SET_WAYS, count = sets * SET_WAYS, live = 0;
	int err;

	for (__u32 slot = 0; slot < count; slot++)
		live += tag_class(&r->tags[slot / SET_WAYS], slot % SET_WAYS) != TAG_EMPTY;
	/* A system call a slot costs as much as some four slots of a batch. */
	if (live * 4 >= count)
		return read_many(r, first, count);
	for (__u32 slot = 0; slot < count; slot++) {
		if (tag_class(&r->tags[slot / SET_WAYS], slot % SET_WAYS) == TAG_EMPTY)
			continue;
		err = read_one(r, first + slot, &r->flows[slot]);
		if (err)
			return err;
	}
	return 0;
}

/* Visits the slots of at most CHUNK_SETS sets. */
static int visit_sets(struct reader *r, __u32 first, __u32 sets, slot_visit *visit, void *arg)
{
	int err = read_batch(r->maps->tags, first, sets, r->keys, r->tags, 0);

	err = err ?: read_slots(r, first, sets);
	for (__u32 slot = 0; !err && slot < sets * SET_WAYS; slot++) {
		const struct flow *flow = &r->flows[slot];

		/* A way just claimed has no flow yet: its id comes first. */
		if (tag_class(&r->tags[slot / SET_WAYS], slot % SET_WAYS) != TAG_EMPTY && flow->id && flow->state[0] &&
		    flow->state[1])
			err = visit(arg, first * SET_WAYS + slot, flow, &r->histories[slot]);
	}
	return err;
}

int table_part(const struct maps *maps, __u32 first, __u32 sets, slot_visit *visit, void *arg)
{
	struct reader *r = malloc(sizeof(*r));
	int err = 0;

	if (!r)
		return -ENOMEM;
	r->maps = maps;
	r->flags = BPF_F_LOCK;
	for (__u32 done = 0, n; !err && done < sets; done += n) {
		n = sets - done < CHUNK_SETS ? sets - done : CHUNK_SETS;
		err = visit_sets(r, first + done, n, visit, arg);
	}
	free(r);
	return err;
}

/* Who does not ask for the slot. */
struct visitor {
	table_visit *visit;
	void *arg;
};

static int visit_flow(void *arg, __u32 slot, const struct flow *flow, const struct history *history)
{
	const struct visitor *visitor = arg;

	return visitor->visit(visitor->arg, flow, history);
}

int table_each(const struct maps *maps, __u32 sets, table_visit *visit, void *arg)
{
	struct visitor visitor = { visit, arg };

	return table_part(maps, 0, sets, visit_flow, &visitor) ?: embryos_each(maps, visit, arg);
}

int table_slot(const struct maps *maps, __u32 slot, struct flow *flow)
{
	return bpf_map_lookup_elem(maps->flows, &slot, flow);
}

int table_classes(const struct maps *maps, __u32 sets, __u64 count[TAG_CLASSES])
{
	struct tag_set tags[CHUNK_SETS];
	__u32 keys[CHUNK_SETS];
	int err = 0;

	memset(count, 0, TAG_CLASSES * sizeof(count[0]));
	for (__u32 set = 0, n; !err && set < sets; set += n) {
		n = sets - set < CHUNK_SETS ? sets - set : CHUNK_SETS;
		err = read_batch(maps->tags, set, n, keys, tags, 0);
		for (__u32 slot = 0; !err && slot < n * SET_WAYS; slot++)
			count[tag_class(&tags[slot / SET_WAYS], slot % SET_WAYS)]++;
	}
	if (!err) {
		long embryos = embryos_count(maps);

		count[TAG_UNCONFIRMED] += embryos > 0 ? embryos : 0;
		err = embryos < 0 ? embryos : 0;
	}
	return err;
}
