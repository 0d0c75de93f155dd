// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <time.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <bpf/btf.h>
#include <bpf/libbpf.h>

#include "rig.h"
#include "tcpstate/abi.h"

#define RING_BYTES (64u << 20)
/* struct htab_elem, its bucket and freelist; to estimate memory, nothing else. */
#define HASH_OVERHEAD 96

static const char *const program_names[PROGRAMS] = {
	[PROGRAM_EMPTY] = "bench_empty", [PROGRAM_DRIVE] = "bench_drive", [PROGRAM_PARSE] = "bench_parse",
	[PROGRAM_TRACK] = "bench_track", [PROGRAM_SWEEP] = "tcpstate_sweep",
};

__u32 rig_hash_room = 1;

/* As in user/kernel/object.c: half full at max_flows. */
static __u32 sets_for(__u32 max_flows)
{
	return (2ULL * max_flows + SET_WAYS - 1) / SET_WAYS;
}

__u64 rig_bytes(__u32 max_flows)
{
	__u64 slots = sets_for(max_flows) * SET_WAYS;

	__u64 value = sizeof(struct flow) + sizeof(struct history);
	__u64 table = slots * (value + sizeof(struct tag_set) / SET_WAYS);
	__u64 hash = (__u64)max_flows * rig_hash_room * (2 * sizeof(struct flow_key) + value + 2 * HASH_OVERHEAD);

	return table + (hash > table ? hash : table) + 2 * RING_BYTES;
}

/* The objects lie beside the executable. */
static int object_path(const char *name, char *path, size_t size)
{
	char self[PATH_MAX];
	ssize_t length = readlink("/proc/self/exe", self, sizeof(self) - 1);
	char *slash;

	if (length < 0)
		return -errno;
	self[length] = 0;
	slash = strrchr(self, '/');
	return snprintf(path, size, "%.*s/%s_tracker.bpf.o", (int)(slash - self), self, name) < (int)size ?
	       0 : -ENAMETOOLONG;
}

/* Finds a map by the end of its name: libbpf puts the object's name before those of sections. */
static struct bpf_map *section_map(struct bpf_object *object, const char *section)
{
	struct bpf_map *map;

	bpf_object__for_each_map(map, object) {
		const char *found = strstr(bpf_map__name(map), section);

		if (found && !found[strlen(section)])
			return map;
	}
	return NULL;
}

/* Where a 'const volatile' lies before load, by what the object's BTF says. NULL if there is none of this name and size. */
static void *find_constant(struct bpf_object *object, const char *name, size_t size)
{
	const struct btf *btf = bpf_object__btf(object);
	int id = btf__find_by_name_kind(btf, ".rodata", BTF_KIND_DATASEC);
	const struct btf_type *section = id < 0 ? NULL : btf__type_by_id(btf, id);
	const struct btf_var_secinfo *variable = section ? btf_var_secinfos(section) : NULL;
	struct bpf_map *map = section_map(object, ".rodata");
	size_t have;
	char *data = map ? (char *)bpf_map__initial_value(map, &have) : NULL; /* const only in libbpf's header */

	for (int i = 0; data && section && i < btf_vlen(section); i++, variable++) {
		const struct btf_type *type = btf__type_by_id(btf, variable->type);

		if (strcmp(btf__name_by_offset(btf, type->name_off), name) == 0 && variable->size == size)
			return data + variable->offset;
	}
	return NULL;
}

static int set_constant(struct bpf_object *object, const char *name, const void *value, size_t size)
{
	void *constant = find_constant(object, name, size);

	if (constant)
		memcpy(constant, value, size);
	return constant ? 0 : -ENOENT;
}

static int read_layout(struct rig *rig)
{
	const void *layout = find_constant(rig->object, "layout", sizeof(rig->layout));

	if (!layout)
		return -ENOENT;
	rig->layout = *(const struct layout *)layout;
	rig->settings = calloc(1, rig->layout.settings_size);
	return rig->settings ? 0 : -ENOMEM;
}

/* As the command's default: room for 65,536 unanswered SYNs. An older object has none. */
static int size_embryos(struct rig *rig)
{
	const __u32 sets = 65536 / EMBRYO_WAYS;
	struct bpf_map *embryos = bpf_object__find_map_by_name(rig->object, "embryos");

	if (!embryos)
		return 0;
	return set_constant(rig->object, "embryo_sets", &sets, sizeof(sets)) ?: bpf_map__set_max_entries(embryos, sets) ?:
	       bpf_map__set_max_entries(bpf_object__find_map_by_name(rig->object, "prints"), sets);
}

/*
 * Arrays with an entry a slot are made for one set's (SET_WAYS) until they are
 * sized, whatever they are called in this object; and one more, where the sweep has a slot of its own.
 */
static int size_table(struct rig *rig)
{
	struct bpf_map *map, *tags = bpf_object__find_map_by_name(rig->object, "tags");
	int err = bpf_map__set_max_entries(tags, rig->sets + bpf_map__max_entries(tags) - 1);

	bpf_object__for_each_map(map, rig->object) {
		__u32 more = bpf_map__max_entries(map) - SET_WAYS;

		if (!err && bpf_map__type(map) == BPF_MAP_TYPE_ARRAY && more <= 1)
			err = bpf_map__set_max_entries(map, rig->sets * SET_WAYS + more);
	}
	return err ?: size_embryos(rig);
}

static int configure(struct rig *rig, __u32 max_flows)
{
	struct bpf_map *hash = bpf_object__find_map_by_name(rig->object, "flow_hash");
	struct bpf_map *history_hash = bpf_object__find_map_by_name(rig->object, "history_hash");
	struct bpf_map *events = bpf_object__find_map_by_name(rig->object, "events");
	struct bpf_program *program;
	struct timespec tick;
	__u64 seed[6];
	int err;

	rig->sets = sets_for(max_flows);
	if (getrandom(seed, sizeof(seed), 0) != sizeof(seed))
		return -EIO;
	/* Where coarse time is read from jiffies, as the command sets it; else there is no such constant. */
	if (!clock_getres(CLOCK_MONOTONIC_COARSE, &tick))
		set_constant(rig->object, "tick_ns", &(__u32){ tick.tv_nsec }, sizeof(__u32));
	err = set_constant(rig->object, "table_sets", &rig->sets, sizeof(rig->sets));
	if (!err && !hash)
		err = set_constant(rig->object, "hash_seed", seed, sizeof(seed));
	if (!err && hash)
		err = bpf_map__set_max_entries(hash, max_flows * rig_hash_room);
	if (!err && hash)
		err = bpf_map__set_max_entries(history_hash, max_flows * rig_hash_room);
	/* The hash tracker does not use the table, but its object has it: at its smallest. */
	if (!err && !hash)
		err = size_table(rig);
	if (!err)
		err = bpf_map__set_max_entries(events, RING_BYTES);
	bpf_object__for_each_program(program, rig->object) {
		bool wanted = false;

		for (int i = 0; i < PROGRAMS; i++)
			wanted |= strcmp(bpf_program__name(program), program_names[i]) == 0;
		bpf_program__set_autoload(program, wanted);
	}
	return err;
}

static __u64 *timeouts_of(const struct rig *rig)
{
	return rig->settings + rig->layout.timeouts;
}

/* As the command sets them by default; see DESIGN on timeouts. */
static void default_settings(struct rig *rig)
{
	const __u64 second = 1000000000;
	__u64 *timeout_ns = timeouts_of(rig);

	for (int i = 0; i < STATE_SLOTS; i++)
		timeout_ns[i] = 120 * second;
	timeout_ns[STATE_ESTABLISHED] = 86400 * second;
	timeout_ns[STATE_FIN_WAIT_2] = 86400 * second;
	timeout_ns[STATE_CLOSE_WAIT] = 86400 * second;
	timeout_ns[STATE_SYN_RECEIVED] = 60 * second;
	timeout_ns[STATE_TIME_WAIT] = 60 * second;
	timeout_ns[STATE_CLOSED] = 60 * second;
	*(__u64 *)(rig->settings + rig->layout.unconfirmed) = 300 * second;
}

static int find_parts(struct rig *rig)
{
	struct bpf_map *drive = section_map(rig->object, ".data.drive");

	for (int i = 0; i < PROGRAMS; i++) {
		struct bpf_program *program = bpf_object__find_program_by_name(rig->object, program_names[i]);

		rig->program[i] = program ? bpf_program__fd(program) : -1;
		if (rig->program[i] < 0)
			return -ENOENT;
	}
	rig->settings_map = bpf_object__find_map_fd_by_name(rig->object, "settings");
	rig->counters_map = bpf_object__find_map_fd_by_name(rig->object, "counters");
	rig->events_map = bpf_object__find_map_fd_by_name(rig->object, "events");
	if (rig->settings_map < 0 || rig->counters_map < 0 || rig->events_map < 0 || !drive)
		return -ENOENT;
	rig->drive = mmap(NULL, sizeof(*rig->drive), PROT_READ | PROT_WRITE, MAP_SHARED, bpf_map__fd(drive), 0);
	if (rig->drive == MAP_FAILED) {
		rig->drive = NULL;
		return -errno;
	}
	return 0;
}

bool rig_exists(const char *name)
{
	char path[PATH_MAX];

	return !object_path(name, path, sizeof(path)) && !access(path, R_OK);
}

int rig_open(struct rig *rig, const char *name, __u32 max_flows)
{
	char path[PATH_MAX];
	struct frame frame;
	double ns;
	int err;

	*rig = (struct rig){ .name = name };
	err = object_path(name, path, sizeof(path));
	if (err)
		goto out;
	rig->object = bpf_object__open_file(path, NULL);
	if (!rig->object) {
		err = -errno;
		goto out;
	}
	err = read_layout(rig);
	if (!err)
		err = configure(rig, max_flows);
	if (!err)
		err = bpf_object__load(rig->object);
	if (!err)
		err = find_parts(rig);
	if (!err) {
		default_settings(rig);
		err = rig_set_events(rig, 0);
	}
	/* As the command does before packets come; the sweep also sets the programs' clock. */
	if (!err) {
		step_frame(&connection[0], &frame);
		err = rig_run(rig, PROGRAM_SWEEP, &frame, 1, &ns);
		err = err < 0 ? err : 0;
	}
out:
	if (err)
		fprintf(stderr, "bench: cannot load the %s tracker for %u flows: %s%s\n", name, max_flows,
			strerror(-err), err == -EPERM ? " (be root)" : "");
	return err;
}

void rig_close(struct rig *rig)
{
	if (rig->drive)
		munmap(rig->drive, sizeof(*rig->drive));
	rig->drive = NULL;
	bpf_object__close(rig->object);
	rig->object = NULL;
	free(rig->settings);
	rig->settings = NULL;
}

static int write_settings(const struct rig *rig)
{
	__u32 zero = 0;

	return bpf_map_update_elem(rig->settings_map, &zero, rig->settings, BPF_ANY) ? -errno : 0;
}

int rig_set_events(struct rig *rig, __u32 events)
{
	*(__u32 *)(rig->settings + rig->layout.wanted) = events;
	if (rig->layout.budget)
		*(__u32 *)(rig->settings + rig->layout.budget) = ~0u; /* all are told, as before there was one */
	return write_settings(rig);
}

int rig_set_timeouts(struct rig *rig, __u64 ns)
{
	for (int i = 0; i < STATE_SLOTS; i++)
		timeouts_of(rig)[i] = ns;
	return write_settings(rig);
}

static int take_record(void *count, void *record, size_t size)
{
	++*(int *)count;
	return 0;
}

int rig_drain(struct rig *rig)
{
	int count = 0, err;
	struct ring_buffer *ring = ring_buffer__new(rig->events_map, take_record, &count, NULL);

	if (!ring)
		return -errno;
	err = ring_buffer__consume(ring);
	ring_buffer__free(ring);
	return err < 0 ? err : count;
}

int rig_totals(const struct rig *rig, struct totals *sum)
{
	const size_t size = rig->layout.counters_size; /* a multiple of 8, as the kernel wants values */
	int cpus = libbpf_num_possible_cpus();
	__u32 entry = 0;
	char *each;
	int err = 0;

	if (cpus < 0)
		return cpus;
	each = calloc(cpus, size);
	if (!each)
		return -ENOMEM;
	*sum = (struct totals){};
	while (!bpf_map_lookup_elem(rig->counters_map, &entry, each)) {
		for (int cpu = 0; cpu < cpus; cpu++) {
#define X(name, path) sum->name += *(__u64 *)(each + cpu * size + rig->layout.name);
			BENCH_COUNTERS(X)
#undef X
		}
		entry++;
	}
	if (!entry)
		err = -errno;
	free(each);
	return err;
}

int rig_run(const struct rig *rig, enum rig_program program, const struct frame *frame, __u32 times, double *ns)
{
	LIBBPF_OPTS(bpf_test_run_opts, options,
		    .data_in = frame->data,
		    .data_size_in = frame->size,
		    .repeat = times);

	if (bpf_prog_test_run_opts(rig->program[program], &options))
		return -errno;
	*ns = options.duration;
	return options.retval;
}
