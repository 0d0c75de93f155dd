// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* The readers' side of the pins: find a running instance, or end it. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <time.h>
#include <unistd.h>

#include <bpf/bpf.h>

#include "error.h"
#include "pin_layout.h"
#include "wall_clock.h"

bool is_our_process(unsigned int pid)
{
	char path[64], name[32] = "";
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%u/comm", pid);
	file = fopen(path, "r");
	if (!file)
		return false;
	if (!fgets(name, sizeof(name), file))
		name[0] = 0;
	fclose(file);
	return !strcmp(name, "xdp-tcpstate\n");
}

/* The owner keeps the lock for as long as it lives. */
static bool is_locked(int dir_fd)
{
	if (flock(dir_fd, LOCK_SH | LOCK_NB))
		return true;
	flock(dir_fd, LOCK_UN);
	return false;
}

static int report_nothing(int err, const char *dir)
{
	if (err == -EACCES || err == -EPERM)
		return fail(err, "%s: no permission; run it as root (sudo)", dir);
	if (err != -ENOENT && err != -ENOTDIR)
		return fail(err, "%s: %s", dir, strerror(-err));
	return fail(err, "no xdp-tcpstate has its pins in %s. Start one with \"xdp-tcpstate run -i IFACE%s%s\" or \"watch -i IFACE --pin\", or name its directory with --pin DIR",
		    dir, strcmp(dir, DEFAULT_PIN_DIR) ? " --pin " : "", strcmp(dir, DEFAULT_PIN_DIR) ? dir : "");
}

static int open_dir(const char *dir)
{
	int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	return fd < 0 ? -errno : fd;
}

/* Of another version the rest of the struct may lie elsewhere, so the first member decides. */
int instance_read(int fd, struct instance *instance)
{
	struct bpf_map_info info = {};
	__u32 size = sizeof(info), zero = 0;
	int err = bpf_obj_get_info_by_fd(fd, &info, &size);
	char *value;

	if (err)
		return err;
	value = calloc(1, info.value_size + sizeof(*instance));
	if (!value)
		return -ENOMEM;
	err = bpf_map_lookup_elem(fd, &zero, value);
	if (!err)
		memcpy(instance, value, sizeof(*instance));
	free(value);
	return err;
}

int running_open(struct running *running, const char *dir)
{
	int err = 0;

	memset(&running->maps, 0xff, sizeof(running->maps));
	running->dir = dir;
	running->dir_fd = open_dir(dir);
	if (running->dir_fd < 0)
		return report_nothing(running->dir_fd, dir);
	running->alive = is_locked(running->dir_fd);

	running->maps.instance = pinned_open(running->dir_fd, "maps/instance");
	if (running->maps.instance < 0)
		err = report_nothing(running->maps.instance, dir);
	else if ((err = instance_read(running->maps.instance, &running->instance)))
		fail(err, "%s: reading the instance map: %s", dir, strerror(-err));
	else if (running->instance.abi_version != ABI_VERSION)
		err = fail(-EPROTO, "%s belongs to another version of xdp-tcpstate (its layout is number %u, this one's is %u): use that version's command, or end it with \"xdp-tcpstate detach --pin %s\"",
			   dir, running->instance.abi_version, ABI_VERSION, dir);
#define X(name)                                                                       \
	if (!err && running->maps.name < 0) {                                         \
		running->maps.name = pinned_open(running->dir_fd, "maps/" #name);     \
		if (running->maps.name < 0)                                           \
			err = report_nothing(running->maps.name, dir);                \
	}
	PINNED_MAPS(X)
#undef X
	if (err)
		running_close(running);
	return err;
}

void running_close(struct running *running)
{
#define X(name)                         \
	if (running->maps.name >= 0)    \
		close(running->maps.name);
	PINNED_MAPS(X)
#undef X
	close(running->dir_fd);
}

__u64 running_timeout(const struct running *running, unsigned int state)
{
	struct settings settings = {};
	__u32 zero = 0;

	bpf_map_lookup_elem(running->maps.settings, &zero, &settings);
	return settings.timeout_ns[state];
}

int pins_lock_changes(int dir_fd, const char *dir)
{
	int fd = openat(dir_fd, "maps", O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd >= 0 && flock(fd, LOCK_EX)) {
		close(fd);
		fd = -1;
	}
	return fd < 0 ? fail(-errno, "locking the maps in %s: %s", dir, strerror(errno)) : fd;
}

/* ---- take down ---------------------------------------------------------- */

#define END_WITHIN_NS 5000000000ULL

/*
 * Ask the owner to end, and wait for its lock. The signal says that this is no
 * end after which another one shall go on (--keep-attached).
 */
static int end_owner(int dir_fd, const char *dir)
{
	const union sigval take_down = { .sival_int = SIGNAL_TAKE_DOWN };
	int instance_fd = pinned_open(dir_fd, "maps/instance");
	struct timespec pause = { .tv_nsec = 10000000 };
	__u64 deadline = monotonic_ns() + END_WITHIN_NS;
	struct instance instance = {};

	if (instance_fd >= 0) {
		if (!instance_read(instance_fd, &instance) && is_our_process(instance.pid))
			sigqueue(instance.pid, SIGTERM, take_down);
		close(instance_fd);
	}
	while (flock(dir_fd, LOCK_EX | LOCK_NB)) {
		if (monotonic_ns() > deadline)
			return fail(-ETIMEDOUT, "%s: its owner (pid %u) holds on to it and does not end. Its hooks are detached; end that process by hand",
				    dir, instance.pid);
		nanosleep(&pause, NULL);
	}
	return 0;
}

int pins_take_down(const char *dir, bool *found)
{
	int dir_fd = open_dir(dir), err, gone;

	*found = false;
	if (dir_fd == -ENOENT || dir_fd == -ENOTDIR)
		return 0;
	if (dir_fd < 0)
		return report_nothing(dir_fd, dir);
	err = pinned_check(dir_fd, dir, found);
	if (err || !*found)
		goto out;
	gone = is_locked(dir_fd) ? end_owner(dir_fd, dir) : 0;
	/* Whatever it did not take down itself. */
	err = pinned_clear(dir_fd, 0);
	rmdir(dir);
	err = gone ?: err;
out:
	close(dir_fd);
	return err;
}
