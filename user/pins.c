// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* The owner's side of the pins, and what both sides know of their layout. */
#include "pins.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <linux/magic.h>

#include "error.h"
#include "netns.h"
#include "object.h"
#include "pin_layout.h"

/* ---- claim -------------------------------------------------------------- */

static int check_bpffs(const char *dir)
{
	char parent[PATH_MAX];
	struct statfs fs;
	char *path;

	snprintf(parent, sizeof(parent), "%s", dir);
	path = dirname(parent);
	if (statfs(path, &fs))
		return fail(-errno, "pinning in %s: %s: %s", dir, path, strerror(errno));
	if (fs.f_type == BPF_FS_MAGIC || (!statfs(dir, &fs) && fs.f_type == BPF_FS_MAGIC))
		return 0;
	return fail(-ENODEV, "pinning in %s: %s is no BPF file system. Mount one with \"mount -t bpf bpf /sys/fs/bpf\" and try again. (\"ip netns exec\" hides the one that is there; \"nsenter --net=/run/netns/NAME\" does not)",
		    dir, path);
}

/* The owner's pid as its pinned instance map has it; 0: unknown. */
static unsigned int owner_pid(int dir_fd)
{
	struct instance instance = {};
	__u32 zero = 0;
	int fd = pinned_open(dir_fd, "maps/instance");

	if (fd < 0)
		return 0;
	bpf_map_lookup_elem(fd, &zero, &instance);
	close(fd);
	return instance.pid;
}

static int lock_dir(const char *dir)
{
	struct stat by_path, by_fd;

	for (;;) {
		int fd, err;

		if (mkdir(dir, 0700) && errno != EEXIST)
			return fail(-errno, "pinning in %s: making that directory: %s", dir, strerror(errno));
		fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		if (fd < 0)
			return fail(-errno, "pinning in %s: %s", dir, strerror(errno));
		if (flock(fd, LOCK_EX | LOCK_NB)) {
			err = -errno;
			if (err == -EWOULDBLOCK)
				err = fail(-EBUSY, "%s is in use by a running xdp-tcpstate (pid %u). End that one with \"xdp-tcpstate detach --pin %s\", or give this one another directory: --pin DIR",
					   dir, owner_pid(fd), dir);
			else
				err = fail(err, "pinning in %s: locking it: %s", dir, strerror(-err));
			close(fd);
			return err;
		}
		/* Its last owner may have removed it between our open and our lock. */
		if (!stat(dir, &by_path) && !fstat(fd, &by_fd) && by_path.st_ino == by_fd.st_ino)
			return fd;
		close(fd);
	}
}

int pins_claim(struct pins *pins, const char *dir, bool *left)
{
	int err;

	*left = false;
	pins->dir_fd = -1;
	err = check_bpffs(dir);
	if (err)
		return err;
	pins->dir = dir;
	pins->dir_fd = lock_dir(dir);
	if (pins->dir_fd < 0)
		return pins->dir_fd;
	err = pinned_check(pins->dir_fd, dir, left);
	if (err)
		pins_leave(pins);
	return err;
}

int pins_discard(const struct pins *pins)
{
	return pinned_clear(pins->dir_fd, 0);
}

/* ---- pin ---------------------------------------------------------------- */

static void pin_path(char path[PATH_MAX], const struct pins *pins, const char *subdir, const char *name,
		     const char *suffix)
{
	snprintf(path, PATH_MAX, "%s/%s/%s%s", pins->dir, subdir, name, suffix);
}

static int stage(const struct pins *pins, int fd, const char *subdir, const char *name)
{
	char path[PATH_MAX];
	int err;

	pin_path(path, pins, subdir, name, STAGED);
	unlink(path); /* of one who died at it */
	err = bpf_obj_pin(fd, path);
	return err ? fail(err, "pinning %s: %s", path, strerror(-err)) : 0;
}

static int settle(const struct pins *pins, const char *subdir, const char *name)
{
	char from[PATH_MAX], to[PATH_MAX];

	pin_path(from, pins, subdir, name, STAGED);
	pin_path(to, pins, subdir, name, "");
	return rename(from, to) ? fail(-errno, "pinning %s: %s", to, strerror(errno)) : 0;
}

/* Also in the place of what is pinned there, with nothing in between. */
static int pin(const struct pins *pins, int fd, const char *subdir, const char *name)
{
	return stage(pins, fd, subdir, name) ?: settle(pins, subdir, name);
}

static int pin_program(const struct pins *pins, int fd, const char *name)
{
	char path[PATH_MAX];

	if (fd >= 0)
		return pin(pins, fd, "programs", name);
	pin_path(path, pins, "programs", name, "");
	unlink(path); /* the instance that is adopted had it, and we need it not */
	return 0;
}

static int make_subdirs(const struct pins *pins)
{
	for (int i = 0; pin_subdirs[i]; i++)
		if (mkdirat(pins->dir_fd, pin_subdirs[i], 0700) && errno != EEXIST)
			return fail(-errno, "pinning in %s: making %s: %s", pins->dir, pin_subdirs[i], strerror(errno));
	return 0;
}

int pins_add_object(const struct pins *pins, const struct object *object, bool adopted)
{
	int err = 0;

	if (pins->dir_fd < 0)
		return 0;
	err = make_subdirs(pins);
	if (!adopted) {
#define X(name) err = err ?: pin(pins, object->maps.name, "maps", #name);
		PINNED_MAPS(X)
#undef X
		err = err ?: pin(pins, object->events, "maps", EVENTS_PIN);
	}
#define X(name) err = err ?: pin_program(pins, object->programs.name, #name);
	PROGRAMS(X)
#undef X
	return err;
}

static void name_hook(char name[PIN_NAME], const struct hook *hook)
{
	const struct pinned_hook pinned = {
		.kind = hook->kind, .receive = hook->receive, .ifindex = hook->ifindex, .netns = netns_self(),
	};

	hook_pin_name(name, &pinned);
}

int pins_stage_hook(const struct pins *pins, const struct hook *hook)
{
	char name[PIN_NAME];

	if (pins->dir_fd < 0)
		return 0;
	name_hook(name, hook);
	return stage(pins, hook->link_fd >= 0 ? hook->link_fd : hook->prog_fd, "hooks", name);
}

int pins_settle_hook(const struct pins *pins, const struct hook *hook)
{
	char name[PIN_NAME];

	if (pins->dir_fd < 0)
		return 0;
	name_hook(name, hook);
	return settle(pins, "hooks", name);
}

int pins_add_hook(const struct pins *pins, const struct hook *hook)
{
	return pins_stage_hook(pins, hook) ?: pins_settle_hook(pins, hook);
}

static void unpin_hook(const struct pins *pins, const struct hook *hook, const char *suffix)
{
	char name[PIN_NAME], path[PATH_MAX];

	if (pins->dir_fd < 0)
		return;
	name_hook(name, hook);
	pin_path(path, pins, "hooks", name, suffix);
	unlink(path);
}

void pins_unstage_hook(const struct pins *pins, const struct hook *hook)
{
	unpin_hook(pins, hook, STAGED);
}

void pins_remove_hook(const struct pins *pins, const struct hook *hook)
{
	unpin_hook(pins, hook, "");
}

int pinned_hook_remove(const struct pins *pins, const struct pinned_hook *hook)
{
	int err = pinned_hook_detach(hook, 0);
	char path[PATH_MAX];

	pin_path(path, pins, "hooks", hook->name, "");
	unlink(path);
	return err;
}

void pins_release(struct pins *pins)
{
	if (pins->dir_fd < 0)
		return;
	pinned_clear(pins->dir_fd, getpid());
	rmdir(pins->dir); /* stays if it is the mount point itself */
	pins_leave(pins);
}

void pins_leave(struct pins *pins)
{
	if (pins->dir_fd >= 0)
		close(pins->dir_fd);
	pins->dir_fd = -1;
}
