// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* The readers' side of the pins: find a running instance, or end it. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <time.h>
#include <unistd.h>

#include <bpf/bpf.h>

#include "base/error.h"
#include "host/netns.h"
#include "kernel/openers.h"
#include "pins/layout.h"
#include "pins/reader.h"
#include "pins/holder.h"
#include "pins/pin_dir.h"
#include "base/clock.h"

/* The owner keeps the lock for as long as it lives. */
static bool is_locked(int dir_fd)
{
	if (flock(dir_fd, LOCK_SH | LOCK_NB))
		return true;
	flock(dir_fd, LOCK_UN);
	return false;
}

/* Of the directory itself pin_dir.h has reported all but that there is none. */
static int report_nothing(int err, const char *dir)
{
	if (err == -EACCES || err == -EPERM)
		return fail(err, "%s: no permission; run it as root (sudo)", dir);
	if (err != -ENOENT && err != -ENOTDIR)
		return fail(err, "%s: %s", dir, strerror(-err));
	return fail(err, "no xdp-tcpstate has its pins in %s. Start one with \"xdp-tcpstate run -i IFACE%s%s\" or \"watch -i IFACE --pin\", or name its directory with --pin DIR",
		    dir, strcmp(dir, DEFAULT_PIN_DIR) ? " --pin " : "", strcmp(dir, DEFAULT_PIN_DIR) ? dir : "");
}

/* Another version may have the rest of the struct elsewhere, so the first member decides. */
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
	bool left;
	int err;

	memset(&running->maps, 0xff, sizeof(running->maps));
	running->dir = dir;
	running->dir_fd = pin_dir_open(dir);
	if (running->dir_fd < 0)
		return running->dir_fd == -ENOENT ? report_nothing(-ENOENT, dir) : running->dir_fd;
	err = pinned_check(running->dir_fd, dir, &left);
	if (err) {
		close(running->dir_fd);
		return err;
	}
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
	else if (running->alive)
		running->instance.pid = pins_owner(running->dir_fd);
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

const char *owner_text(char text[OWNER_TEXT], unsigned int pid)
{
	if (pid)
		snprintf(text, OWNER_TEXT, "pid %u", pid);
	else
		snprintf(text, OWNER_TEXT, "in another PID namespace");
	return text;
}

static int take_netns(void *arg, const struct pinned_hook *hook)
{
	*(__u64 *)arg = hook->netns;
	return 1;
}

int running_enter_netns(const struct running *running)
{
	__u64 netns = 0;

	running_hooks(running->dir_fd, take_netns, &netns);
	return netns ? netns_enter(netns, running->alive ? running->instance.pid : 0) : -ENOENT;
}

__u64 running_timeout(const struct running *running, unsigned int state)
{
	struct settings settings = {};
	__u32 zero = 0;

	bpf_map_lookup_elem(running->maps.settings, &zero, &settings);
	return settings.timeout_ns[state];
}

void running_openers(int dir_fd, struct openers *openers)
{
	int map[OPENERS_MAPS], ready = 0;
	char name[64];

	for (int i = 0; i < OPENERS_MAPS; i++) {
		snprintf(name, sizeof(name), "openers/%s", opener_map_names[i]);
		map[i] = pinned_open(dir_fd, name);
		ready += map[i] >= 0;
	}
	for (int i = 0; ready < OPENERS_MAPS && i < OPENERS_MAPS; i++) {
		if (map[i] >= 0)
			close(map[i]);
		map[i] = -1;
	}
	openers_take(openers, map);
}

int running_openers_walk(int dir_fd)
{
	int fd = openat(dir_fd, "openers/" OPENERS_PIN, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);

	return fd < 0 ? -errno : fd;
}

int pins_lock_changes(int dir_fd, const char *dir)
{
	int fd = openat(dir_fd, "maps", O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

	if (fd >= 0 && flock(fd, LOCK_EX)) {
		close(fd);
		fd = -1;
	}
	return fd < 0 ? fail(-errno, "locking the maps in %s: %s", dir, strerror(errno)) : fd;
}

/* ---- take down ---------------------------------------------------------- */

#define END_WITHIN_NS 5000000000ULL
#define SEEN_WITHIN_NS 500000000ULL /* who holds the directory: unless it has just gone */

/* What the owner calls itself, in its own PID namespace. 0: it can't be told. */
static unsigned int pid_of_instance(int dir_fd)
{
	int fd = pinned_open(dir_fd, "maps/instance");
	struct instance instance = {};

	if (fd < 0)
		return 0;
	instance_read(fd, &instance);
	close(fd);
	return instance.pid;
}

/* Nobody was asked to end. */
static int report_not_asked(int err, int dir_fd, const char *dir, unsigned int pid_there)
{
	if (err == -ESRCH)
		return fail(err, "%s: its owner can't be seen from this PID namespace (in its own it is pid %u): no process was sent a signal, and nothing was changed. Run this in the owner's PID namespace or on the host, with that one's /proc",
			    dir, pid_there);
	if (err == -EAGAIN)
		return fail(err, "%s: pid %u holds it, and is not the one that has its pins there: no process was sent a signal, and nothing was changed. It may be starting just now: try again",
			    dir, pins_owner(dir_fd));
	return fail(err, "%s: sending its owner (pid %u) a signal: %s. Nothing was changed", dir, pins_owner(dir_fd),
		    strerror(-err));
}

/*
 * Ask the owner to end, and wait for its lock. The signal says that this is no
 * end after which another one shall go on (--keep-attached). 0 or a reported
 * error; *asked: it was asked, at least.
 */
static int end_owner(int dir_fd, const char *dir, bool *asked)
{
	__u64 deadline = monotonic_ns() + END_WITHIN_NS, seen_by = monotonic_ns() + SEEN_WITHIN_NS;
	struct timespec pause = { .tv_nsec = 10000000 };
	unsigned int pid = 0;
	int err = -EAGAIN;

	*asked = false;
	while (flock(dir_fd, LOCK_EX | LOCK_NB)) {
		__u64 now = monotonic_ns();

		/* Who has just claimed the directory has not yet written who it is. */
		if (err == -EAGAIN || err == -ESRCH) {
			pid = pid_of_instance(dir_fd);
			err = pins_owner_end(dir_fd, pid, SIGNAL_TAKE_DOWN);
			*asked = !err;
		}
		if (err && (now > deadline || (err != -EAGAIN && now > seen_by)))
			return report_not_asked(err, dir_fd, dir, pid);
		if (now > deadline)
			return fail(-ETIMEDOUT, "%s: its owner (pid %u) holds on to it and does not end. Its hooks are detached; end that process by hand",
				    dir, pins_owner(dir_fd));
		nanosleep(&pause, NULL);
	}
	*asked = true;
	return 0;
}

int pins_take_down(const char *dir, bool *found)
{
	int dir_fd = pin_dir_open(dir), err, gone = 0;
	bool asked = true;

	*found = false;
	if (dir_fd < 0)
		return dir_fd == -ENOENT ? 0 : dir_fd;
	err = pinned_check(dir_fd, dir, found);
	if (err || !*found)
		goto out;
	if (is_locked(dir_fd))
		gone = end_owner(dir_fd, dir, &asked);
	if (asked) {
		/* Whatever it did not take down itself. */
		err = pinned_clear(dir_fd, dir, 0);
		pin_dir_remove(dir, dir_fd);
	}
	err = gone ?: err;
out:
	close(dir_fd);
	return err;
}
