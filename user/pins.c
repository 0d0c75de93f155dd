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

int pins_claim(struct pins *pins, const char *dir)
{
	bool stale = false;
	int err;

	pins->dir_fd = -1;
	err = check_bpffs(dir);
	if (err)
		return err;
	pins->dir = dir;
	pins->dir_fd = lock_dir(dir);
	if (pins->dir_fd < 0)
		return pins->dir_fd;
	err = pinned_check(pins->dir_fd, dir, &stale);
	if (!err && stale) {
		notice("%s: taking down what an xdp-tcpstate left behind that was not ended properly", dir);
		err = pinned_clear(pins->dir_fd, 0);
	}
	for (int i = 0; !err && pin_subdirs[i]; i++)
		if (mkdirat(pins->dir_fd, pin_subdirs[i], 0700) && errno != EEXIST)
			err = fail(-errno, "pinning in %s: making %s: %s", dir, pin_subdirs[i], strerror(errno));
	if (err) {
		close(pins->dir_fd);
		pins->dir_fd = -1;
	}
	return err;
}

/* ---- pin ---------------------------------------------------------------- */

static int pin(const struct pins *pins, int fd, const char *subdir, const char *name)
{
	char path[PATH_MAX];
	int err;

	snprintf(path, sizeof(path), "%s/%s/%s", pins->dir, subdir, name);
	err = bpf_obj_pin(fd, path);
	return err ? fail(err, "pinning %s: %s", path, strerror(-err)) : 0;
}

int pins_add_object(const struct pins *pins, const struct object *object)
{
	int err = 0;

	if (pins->dir_fd < 0)
		return 0;
#define X(name) err = err ?: pin(pins, object->maps.name, "maps", #name);
	PINNED_MAPS(X)
#undef X
#define X(name)                             \
	if (object->programs.name >= 0)     \
		err = err ?: pin(pins, object->programs.name, "programs", #name);
	PROGRAMS(X)
#undef X
	return err;
}

int pins_add_hook(const struct pins *pins, const struct hook *hook)
{
	struct pinned_hook pinned = {
		.kind = hook->kind, .receive = hook->receive, .ifindex = hook->ifindex, .netns = netns_self(),
	};
	char name[PIN_NAME];

	if (pins->dir_fd < 0)
		return 0;
	hook_pin_name(name, &pinned);
	return pin(pins, hook->link_fd >= 0 ? hook->link_fd : hook->prog_fd, "hooks", name);
}

void pins_release(struct pins *pins)
{
	if (pins->dir_fd < 0)
		return;
	pinned_clear(pins->dir_fd, getpid());
	rmdir(pins->dir); /* stays if it is the mount point itself */
	close(pins->dir_fd);
	pins->dir_fd = -1;
}
