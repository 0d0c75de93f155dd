// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include "rig.h"
#include "xdp_tcpstate.skel.h"

__u64 now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * SECOND_NS + now.tv_nsec;
}

/* As the command's default: room for 65,536 unanswered SYNs. */
#define EMBRYO_SETS (65536 / EMBRYO_WAYS)

/* What has an entry a slot is made for one set until it is sized, whatever it is called; and one more, the sweep's own. */
static int size_table(struct rig *rig)
{
	struct bpf_map *map;
	int err = bpf_map__set_max_entries(rig->object->maps.tags, rig->sets + 1);

	bpf_object__for_each_map(map, rig->object->obj)
		if (!err && bpf_map__type(map) == BPF_MAP_TYPE_ARRAY && bpf_map__max_entries(map) == SET_WAYS + 1)
			err = bpf_map__set_max_entries(map, rig->sets * SET_WAYS + 1);
	err = err ?: bpf_map__set_max_entries(rig->object->maps.prints, EMBRYO_SETS);
	return err ?: bpf_map__set_max_entries(rig->object->maps.embryos, EMBRYO_SETS);
}

static void set_constants(struct rig *rig)
{
	struct timespec tick;

	rig->object->rodata->table_sets = rig->sets;
	rig->object->rodata->embryo_sets = EMBRYO_SETS;
	for (size_t i = 0; i < sizeof(rig->object->rodata->hash_seed) / sizeof(__u64); i++)
		((__u64 *)rig->object->rodata->hash_seed)[i] = 0x5eed5eed5eed5eedull * (i + 1);
	if (!clock_getres(CLOCK_MONOTONIC_COARSE, &tick))
		rig->object->rodata->tick_ns = tick.tv_nsec;
}

static int map_tags(struct rig *rig)
{
	const size_t page = sysconf(_SC_PAGESIZE);

	rig->tags_bytes = (rig->sets * sizeof(struct tag_set) + page - 1) / page * page;
	rig->tags = mmap(NULL, rig->tags_bytes, PROT_READ | PROT_WRITE, MAP_SHARED,
			 bpf_map__fd(rig->object->maps.tags), 0);
	if (rig->tags == MAP_FAILED) {
		rig->tags = NULL;
		return -errno;
	}
	return 0;
}

static int quiet(enum libbpf_print_level level, const char *format, va_list args)
{
	return level == LIBBPF_WARN ? vfprintf(stderr, format, args) : 0;
}

static int take_record(void *context, void *record, size_t size)
{
	struct rig *rig = context;

	return rig->take ? rig->take(rig->context, record, size) : 0;
}

int rig_open(struct rig *rig, __u32 sets, bool end_host)
{
	struct bpf_program *program;
	int err;

	*rig = (struct rig){ .sets = sets };
	libbpf_set_print(quiet);
	rig->object = xdp_tcpstate__open();
	err = rig->object ? size_table(rig) : -errno;
	if (!err) {
		set_constants(rig);
		rig->object->rodata->end_host = end_host;
		bpf_object__for_each_program(program, rig->object->obj)
			bpf_program__set_autoload(program, program == rig->object->progs.tcpstate_xdp ||
							   program == rig->object->progs.tcpstate_sweep);
		err = xdp_tcpstate__load(rig->object);
	}
	if (!err)
		err = map_tags(rig);
	if (err) {
		fprintf(stderr, "loading the BPF object for %u slots: %s\n", sets * SET_WAYS, strerror(-err));
		return err;
	}
	rig->xdp = bpf_program__fd(rig->object->progs.tcpstate_xdp);
	rig->sweep = bpf_program__fd(rig->object->progs.tcpstate_sweep);
	rig->flows = bpf_map__fd(rig->object->maps.flows);
	rig->histories = bpf_map__fd(rig->object->maps.histories);
	rig->ring = ring_buffer__new(bpf_map__fd(rig->object->maps.events), take_record, rig, NULL);
	err = rig->ring ? rig_configure(rig, 0, 0) : -errno;
	/* As the command does before packets come: the sweep sets the programs' clock. */
	return err ?: rig_sweep(rig) < 0 ? -EIO : 0;
}

void rig_close(struct rig *rig)
{
	ring_buffer__free(rig->ring);
	if (rig->tags)
		munmap(rig->tags, rig->tags_bytes);
	xdp_tcpstate__destroy(rig->object);
	*rig = (struct rig){};
}

const __u64 *rig_seed(const struct rig *rig)
{
	return (const __u64 *)rig->object->rodata->hash_seed;
}

int rig_configure(struct rig *rig, __u32 events, __u64 timeout_ns)
{
	static const __u32 defaults[STATE_SLOTS] = {
		[STATE_ESTABLISHED] = 86400, [STATE_FIN_WAIT_2] = 86400, [STATE_CLOSE_WAIT] = 86400,
		[STATE_SYN_RECEIVED] = 60, [STATE_TIME_WAIT] = 60, [STATE_CLOSED] = 60,
	};
	struct settings settings = {};
	__u32 zero = 0;

	bpf_map_lookup_elem(bpf_map__fd(rig->object->maps.settings), &zero, &settings);
	settings.events = events;
	settings.unconfirmed_ns = timeout_ns ?: 300 * SECOND_NS;
	for (int i = 0; i < STATE_SLOTS; i++)
		settings.timeout_ns[i] = timeout_ns ?: (defaults[i] ?: 120) * SECOND_NS;
	return bpf_map_update_elem(bpf_map__fd(rig->object->maps.settings), &zero, &settings, BPF_ANY) ? -errno : 0;
}

static int run(int program, const void *data, __u32 size)
{
	LIBBPF_OPTS(bpf_test_run_opts, opts, .data_in = data, .data_size_in = size, .repeat = 1);
	int err = bpf_prog_test_run_opts(program, &opts);

	return err ?: (int)opts.retval;
}

int rig_frame(const struct rig *rig, const struct wire *wire)
{
	return run(rig->xdp, wire->bytes, wire->size);
}

int rig_sweep(const struct rig *rig)
{
	static const char frame[64];
	int verdict = run(rig->sweep, frame, sizeof(frame));

	return verdict < 0 ? verdict : verdict == XDP_TX;
}

void rig_sweep_anew(const struct rig *rig)
{
	rig->object->bss->sweep_set = 0;
	rig->object->bss->sweep_round = 0;
}

int rig_find(const struct rig *rig, __u32 set, const struct flow_key *key, struct flow *flow)
{
	int found = 0;

	for (__u32 way = 0; way < SET_WAYS; way++) {
		struct flow f;
		__u32 slot = set * SET_WAYS + way;
		enum tag_class class = tag_class_of(*(const volatile __u64 *)&rig->tags[set].word[way / 4], way);

		if (!holds_flow(class) || bpf_map_lookup_elem(rig->flows, &slot, &f) ||
		    memcmp(&f.key, key, sizeof(*key)))
			continue;
		*flow = f;
		found++;
	}
	return found;
}

int rig_clear(struct rig *rig, __u32 set)
{
	static const struct flow empty[SET_WAYS];
	__u32 slots[SET_WAYS], count = SET_WAYS;

	for (__u32 way = 0; way < SET_WAYS; way++)
		slots[way] = set * SET_WAYS + way;
	memset(&rig->tags[set], 0, sizeof(rig->tags[set]));
	return bpf_map_update_batch(rig->flows, slots, empty, &count, NULL);
}

__u64 rig_counter(const struct rig *rig, size_t offset)
{
	const int cpus = libbpf_num_possible_cpus();
	const size_t size = (sizeof(struct counters) + 7) & ~7ul;
	char *each = calloc(cpus, size);
	__u32 zero = 0;
	__u64 sum = 0;

	if (each && !bpf_map_lookup_elem(bpf_map__fd(rig->object->maps.counters), &zero, each))
		for (int cpu = 0; cpu < cpus; cpu++)
			sum += *(const __u64 *)(each + cpu * size + offset);
	free(each);
	return sum;
}

int rig_drain(struct rig *rig, int (*take)(void *, void *, size_t), void *context)
{
	rig->take = take;
	rig->context = context;
	return ring_buffer__consume(rig->ring);
}
