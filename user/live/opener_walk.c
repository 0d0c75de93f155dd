// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
#include "live/opener_walk.h"

#include <string.h>

#include "base/clock.h"
#include "base/error.h"
#include "host/cgroups.h"
#include "host/netns.h"
#include "pins/owner.h"
#include "tcpstate/units.h"

#define SLICE_NS (20 * NS_PER_MS)     /* of a second; a walk over 200,000 sockets takes ten such */
#define FIRST_NS (2 * NS_PER_SECOND)  /* the first walk is for what was there before */
#define MOST_SEARCHES 4               /* a second, for cgroups of processes that are gone or hidden */
#define MOST_SOCKETS 131072           /* each takes some 150 bytes of the kernel's memory */

static void path_of(void *arg, __u32 pid, __u64 id, char path[OPENER_PATH])
{
	struct opener_walk *w = arg;

	cgroup_path_of(pid, path, OPENER_PATH);
	if (path[0] || w->searches == MOST_SEARCHES)
		return;
	w->searches++;
	cgroup_path_by_id(id, path, OPENER_PATH);
}

static void find(void *arg, const struct whose_life *life, struct whose whose[2])
{
	const struct opener_walk *w = arg;

	openers_find(&w->openers, life, whose);
}

static void go_on(struct opener_walk *w, __u64 ns)
{
	int err = 0;

	if (!w->openers.ready)
		return;
	w->searches = 0;
	if (w->openers.walk < 0)
		err = openers_begin(&w->openers, w->pins->dir_fd < 0 ? -1 : running_openers_walk(w->pins->dir_fd));
	if (!err)
		err = openers_go_on(&w->openers, monotonic_ns() + ns, path_of, w);
	if (err < 0) {
		notice("which process has a socket open will not be known from now on: walking over processes: %s", strerror(-err));
		w->openers.ready = false;
	}
}

int opener_walk_open(struct opener_walk *w, const struct pins *pins, __u32 room)
{
	int err = openers_load(&w->openers, netns_self(), room < MOST_SOCKETS ? room : MOST_SOCKETS, cgroups_are_mixed());

	w->pins = pins;
	w->source = (struct whose_source){ find, w };
	if (err) {
		notice("which process has a socket open will not be known, since this kernel does not let files be walked (iter/task_file: %s)",
		       strerror(-err));
		pins_remove_openers(pins);
		return 0;
	}
	err = pins_add_openers(pins, &w->openers);
	if (!err)
		go_on(w, FIRST_NS);
	return err;
}

void opener_walk_close(struct opener_walk *w)
{
	openers_close(&w->openers);
}

void opener_walk_second(struct opener_walk *w)
{
	go_on(w, SLICE_NS);
}
