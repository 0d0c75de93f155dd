// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
#include "pins/layout.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <bpf/bpf.h>

#include "base/error.h"
#include "host/netns.h"
#include "kernel/object.h"
#include "kernel/openers.h"
#include "pins/pin_dir.h"

const char *const pin_subdirs[] = { "maps", "programs", "hooks", "iterators", "openers", NULL };

void hook_pin_name(char name[PIN_NAME], const struct pinned_hook *hook)
{
	snprintf(name, PIN_NAME, "%s_%s_%u_%llu", hook->receive ? "rx" : "tx", hook_names[hook->kind], hook->ifindex,
		 hook->netns);
}

bool is_staged(const char *name)
{
	size_t len = strlen(name), end = strlen(STAGED);

	return len > end && !strcmp(name + len - end, STAGED);
}

bool hook_from_pin_name(const char *name, struct pinned_hook *hook)
{
	char direction[3], kind[32];

	if (sscanf(name, "%2[rtx]_%31[^_]_%u_%llu", direction, kind, &hook->ifindex, &hook->netns) != 4)
		return false;
	hook->receive = !strcmp(direction, "rx");
	hook->staged = is_staged(name);
	snprintf(hook->name, sizeof(hook->name), "%s", name);
	for (hook->kind = 0; hook->kind < HOOK_KINDS; hook->kind++)
		if (!strcmp(kind, hook_names[hook->kind]))
			return true;
	return false;
}

static bool is_hook_pin(const char *name)
{
	struct pinned_hook hook;
	char again[PIN_NAME];

	if (!hook_from_pin_name(name, &hook))
		return false;
	hook_pin_name(again, &hook);
	return !strcmp(name, again);
}

bool is_known_pin(const char *subdir, const char *name)
{
#define X(known) #known,
	static const char *const maps[] = { PINNED_MAPS(X) EVENTS_PIN, NULL }, *const programs[] = { PROGRAMS(X) NULL };
#undef X
#define X(name, known) #known,
	static const char *const openers[] = { OPENER_MAPS(X) OPENERS_PIN, NULL };
#undef X
	static const char *const iterators[] = { SOCKETS_PIN, NULL };
	const char *const *list = !strcmp(subdir, "maps") ? maps : !strcmp(subdir, "iterators") ? iterators :
				  !strcmp(subdir, "openers") ? openers : programs;
	char plain[PIN_NAME];

	snprintf(plain, sizeof(plain), "%.*s", (int)(strlen(name) - (is_staged(name) ? strlen(STAGED) : 0)), name);
	if (!strcmp(subdir, "hooks"))
		return is_hook_pin(plain);
	while (*list && strcmp(*list, plain))
		list++;
	return *list;
}

/*
 * bpf(2) takes paths only (until Linux 6.5), so the directory goes by its descriptor's. It would follow a
 * symbolic link; nobody but us can make one there, once the directories have been looked at (pinned_check).
 */
int pinned_open(int dir_fd, const char *name)
{
	char path[NAME_MAX + 64];
	struct stat st;

	if (fstatat(dir_fd, name, &st, AT_SYMLINK_NOFOLLOW))
		return -errno;
	if (!S_ISREG(st.st_mode))
		return -ELOOP;
	snprintf(path, sizeof(path), "/proc/self/fd/%d/%s", dir_fd, name);
	return bpf_obj_get(path);
}

/* Calls visit for each name in a subdirectory; dir_fd itself with ".". Non-zero from visit ends it. */
static int each_name(int dir_fd, const char *subdir, int (*visit)(void *arg, const char *name), void *arg)
{
	int fd = openat(dir_fd, subdir, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC), err = 0;
	struct dirent *entry;
	DIR *dir;

	if (fd < 0)
		return errno == ENOENT ? 0 : -errno;
	dir = fdopendir(fd);
	if (!dir) {
		close(fd);
		return -ENOMEM;
	}
	while (!err && (entry = readdir(dir)))
		if (entry->d_name[0] != '.')
			err = visit(arg, entry->d_name);
	closedir(dir);
	return err;
}

/* ---- walk --------------------------------------------------------------- */

struct hook_walk {
	int dir_fd;
	int (*visit)(void *arg, const struct pinned_hook *hook);
	void *arg;
};

static int walk_hook(void *arg, const char *name)
{
	struct hook_walk *walk = arg;
	struct pinned_hook hook;
	char path[NAME_MAX + 16];
	int err;

	if (!hook_from_pin_name(name, &hook))
		return 0;
	snprintf(path, sizeof(path), "hooks/%s", name);
	hook.fd = pinned_open(walk->dir_fd, path);
	if (hook.fd < 0)
		return 0; /* its owner is taking it down at this moment */
	err = walk->visit(walk->arg, &hook);
	close(hook.fd);
	return err;
}

int running_hooks(int dir_fd, int (*visit)(void *arg, const struct pinned_hook *hook), void *arg)
{
	struct hook_walk walk = { dir_fd, visit, arg };

	return each_name(dir_fd, "hooks", walk_hook, &walk);
}

struct program_walk {
	int dir_fd;
	int (*visit)(void *arg, int prog_fd);
	void *arg;
};

static int walk_program(void *arg, const char *name)
{
	struct program_walk *walk = arg;
	char path[NAME_MAX + 16];
	int fd, err;

	if (is_staged(name))
		return 0;
	snprintf(path, sizeof(path), "programs/%s", name);
	fd = pinned_open(walk->dir_fd, path);
	if (fd < 0)
		return 0;
	err = walk->visit(walk->arg, fd);
	close(fd);
	return err;
}

int running_programs(int dir_fd, int (*visit)(void *arg, int prog_fd), void *arg)
{
	struct program_walk walk = { dir_fd, visit, arg };

	return each_name(dir_fd, "programs", walk_program, &walk);
}

/* ---- check and remove ---------------------------------------------------- */

struct check {
	bool ours, foreign;
};

static int check_name(void *arg, const char *name)
{
	struct check *check = arg;

	for (int i = 0; pin_subdirs[i]; i++)
		if (!strcmp(name, pin_subdirs[i])) {
			check->ours = true;
			return 0;
		}
	check->foreign = true;
	return 0;
}

static int check_subdirs(int dir_fd, const char *dir)
{
	for (int i = 0; pin_subdirs[i]; i++) {
		int fd = pin_subdir_open(dir_fd, dir, pin_subdirs[i]);

		if (fd >= 0)
			close(fd);
		else if (fd != -ENOENT)
			return fd;
	}
	return 0;
}

int pinned_check(int dir_fd, const char *dir, bool *stale)
{
	struct check check = {};
	int err = check_subdirs(dir_fd, dir);

	if (err)
		return err;
	err = each_name(dir_fd, ".", check_name, &check);
	if (err)
		return fail(err, "reading %s: %s", dir, strerror(-err));
	if (check.foreign)
		return fail(-EEXIST, "%s holds things that xdp-tcpstate did not pin; give it a directory of its own, such as %s/xdp-tcpstate",
			    dir, dir);
	*stale = check.ours;
	return 0;
}

struct removal {
	unsigned int owner;
	int err;
};

static int remove_filter(const struct pinned_hook *hook, unsigned int owner)
{
	int left = netns_enter(hook->netns, owner), found = 0, err;
	struct bpf_prog_info info = {};
	__u32 size = sizeof(info);

	if (left == -ENOENT)
		return fail(left, "a tc filter of xdp-tcpstate is left on interface %u of another network namespace (inode %llu; \"lsns -t net\" lists them). Go in there and run \"xdp-tcpstate detach -i IFACE\"",
			    hook->ifindex, hook->netns);
	if (left < 0)
		return fail(left, "entering the network namespace of a tc filter: %s", strerror(-left));
	err = bpf_obj_get_info_by_fd(hook->fd, &info, &size);
	if (!err)
		err = clsact_clean(hook->ifindex, hook->receive, info.id, &found);
	netns_leave(left);
	/* The interface, or its qdisc, may have gone by itself. */
	if (err && err != -ENODEV && err != -EINVAL && err != -ENOENT)
		return fail(err, "removing the tc filter from interface %u: %s", hook->ifindex, strerror(-err));
	return 0;
}

int pinned_hook_detach(const struct pinned_hook *hook, unsigned int owner)
{
	if (hook->kind == HOOK_CLSACT)
		return remove_filter(hook, owner);
	bpf_link_detach(hook->fd); /* fails only where it is detached already */
	return 0;
}

static int detach_pinned(void *arg, const struct pinned_hook *hook)
{
	struct removal *removal = arg;
	int err = pinned_hook_detach(hook, removal->owner);

	removal->err = removal->err ?: err;
	return 0;
}

struct subdir {
	int fd;
	const char *name;
	char unknown[NAME_MAX + 1]; /* one that is left; "": none */
};

static int unlink_name(void *arg, const char *name)
{
	struct subdir *subdir = arg;

	if (is_known_pin(subdir->name, name))
		unlinkat(subdir->fd, name, 0);
	else
		snprintf(subdir->unknown, sizeof(subdir->unknown), "%s", name);
	return 0;
}

/* 0 or a reported error. */
static int clear_subdir(int dir_fd, const char *dir, const char *name)
{
	struct subdir subdir = { .fd = pin_subdir_open(dir_fd, dir, name), .name = name };

	if (subdir.fd < 0)
		return subdir.fd == -ENOENT ? 0 : subdir.fd;
	each_name(subdir.fd, ".", unlink_name, &subdir);
	close(subdir.fd);
	unlinkat(dir_fd, name, AT_REMOVEDIR);
	if (!subdir.unknown[0])
		return 0;
	return fail(-ENOTEMPTY, "%s/%s/%s is left: this xdp-tcpstate has not pinned it, and does not know what it is. If another version did, that one's detach removes it; if nobody needs it, remove it by hand",
		    dir, name, subdir.unknown);
}

int pinned_clear(int dir_fd, const char *dir, unsigned int owner)
{
	struct removal removal = { .owner = owner };

	running_hooks(dir_fd, detach_pinned, &removal);
	for (int i = 0; pin_subdirs[i]; i++) {
		int err = clear_subdir(dir_fd, dir, pin_subdirs[i]);

		removal.err = removal.err ?: err;
	}
	return removal.err;
}
