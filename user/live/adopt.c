// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
#include "live/adopt.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <bpf/bpf.h>

#include "base/error.h"
#include "flow/names.h"
#include "kernel/table_shape.h"
#include "live/choice.h"
#include "pins/layout.h"
#include "pins/owner.h"
#include "kernel/table.h"
#include "base/clock.h"
#include "tcpstate/units.h"

#define TEXT 256

static void forget(struct adopted *a)
{
	memset(a, 0xff, sizeof(*a));
	a->instance = (struct instance){};
}

void adopt_close(struct adopted *a)
{
#define X(name)                     \
	if (a->maps.name >= 0)      \
		close(a->maps.name);
	PINNED_MAPS(X)
#undef X
	if (a->events >= 0)
		close(a->events);
	forget(a);
}

/* ---- what is there ------------------------------------------------------- */

static void open_maps(struct adopted *a, int dir_fd)
{
#define X(name) a->maps.name = pinned_open(dir_fd, "maps/" #name);
	PINNED_MAPS(X)
#undef X
	a->events = pinned_open(dir_fd, "maps/" EVENTS_PIN);
}

/* All is pinned before anything is attached, so what is not complete never tracked anything. */
static bool is_complete(const struct adopted *a)
{
	bool complete = a->events >= 0;

#define X(name) complete = complete && a->maps.name >= 0;
	PINNED_MAPS(X)
#undef X
	return complete;
}

static bool has_shape(int fd, __u32 type, __u32 key, __u32 value, __u32 entries)
{
	struct bpf_map_info info = {};
	__u32 size = sizeof(info);

	return !bpf_obj_get_info_by_fd(fd, &info, &size) && info.type == type && info.key_size == key &&
	       info.value_size == value && (!entries || info.max_entries == entries);
}

/* ---- does it fit? ---------------------------------------------------------- */

/* What of it is not as ours would be: in why, or "" if it fits. */
static void compare(const struct adopted *a, const struct live_choice *choice, char why[TEXT])
{
	const struct instance *i = &a->instance;
	__u32 zone = zone_of(choice->kernel, choice->hooks->direction), sets = table_sets_of(choice->kernel->max_flows), one = sizeof(__u32);

	why[0] = 0;
	if (i->abi_version != ABI_VERSION)
		snprintf(why, TEXT, "its layout is number %u, of another version of xdp-tcpstate, and this one's is %u",
			 i->abi_version, ABI_VERSION);
	else if (i->sets != sets)
		snprintf(why, TEXT, "it was made with --max-flows %u, and this is --max-flows %u", i->max_flows,
			 choice->kernel->max_flows);
	else if (i->embryo_sets != embryo_sets_of(choice->kernel))
		snprintf(why, TEXT, "it was made for %u embryos, and this is --max-embryos %u",
			 i->embryo_sets * EMBRYO_WAYS, choice->kernel->max_embryos);
	else if (i->zone_mode != zone)
		snprintf(why, TEXT, "it was made with --zone %s, and this is --zone %s", zone_name(i->zone_mode),
			 zone_name(zone));
	else if (!has_shape(a->maps.tags, BPF_MAP_TYPE_ARRAY, one, sizeof(struct tag_set), sets + 1) ||
		 !has_shape(a->maps.flows, BPF_MAP_TYPE_ARRAY, one, sizeof(struct flow), sets * SET_WAYS + 1) ||
		 !has_shape(a->maps.histories, BPF_MAP_TYPE_ARRAY, one, sizeof(struct history), sets * SET_WAYS + 1) ||
		 !has_shape(a->maps.embryos, BPF_MAP_TYPE_ARRAY, one, sizeof(struct embryo_set), i->embryo_sets ?: 1) ||
		 !has_shape(a->maps.prints, BPF_MAP_TYPE_ARRAY, one, sizeof(struct embryo_prints), i->embryo_sets ?: 1) ||
		 !has_shape(a->maps.counters, BPF_MAP_TYPE_PERCPU_ARRAY, one, sizeof(struct counters), 1) ||
		 !has_shape(a->maps.settings, BPF_MAP_TYPE_ARRAY, one, sizeof(struct settings), 1) ||
		 !has_shape(a->maps.instance, BPF_MAP_TYPE_ARRAY, one, sizeof(struct instance), 1) ||
		 !has_shape(a->events, BPF_MAP_TYPE_RINGBUF, 0, 0, 0))
		snprintf(why, TEXT, "its maps have another shape than this xdp-tcpstate's");
}

/* ---- what it is worth ------------------------------------------------------ */

/* Its tags, whatever the version: a set of another size is none of ours to count. */
static bool count_flows(const struct adopted *a, __u64 *flows)
{
	struct bpf_map_info info = {};
	__u32 size = sizeof(info);
	__u64 classes[TAG_CLASSES];

	if (a->maps.tags < 0 || bpf_obj_get_info_by_fd(a->maps.tags, &info, &size) ||
	    info.value_size != sizeof(struct tag_set) || table_classes(&a->maps, info.max_entries - 1, classes))
		return false;
	*flows = classes[TAG_UNCONFIRMED] + classes[TAG_CONFIRMED] + classes[TAG_CLOSING];
	return true;
}

/* Seconds since it was pinned: of any version's. */
static __u64 age_ns(const struct pins *pins)
{
	struct stat st;
	time_t now = time(NULL);

	if (fstatat(pins->dir_fd, "maps/instance", &st, 0) || st.st_ctime > now)
		return 0;
	return (now - st.st_ctime) * NS_PER_SECOND;
}

static void describe_loss(const struct adopted *a, const struct pins *pins, char text[TEXT])
{
	char age[DURATION_TEXT];
	__u64 flows;

	duration_text(age, age_ns(pins));
	if (count_flows(a, &flows))
		snprintf(text, TEXT, "%llu connections in its table and the counters of %s", flows, age);
	else
		snprintf(text, TEXT, "all connections in its table and the counters of %s", age);
}

/* ---- the decision ---------------------------------------------------------- */

static void tell_ring(const struct adopted *a, const struct live_choice *choice)
{
	struct bpf_map_info info = {};
	__u32 size = sizeof(info);

	if (!bpf_obj_get_info_by_fd(a->events, &info, &size) && info.max_entries != choice->kernel->ring_bytes)
		notice("--ring %u: the ring buffer stays as it was made, of %u KiB, until one starts afresh",
		       choice->kernel->ring_bytes >> 10, info.max_entries >> 10);
}

static int decide(struct adopted *a, const struct pins *pins, const struct live_choice *choice)
{
	char why[TEXT], loss[TEXT];
	int err;

	if (a->maps.instance < 0) {
		notice("%s: taking down what an xdp-tcpstate left behind that never came to run", pins->dir);
		return pins_discard(pins);
	}
	err = instance_read(a->maps.instance, &a->instance);
	if (err)
		return fail(err, "%s: reading the instance map: %s", pins->dir, strerror(-err));
	if (a->instance.abi_version == ABI_VERSION && !is_complete(a)) {
		notice("%s: taking down what an xdp-tcpstate left behind that never came to run", pins->dir);
		return pins_discard(pins);
	}
	compare(a, choice, why);
	if (!why[0]) {
		tell_ring(a, choice);
		return 1;
	}
	describe_loss(a, pins, loss);
	if (!choice->discard)
		return fail(-EEXIST, "%s holds what another xdp-tcpstate (pid %u, gone) left, and this one can't go on with it: %s. Start it as the other was, or lose %s: with --discard, or \"xdp-tcpstate detach --pin %s\" first",
			    pins->dir, a->instance.pid, why, loss, pins->dir);
	notice("%s: starting afresh, since %s; lost are %s", pins->dir, why, loss);
	return pins_discard(pins);
}

int adopt_open(struct adopted *a, const struct pins *pins, const struct live_choice *choice)
{
	int err;

	forget(a);
	open_maps(a, pins->dir_fd);
	err = decide(a, pins, choice);
	if (err != 1)
		adopt_close(a);
	return err;
}

int adopt_refuse(const struct pins *pins)
{
	struct instance instance = {};
	int fd = pinned_open(pins->dir_fd, "maps/instance");

	if (fd >= 0) {
		instance_read(fd, &instance);
		close(fd);
	}
	if (instance.abi_version == ABI_VERSION && instance.daemon)
		return fail(-EBUSY, "%s holds what an \"xdp-tcpstate run\" (pid %u, gone) left attached for the next one to go on with. Give this another directory (--pin DIR), or take that down: \"xdp-tcpstate detach --pin %s\"",
			    pins->dir, instance.pid, pins->dir);
	notice("%s: taking down what an xdp-tcpstate left behind that was not ended properly", pins->dir);
	return pins_discard(pins);
}
