// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
#include "kernel/object.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include "base/clock.h"
#include "base/error.h"
#include "hooks/hook.h"
#include "kernel/former.h"
#include "kernel/refusal.h"
#include "kernel/settings.h"
#include "kernel/table_shape.h"
#include "kernel/verifier_log.h"
#include "tcpstate/abi.h"
#include "xdp_tcpstate.skel.h"

static int print_message(enum libbpf_print_level level, const char *format, va_list args)
{
	return level == LIBBPF_DEBUG ? 0 : vfprintf(stderr, format, args);
}

void object_messages(bool show)
{
	libbpf_set_print(show ? print_message : NULL);
}

/* ---- configuration ------------------------------------------------------ */

static bool sees_end_host(const struct hook_choice *hooks)
{
	return hooks->direction == DIRECTION_BOTH && !only_loopback(hooks);
}

#define SEEDS (sizeof(((struct xdp_tcpstate *)0)->rodata->hash_seed) / sizeof(__u64))

/* With a fixed seed a flow of a capture has the same id in every replay. */
static const __u64 replay_seed[SEEDS] = {
	0x9e3779b97f4a7c15, 0xbf58476d1ce4e5b9, 0x94d049bb133111eb,
	0xd6e8feb86659fd93, 0xa0761d6478bd642f, 0xe7037ed1a0b428db,
};

static int draw_seed(struct xdp_tcpstate *skeleton, const struct kernel_choice *choice, const struct adopted *from)
{
	__u64 seed[SEEDS];

	_Static_assert(sizeof(seed) == sizeof(from->instance.hash_seed), "the next owner needs all of it");
	if (choice->replay)
		memcpy(seed, replay_seed, sizeof(seed));
	else if (from)
		memcpy(seed, from->instance.hash_seed, sizeof(seed));
	else if (getrandom(seed, sizeof(seed), 0) != sizeof(seed))
		return -EIO;
	memcpy((void *)skeleton->rodata->hash_seed, seed, sizeof(seed));
	return 0;
}

const __u64 *object_seed(const struct object *object)
{
	return (const __u64 *)object->skeleton->rodata->hash_seed;
}

static int size_maps(struct xdp_tcpstate *skeleton, const struct kernel_choice *choice)
{
	__u32 sets = table_sets_of(choice->max_flows), embryo_sets = embryo_sets_of(choice);
	int err;

	/* One more each: the sweep's own (bpf/track/sweep.h). */
	err = bpf_map__set_max_entries(skeleton->maps.tags, sets + 1);
	err = err ?: bpf_map__set_max_entries(skeleton->maps.flows, sets * SET_WAYS + 1);
	err = err ?: bpf_map__set_max_entries(skeleton->maps.histories, sets * SET_WAYS + 1);
	err = err ?: bpf_map__set_max_entries(skeleton->maps.embryos, embryo_sets ?: 1);
	err = err ?: bpf_map__set_max_entries(skeleton->maps.prints, embryo_sets ?: 1);
	return err ?: bpf_map__set_max_entries(skeleton->maps.events, choice->ring_bytes);
}

static int reuse_maps(struct xdp_tcpstate *skeleton, const struct adopted *from)
{
	int err = bpf_map__reuse_fd(skeleton->maps.events, from->events);

#define X(name) err = err ?: bpf_map__reuse_fd(skeleton->maps.name, from->maps.name);
	PINNED_MAPS(X)
#undef X
	return err;
}

static int configure(struct xdp_tcpstate *skeleton, const struct kernel_choice *choice, const struct hook_choice *hooks,
		     const struct adopted *from)
{
	int err = draw_seed(skeleton, choice, from);

	if (err)
		return err;
	skeleton->rodata->table_sets = table_sets_of(choice->max_flows);
	skeleton->rodata->embryo_sets = embryo_sets_of(choice);
	skeleton->rodata->zone_mode = zone_of(choice, hooks->direction) & ZONE_MODE_MASK;
	skeleton->rodata->tunnel_ids = !choice->no_tunnel_id;
	skeleton->rodata->decap = choice->decap != DECAP_OFF;
	skeleton->rodata->decap_all = choice->decap == DECAP_ON || choice->replay || !sees_end_host(hooks);
	skeleton->rodata->verify_checksum = choice->checksum;
	skeleton->rodata->end_host = sees_end_host(hooks);
	skeleton->rodata->replay = choice->replay;
	/* A daemon may be told of more of them while it runs. */
	skeleton->rodata->many_places = choice->daemon || hooks->interface_count > 1;
	skeleton->rodata->tick_ns = kernel_tick_ns();
	return from ? reuse_maps(skeleton, from) : size_maps(skeleton, choice);
}

/* A program that nothing attaches need not be verified. */
static void choose_programs(struct xdp_tcpstate *skeleton, bool live, const struct hook_choice *hooks)
{
	bool receive = hooks->direction != DIRECTION_TX, transmit = hooks->direction != DIRECTION_RX;
	bool tc = hooks->rx_hook == RX_HOOK_TC;

	bpf_program__set_autoload(skeleton->progs.tcpstate_xdp, live && receive && !tc);
	bpf_program__set_autoload(skeleton->progs.tcpstate_tc_ingress, live && receive && tc);
	bpf_program__set_autoload(skeleton->progs.tcpstate_tc_egress, live && transmit);
	bpf_program__set_autoload(skeleton->progs.tcpstate_sweep, live);
	bpf_program__set_autoload(skeleton->progs.tcpstate_replay, !live);
}

/* ---- load --------------------------------------------------------------- */

static int report_load(int err, const struct kernel_choice *choice)
{
	if (err == -EPERM)
		return report_no_permission(err);
	if (err == -ENOMEM || err == -E2BIG)
		return report_table_too_large(err, choice->max_flows);
	return report_kernel(err, choice->verbose);
}

static void take_fds(struct object *object)
{
	struct xdp_tcpstate *skeleton = object->skeleton;

#define X(name) object->maps.name = bpf_map__fd(skeleton->maps.name);
	PINNED_MAPS(X)
#undef X
#define X(name) object->programs.name = bpf_program__autoload(skeleton->progs.name) ? \
					bpf_program__fd(skeleton->progs.name) : -1;
	PROGRAMS(X)
#undef X
	object->events = bpf_map__fd(skeleton->maps.events);
}

int object_load(struct object *object, const struct kernel_choice *choice, const struct hook_choice *hooks, __u32 events,
		const struct adopted *from)
{
	int err;

	object->skeleton = NULL;
	err = from ? 0 : table_check_size(choice->max_flows);
	if (err)
		return err;
	object->skeleton = xdp_tcpstate__open();
	if (!object->skeleton)
		return fail(-errno, "reading the BPF object inside this program: %s", strerror(errno));
	err = configure(object->skeleton, choice, hooks, from);
	if (err) {
		err = fail(err, "configuring the BPF object: %s", strerror(-err));
		goto out;
	}
	choose_programs(object->skeleton, !choice->replay, hooks);
	err = xdp_tcpstate__load(object->skeleton);
	if (err) {
		err = report_load(err, choice);
		goto out;
	}
	take_fds(object);
	err = settings_write(&object->maps, choice, events);
	err = err ?: instance_write(&object->maps, object_seed(object), choice, zone_of(choice, hooks->direction), from ? &from->instance : NULL);
out:
	if (err)
		object_close(object);
	return err;
}

bool object_asks_for_tunnels(const struct object *object)
{
	return object->skeleton->rodata->decap && !object->skeleton->rodata->decap_all;
}

void object_open_tunnels(struct object *object, __u8 open)
{
	object->skeleton->bss->tunnels_open = open;
}

void object_tell_audit(const struct object *object, const struct audit_request *requests, __u32 count)
{
	memcpy(object->skeleton->bss->audit_requests, requests, count * sizeof(*requests));
	object->skeleton->bss->audit_count = count;
}

void object_close(struct object *object)
{
	xdp_tcpstate__destroy(object->skeleton);
	object->skeleton = NULL;
}

/* ---- verify ------------------------------------------------------------- */

static int verify_one(const char *name, char *log, int (*visit)(void *, const char *, int, const char *), void *arg)
{
	struct xdp_tcpstate *skeleton = xdp_tcpstate__open();
	struct bpf_program *program;
	int err;

	if (!skeleton)
		return fail(-errno, "reading the BPF object inside this program: %s", strerror(errno));
	bpf_object__for_each_program(program, skeleton->obj) {
		bool wanted = !strcmp(bpf_program__name(program), name);

		bpf_program__set_autoload(program, wanted);
		if (wanted)
			log_verifier(program, log);
	}
	err = xdp_tcpstate__load(skeleton);
	if (err == -EPERM)
		err = report_no_permission(err);
	else
		err = visit(arg, name, err, log);
	xdp_tcpstate__destroy(skeleton);
	return err;
}

int object_verify(int (*visit)(void *arg, const char *program, int err, const char *log), void *arg)
{
	static const char *const names[] = {
#define X(name) #name,
		PROGRAMS(X)
#undef X
	};
	char *log = malloc(VERIFIER_LOG_SIZE);
	int err = 0;

	if (!log)
		return fail(-ENOMEM, "out of memory for the verifier's log");
	for (unsigned int i = 0; !err && i < sizeof(names) / sizeof(names[0]); i++)
		err = verify_one(names[i], log, visit, arg);
	free(log);
	return err;
}
