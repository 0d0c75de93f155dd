// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
#include "findings/status.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <bpf/bpf.h>

#include "base/error.h"
#include "kernel/track_maps.h"
#include "host/netns.h"
#include "kernel/counter_sums.h"

static void name_interface(struct status_hook *hook, unsigned int owner)
{
	int left = netns_enter(hook->pinned.netns, owner);
	char name[IF_NAMESIZE];

	if (left >= 0 && if_indextoname(hook->pinned.ifindex, name))
		snprintf(hook->interface, sizeof(hook->interface), "%s", name);
	else
		snprintf(hook->interface, sizeof(hook->interface), "ifindex %u", hook->pinned.ifindex);
	if (left >= 0)
		netns_leave(left);
}

static int gather_hook(void *arg, const struct pinned_hook *pinned)
{
	struct status *status = arg;
	struct status_hook *hook = &status->hooks[status->hook_count];

	if (pinned->staged || status->hook_count == STATUS_HOOKS)
		return 0;
	*hook = (struct status_hook){ .pinned = *pinned, .attached = true };
	if (pinned->kind == HOOK_CLSACT) {
		struct bpf_prog_info info = {};
		__u32 size = sizeof(info);

		if (!bpf_obj_get_info_by_fd(pinned->fd, &info, &size))
			hook->prog_id = info.id;
	} else {
		struct bpf_link_info info = {};
		__u32 size = sizeof(info);

		if (!bpf_obj_get_info_by_fd(pinned->fd, &info, &size)) {
			hook->prog_id = info.prog_id;
			/* XDP and TCX both tell the interface first; 0: it has gone. */
			hook->attached = info.xdp.ifindex;
		}
	}
	name_interface(hook, status->running->instance.pid);
	status->hook_count++;
	return 0;
}

static int gather_program(void *arg, int fd)
{
	struct status *status = arg;
	struct status_program *program = &status->programs[status->program_count];
	struct bpf_prog_info info = {};
	__u32 size = sizeof(info);

	if (status->program_count == STATUS_PROGRAMS || bpf_obj_get_info_by_fd(fd, &info, &size))
		return 0;
	memcpy(program->name, info.name, sizeof(program->name));
	program->id = info.id;
	program->run_ns = info.run_time_ns;
	program->run_count = info.run_cnt;
	status->program_count++;
	return 0;
}

/* The kernel tells what a map takes only in its descriptor's fdinfo. */
static __u64 map_memory(int fd)
{
	unsigned long long bytes, found = 0;
	char path[64], line[128];
	FILE *file;

	snprintf(path, sizeof(path), "/proc/self/fdinfo/%d", fd);
	file = fopen(path, "r");
	if (!file)
		return 0;
	while (fgets(line, sizeof(line), file))
		if (sscanf(line, "memlock: %llu", &bytes) == 1)
			found = bytes;
	fclose(file);
	return found;
}

static bool stats_enabled(void)
{
	FILE *file = fopen("/proc/sys/kernel/bpf_stats_enabled", "r");
	int value = 0;

	if (!file)
		return false;
	if (fscanf(file, "%d", &value) != 1)
		value = 0;
	fclose(file);
	return value;
}

int status_gather(struct status *status, const struct running *running)
{
	const struct maps *maps = &running->maps;
	int err;

	memset(status, 0, sizeof(*status));
	status->running = running;
	status->timed = stats_enabled();
	running_hooks(running->dir_fd, gather_hook, status);
	running_programs(running->dir_fd, gather_program, status);
#define X(name) status->memory += map_memory(maps->name);
	PINNED_MAPS(X)
#undef X
	err = table_classes(maps, running->instance.sets, status->classes);
	err = err ?: tally_read(maps->counters, &status->counters);
	err = err ?: track_read(maps, &status->track);
	return err ? fail(err, "%s: reading the maps there: %s", running->dir, strerror(-err)) : 0;
}
