// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
#include "kernel/embryos.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <bpf/bpf.h>

#include "kernel/maps.h"
#include "tcpstate/core/apply.h"
#include "tcpstate/core/copies.h"

#define CHUNK 32 /* sets a system call: 66 KiB */

/* The core itself makes the flow of it, as the programs do when an answer comes. */
static void make_flow(const struct embryo *e, struct flow *f, struct history *h)
{
	const __u32 x = e->from & 1;
	struct news news = { .released_end = NO_END, .refused_end = NO_END };

	memset(f, 0, sizeof(*f));
	memset(h, 0, sizeof(*h));
	f->key = e->key;
	f->id = e->id;
	f->local = e->local;
	open_flow(f, h, x, &e->seg, JUDGE_OPEN, e->time);
	note_passage(f, h, x, &e->seg, e->place, JUDGE_OPEN, e->time);
	apply(f, h, x, &e->seg, JUDGE_OPEN, ARRIVED, e->time, &news);
}

static int visit_set(const struct embryo_set *set, table_visit *visit, void *arg)
{
	struct flow flow;
	struct history history;
	int err = 0;

	for (int way = 0; !err && way < EMBRYO_WAYS; way++) {
		if (!set->at[way].id)
			continue;
		make_flow(&set->at[way], &flow, &history);
		err = visit(arg, &flow, &history);
	}
	return err;
}

static int read_sets(const struct maps *maps, __u32 first, __u32 count, __u32 *keys, struct embryo_set *sets, __u64 flags)
{
	LIBBPF_OPTS(bpf_map_batch_opts, opts, .elem_flags = flags);
	__u32 before = first - 1, last, got = count;
	int err = bpf_map_lookup_batch(maps->embryos, first ? &before : NULL, &last, keys, sets, &got, &opts);

	if (err == -ENOENT) /* that was the end of the map */
		err = 0;
	return err ? err : got == count ? 0 : -EIO;
}

static int walk(const struct maps *maps, int (*look)(const struct embryo_set *, void *), void *arg)
{
	struct bpf_map_info info = {};
	__u32 size = sizeof(info), keys[CHUNK];
	struct embryo_set *sets = malloc(CHUNK * sizeof(*sets));
	int err = sets ? bpf_obj_get_info_by_fd(maps->embryos, &info, &size) : -ENOMEM;
	__u64 flags = BPF_F_LOCK;

	for (__u32 first = 0, n; !err && first < info.max_entries; first += n) {
		n = info.max_entries - first < CHUNK ? info.max_entries - first : CHUNK;
		err = read_sets(maps, first, n, keys, sets, flags);
		if (err == -EINVAL && flags) { /* a kernel that does not take it in batches */
			flags = 0;
			err = read_sets(maps, first, n, keys, sets, flags);
		}
		for (__u32 i = 0; !err && i < n; i++)
			err = look(&sets[i], arg);
	}
	free(sets);
	return err;
}

struct visitor {
	table_visit *visit;
	void *arg;
};

static int visit_look(const struct embryo_set *set, void *arg)
{
	struct visitor *v = arg;

	return visit_set(set, v->visit, v->arg);
}

int embryos_each(const struct maps *maps, table_visit *visit, void *arg)
{
	struct visitor v = { visit, arg };

	return walk(maps, visit_look, &v);
}

static int count_look(const struct embryo_set *set, void *arg)
{
	long *count = arg;

	for (int way = 0; way < EMBRYO_WAYS; way++)
		*count += set->at[way].id != 0;
	return 0;
}

long embryos_count(const struct maps *maps)
{
	long count = 0;
	int err = walk(maps, count_look, &count);

	return err ? err : count;
}
