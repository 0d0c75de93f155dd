// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/*
 * The BPF object as it is, in the kernel: frames go through tcpstate_xdp by
 * BPF_PROG_TEST_RUN, in replay's time; those that a local end sends through
 * tcpstate_tc_egress. It is loaded once for each kind of vantage and of
 * checksum verification that is asked for; between scenarios its maps are emptied.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <linux/pkt_cls.h>

#include "engine.h"
#include "kernel/embryos.h"
#include "kernel/maps.h"
#include "xdp_tcpstate.skel.h"

/* The sweep looks at a confirmed flow of a set every 16 rounds: once to settle what is in doubt of it, and again to end it. */
#define SWEEP_ROUNDS 32

struct object {
	struct xdp_tcpstate *skeleton;
	struct ring_buffer *ring;
};

static struct object objects[2][2]; /* by whether checksums are verified, and an end is local */
static struct object *in_use;
static __u8 local;
static struct counters *per_cpu;
static struct counters counted_before;
static struct flow_key newest;
static struct observation *observed;

static int take_record(void *context, void *record, size_t size)
{
	if (observed)
		observe_record(observed, record);
	return 0;
}

static int fail(char *error, const char *what, int err)
{
	snprintf(error, ERROR_TEXT, "%s: %s", what, strerror(err < 0 ? -err : err));
	return -1;
}

static int quiet(enum libbpf_print_level level, const char *format, va_list args)
{
	return level == LIBBPF_WARN ? vfprintf(stderr, format, args) : 0;
}

static int load(struct object *object, bool checksums, bool end_host, char *error)
{
	struct xdp_tcpstate *skeleton = xdp_tcpstate__open();
	struct bpf_program *program;
	int err;

	if (!skeleton)
		return fail(error, "opening the BPF object", errno);
	skeleton->rodata->table_sets = 1;
	skeleton->rodata->replay = true;
	/* Embryos on an end host, and none in transit: whether a SYN is one must make no difference. */
	skeleton->rodata->embryo_sets = end_host;
	skeleton->rodata->end_host = end_host;
	skeleton->rodata->verify_checksum = checksums;
	for (size_t i = 0; i < sizeof(skeleton->rodata->hash_seed) / 8; i++)
		((__u64 *)skeleton->rodata->hash_seed)[i] = 0x5eed5eed5eed5eedull * (i + 1);
	bpf_object__for_each_program(program, skeleton->obj)
		bpf_program__set_autoload(program, program != skeleton->progs.tcpstate_tc_ingress);
	err = xdp_tcpstate__load(skeleton);
	if (err) {
		xdp_tcpstate__destroy(skeleton);
		return fail(error, "loading the BPF object (is this root?)", err);
	}
	object->skeleton = skeleton;
	object->ring = ring_buffer__new(bpf_map__fd(skeleton->maps.events), take_record, NULL, NULL);
	return object->ring ? 0 : fail(error, "reading the ring buffer", errno);
}

static int open_bpf(char *error)
{
	libbpf_set_print(quiet);
	per_cpu = calloc(libbpf_num_possible_cpus(), sizeof(*per_cpu));
	return per_cpu ? load(&objects[0][0], false, false, error) : fail(error, "memory", ENOMEM);
}

/* ---- maps --------------------------------------------------------------- */

/* struct counters is nothing but u64. */
static void add_counters(struct counters *sum, const struct counters *c, int sign)
{
	for (size_t i = 0; i < sizeof(*c) / sizeof(__u64); i++)
		((__u64 *)sum)[i] += sign * ((const __u64 *)c)[i];
}

static int read_counters(struct counters *sum, char *error)
{
	__u32 zero = 0;
	int err = bpf_map_lookup_elem(bpf_map__fd(in_use->skeleton->maps.counters), &zero, per_cpu);

	if (err)
		return fail(error, "reading the counters", err);
	memset(sum, 0, sizeof(*sum));
	for (int cpu = 0; cpu < libbpf_num_possible_cpus(); cpu++)
		add_counters(sum, &per_cpu[cpu], 1);
	return 0;
}

static int clear_table(char *error)
{
	static const struct tag_set no_tags;
	static const struct flow no_flow;
	static const struct embryo_set no_embryos;
	static const struct embryo_prints no_prints;
	int tags = bpf_map__fd(in_use->skeleton->maps.tags), flows = bpf_map__fd(in_use->skeleton->maps.flows);
	__u32 zero = 0;
	int err = bpf_map_update_elem(tags, &zero, &no_tags, BPF_ANY);

	for (__u32 slot = 0; !err && slot < SET_WAYS; slot++)
		err = bpf_map_update_elem(flows, &slot, &no_flow, BPF_ANY);
	err = err ?: bpf_map_update_elem(bpf_map__fd(in_use->skeleton->maps.embryos), &zero, &no_embryos, BPF_ANY);
	err = err ?: bpf_map_update_elem(bpf_map__fd(in_use->skeleton->maps.prints), &zero, &no_prints, BPF_ANY);
	return err ? fail(error, "clearing the table", err) : 0;
}

static void clear_hash(const struct bpf_map *map)
{
	union {
		struct host_key host;
		struct pair_key pair;
	} key;

	while (!bpf_map_get_next_key(bpf_map__fd(map), NULL, &key))
		bpf_map_delete_elem(bpf_map__fd(map), &key);
}

static int begin(const struct conditions *c, char *error)
{
	__u32 zero = 0;
	int err;

	local = c->local;
	in_use = &objects[c->checksums][local != 0];
	if (!in_use->skeleton && load(in_use, c->checksums, local, error))
		return -1;
	if (clear_table(error))
		return -1;
	clear_hash(in_use->skeleton->maps.reuses);
	clear_hash(in_use->skeleton->maps.pairs);
	observed = NULL;
	ring_buffer__consume(in_use->ring);
	err = bpf_map_update_elem(bpf_map__fd(in_use->skeleton->maps.settings), &zero, &c->settings, BPF_ANY);
	if (err)
		return fail(error, "writing the settings", err);
	return read_counters(&counted_before, error);
}

/* ---- packets ------------------------------------------------------------ */

static int run_program(struct bpf_program *program, void *data, __u32 size, __u32 *verdict, char *error)
{
	LIBBPF_OPTS(bpf_test_run_opts, opts, .data_in = data, .data_size_in = size, .repeat = 1);
	int err = bpf_prog_test_run_opts(bpf_program__fd(program), &opts);

	*verdict = opts.retval;
	return err ? fail(error, "BPF_PROG_TEST_RUN", err) : 0;
}

/* A way is in use if its tag has a class. */
static bool is_used(const struct tag_set *tags, __u32 way)
{
	return holds_flow(tag_class_of(tags->word[way / 4], way));
}

static int take_embryo(void *arg, const struct flow *flow, const struct history *history)
{
	struct observation *o = arg;

	if (!memcmp(&flow->key, &newest, sizeof(newest))) {
		o->has_flow = true;
		o->flow = *flow;
		o->history = *history;
	}
	return 0;
}

static int find_flow(struct observation *o, char *error)
{
	const struct maps maps = { .embryos = bpf_map__fd(in_use->skeleton->maps.embryos) };
	struct flow flows[SET_WAYS];
	struct tag_set tags;
	__u32 zero = 0, next, count = SET_WAYS, keys[SET_WAYS];
	int err = bpf_map_lookup_elem(bpf_map__fd(in_use->skeleton->maps.tags), &zero, &tags);

	if (!err)
		err = bpf_map_lookup_batch(bpf_map__fd(in_use->skeleton->maps.flows), NULL, &next, keys,
					   flows, &count, NULL);
	if (err && errno != ENOENT)
		return fail(error, "reading the table", err);
	err = embryos_each(&maps, take_embryo, o);
	if (err)
		return fail(error, "reading the embryos", err);
	for (__u32 i = 0; i < count; i++) {
		if (is_used(&tags, keys[i]) && !memcmp(&flows[i].key, &newest, sizeof(newest))) {
			o->has_flow = true;
			o->flow = flows[i];
			err = bpf_map_lookup_elem(bpf_map__fd(in_use->skeleton->maps.histories), &keys[i], &o->history);
			if (err)
				return fail(error, "reading a history", err);
		}
	}
	return 0;
}

/* What is not there stays 0. */
static void find_hosts(struct observation *o)
{
	for (int x = 0; x < 2; x++) {
		struct host_key host = { .zone = newest.zone };
		struct pair_key pair = { .zone = newest.zone };

		memcpy(host.addr, newest.addr[x], sizeof(host.addr));
		memcpy(pair.from, newest.addr[x], sizeof(pair.from));
		memcpy(pair.to, newest.addr[!x], sizeof(pair.to));
		bpf_map_lookup_elem(bpf_map__fd(in_use->skeleton->maps.reuses), &host, &o->reuse[x]);
		bpf_map_lookup_elem(bpf_map__fd(in_use->skeleton->maps.pairs), &pair, &o->pair[x]);
	}
}

static int observe(struct observation *o, char *error)
{
	if (find_flow(o, error) || read_counters(&o->counters, error))
		return -1;
	add_counters(&o->counters, &counted_before, -1);
	find_hosts(o);
	observed = o;
	ring_buffer__consume(in_use->ring);
	observed = NULL;
	return 0;
}

static int feed(const struct wire *w, __u64 now, struct observation *o, char *error)
{
	static __u8 frame[FRAME_MAX];
	unsigned int length, size = wire_frame(w, frame, &length);
	struct packet p;
	const struct xdp_tcpstate *skeleton = in_use->skeleton;
	bool transmit = local && !w->icmp && w->from == local - 1;
	__u32 verdict, pass = transmit ? (__u32)TC_ACT_UNSPEC : XDP_PASS;

	memset(o, 0, sizeof(*o));
	wire_packet(w, false, &p);
	newest = p.key;
	skeleton->bss->replay_ns = now;
	skeleton->bss->replay_length = length;
	skeleton->bss->replay_place = w->place;
	if (run_program(transmit ? skeleton->progs.tcpstate_tc_egress : skeleton->progs.tcpstate_xdp, frame, size,
			&verdict, error))
		return -1;
	if (verdict != pass) {
		snprintf(error, ERROR_TEXT, "the verdict is %u: the packet does not go on", verdict);
		return -1;
	}
	return observe(o, error);
}

static int sweep(__u64 now, struct observation *o, char *error)
{
	__u8 frame[64] = {};
	__u32 verdict;

	memset(o, 0, sizeof(*o));
	in_use->skeleton->bss->replay_ns = now;
	for (int round = 0; round < SWEEP_ROUNDS; round++) {
		do {
			if (run_program(in_use->skeleton->progs.tcpstate_sweep, frame, sizeof(frame), &verdict, error))
				return -1;
		} while (verdict == XDP_TX);
	}
	return observe(o, error);
}

static void close_bpf(void)
{
	for (int i = 0; i < 4; i++) {
		struct object *object = &objects[i / 2][i % 2];

		ring_buffer__free(object->ring);
		xdp_tcpstate__destroy(object->skeleton);
	}
	free(per_cpu);
}

const struct engine engine_bpf = {
	.name = "bpf",
	.open = open_bpf,
	.begin = begin,
	.feed = feed,
	.sweep = sweep,
	.close = close_bpf,
};
