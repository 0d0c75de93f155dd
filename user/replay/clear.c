// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
#include "replay/clear.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include "base/error.h"
#include "kernel/object.h"
#include "tcpstate/abi.h"
#include "xdp_tcpstate.skel.h"

/* User space wrote them: settings, --track, what the instance says of itself. */
static bool is_ours(const struct xdp_tcpstate *skeleton, const struct bpf_map *map)
{
	return map == skeleton->maps.settings || map == skeleton->maps.instance || map == skeleton->maps.track_nets ||
	       map == skeleton->maps.track_ports;
}

/* An array with a value for every set of the flow table, or for every slot: too large to be written as a whole. */
static bool is_of_table(const struct xdp_tcpstate *skeleton, const struct bpf_map *map)
{
	return map == skeleton->maps.tags || bpf_map__max_entries(map) == bpf_map__max_entries(skeleton->maps.flows);
}

static int clear_hash(const struct bpf_map *map)
{
	char *key = malloc(bpf_map__key_size(map));
	int err = key ? 0 : -ENOMEM;

	while (!err && !bpf_map_get_next_key(bpf_map__fd(map), NULL, key))
		err = bpf_map_delete_elem(bpf_map__fd(map), key);
	free(key);
	return err;
}

/* Some few values, of every CPU where each has its own. */
static int clear_values(const struct bpf_map *map)
{
	size_t size = (bpf_map__value_size(map) + 7) & ~7u;
	int cpus = libbpf_num_possible_cpus(), err = 0;
	void *nothing = cpus > 0 ? calloc(cpus, size) : NULL;

	if (!nothing)
		return cpus < 0 ? cpus : -ENOMEM;
	for (__u32 key = 0; !err && key < bpf_map__max_entries(map); key++)
		err = bpf_map_update_elem(bpf_map__fd(map), &key, nothing, BPF_ANY);
	free(nothing);
	return err;
}

/* One value of each array that is parallel to flows. */
static int clear_slot(const struct xdp_tcpstate *skeleton, __u32 slot)
{
	static const char nothing[4096];
	const struct bpf_map *map;
	int err = 0;

	bpf_object__for_each_map(map, skeleton->obj) {
		if (bpf_map__type(map) != BPF_MAP_TYPE_ARRAY || map == skeleton->maps.tags || !is_of_table(skeleton, map))
			continue;
		if (bpf_map__value_size(map) > sizeof(nothing))
			return -E2BIG;
		err = err ?: bpf_map_update_elem(bpf_map__fd(map), &slot, nothing, BPF_ANY);
	}
	return err;
}

/* A slot whose tag was never set is empty still. */
static int clear_table(const struct xdp_tcpstate *skeleton)
{
	__u32 sets = skeleton->rodata->table_sets;
	size_t size = sets * sizeof(struct tag_set);
	struct tag_set *tags = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, bpf_map__fd(skeleton->maps.tags), 0);
	int err = 0;

	if (tags == MAP_FAILED)
		return -errno;
	for (__u32 slot = 0; !err && slot < sets * SET_WAYS; slot++) {
		const struct tag_set *set = &tags[slot / SET_WAYS];
		__u32 way = slot % SET_WAYS;

		if (!set->word[way / 4])
			slot |= 3; /* four empty ways */
		else
			err = clear_slot(skeleton, slot);
	}
	memset(tags, 0, size);
	munmap(tags, size);
	return err;
}

static int clear_maps(const struct xdp_tcpstate *skeleton)
{
	const struct bpf_map *map;
	int err = 0;

	bpf_object__for_each_map(map, skeleton->obj) {
		if (err)
			return err;
		if (is_ours(skeleton, map) || bpf_map__is_internal(map))
			continue;
		switch (bpf_map__type(map)) {
		case BPF_MAP_TYPE_HASH:
		case BPF_MAP_TYPE_LRU_HASH:
			err = clear_hash(map);
			break;
		case BPF_MAP_TYPE_PERCPU_ARRAY:
			err = clear_values(map);
			break;
		case BPF_MAP_TYPE_ARRAY:
			err = is_of_table(skeleton, map) ? 0 : clear_values(map);
			break;
		default:
			break;
		}
	}
	return err;
}

int clear_object(const struct object *object)
{
	struct xdp_tcpstate *skeleton = object->skeleton;
	int err = clear_maps(skeleton);

	err = err ?: clear_table(skeleton);
	if (err)
		return fail(err, "emptying the flow table for the next capture: %s", strerror(-err));
	memset(skeleton->bss, 0, sizeof(*skeleton->bss));
	return 0;
}
