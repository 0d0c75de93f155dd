// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
#include "findings/whose_look.h"

#include "base/clock.h"
#include "findings/flow_row.h"
#include "host/cgroups.h"
#include "pins/reader.h"
#include "tcpstate/units.h"

#define PATIENCE_NS (5 * NS_PER_SECOND) /* of a walk; 200,000 sockets take 0.2 s */

static void path_of(void *arg, __u32 pid, __u64 id, char path[OPENER_PATH])
{
	cgroup_path_of(pid, path, OPENER_PATH);
}

static void find(void *arg, const struct whose_life *life, struct whose whose[2])
{
	const struct whose_look *l = arg;
	struct whose_life here = *life;

	if (l->own)
		here.local = local_ends_of(life->key, life->local, l->own);
	openers_find(&l->openers, &here, whose);
}

/* Where it fails, what the instance knows must do. */
static void walk_once(struct whose_look *l, const struct running *running)
{
	int fd = running_openers_walk(running->dir_fd);

	if (fd >= 0 && !openers_begin(&l->openers, fd))
		openers_go_on(&l->openers, monotonic_ns() + PATIENCE_NS, path_of, NULL);
}

void whose_look_open(struct whose_look *l, const struct running *running, bool walk)
{
	if (l->open)
		return;
	l->open = true;
	l->source = (struct whose_source){ find, l };
	running_openers(running->dir_fd, &l->openers);
	if (!walk || !l->openers.ready)
		return;
	walk_once(l, running);
	openers_note_ports(&l->openers);
}

void whose_look_close(struct whose_look *l)
{
	if (l->open)
		openers_close(&l->openers);
	*l = (struct whose_look){};
}
