// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
#include "pins/pin_dir.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <linux/magic.h>

#include "base/error.h"

#define OTHERS_WRITE (S_IWGRP | S_IWOTH)

/* On the way along a path. */
struct walk {
	int fd;              /* O_PATH: what stands before here */
	bool bpffs;          /* that is on one */
	char here[PATH_MAX]; /* what is looked at, for messages */
};

static bool is_on_bpffs(int fd)
{
	struct statfs fs;

	return !fstatfs(fd, &fs) && fs.f_type == BPF_FS_MAGIC;
}

static bool is_mount_point(int fd)
{
	struct statx about;

	return !statx(fd, "", AT_EMPTY_PATH, 0, &about) && about.stx_attributes & STATX_ATTR_MOUNT_ROOT;
}

static bool is_link(int dir_fd, const char *name)
{
	struct stat st;

	return !fstatat(dir_fd, name, &st, AT_SYMLINK_NOFOLLOW) && S_ISLNK(st.st_mode);
}

/* ---- what is refused ------------------------------------------------------ */

static int refuse_link(const char *here)
{
	return fail(-EPERM, "%s is a symbolic link, which somebody else may have put there: pins are neither made nor removed behind it, and nothing was changed. See where it leads (\"ls -l\"), remove it, or name another directory with --pin DIR",
		    here);
}

static int check_owner(const char *here, const struct stat *st)
{
	if (!st->st_uid || st->st_uid == geteuid())
		return 0;
	return fail(-EPERM, "%s belongs to user %u, who could have pins of others removed through it: nothing was changed. Remove it, or name another directory with --pin DIR; who may make such ones is settled where the file system is mounted: \"" MOUNT_BPFFS "\"",
		    here, st->st_uid);
}

static int refuse_writers(const char *here, const struct stat *st)
{
	return fail(-EPERM, "%s can be written to by others (its mode is %04o), who could have pins of others removed through it: nothing was changed. Look at what is in it, then \"chmod 0700 %s\" (for the file system as a whole: \"" MOUNT_BPFFS "\"), or name another directory with --pin DIR",
		    here, st->st_mode & 07777, here);
}

/* Here pins are, or shall be. */
static int check_last(const char *here, int fd)
{
	struct stat st;
	int err;

	if (fstat(fd, &st))
		return fail(-errno, "%s: %s", here, strerror(errno));
	err = check_owner(here, &st);
	return err ?: st.st_mode & OTHERS_WRITE ? refuse_writers(here, &st) : 0;
}

/* A directory on the way: with the sticky bit, what is in it can only be renamed by who owns that. */
static int check_passed(const char *here, int fd)
{
	struct stat st;
	int err;

	if (fstat(fd, &st))
		return fail(-errno, "%s: %s", here, strerror(errno));
	err = check_owner(here, &st);
	return err ?: st.st_mode & OTHERS_WRITE && !(st.st_mode & S_ISVTX) ? refuse_writers(here, &st) : 0;
}

/* ---- the walk ------------------------------------------------------------- */

/* 0, -ENOENT (not reported) or a reported error. */
static int walk_begin(struct walk *w, const char *path)
{
	w->here[0] = 0;
	w->fd = open(*path == '/' ? "/" : ".", O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (w->fd < 0)
		return fail(-errno, "%s: %s", path, strerror(errno));
	w->bpffs = is_on_bpffs(w->fd);
	return w->bpffs ? check_passed(".", w->fd) : 0;
}

static int refuse_file_system(const char *dir)
{
	return fail(-ENODEV, "pinning in %s: that is no BPF file system. Mount one with \"" MOUNT_BPFFS "\" and try again. (\"ip netns exec\" hides the one that is there; \"nsenter --net=/run/netns/NAME\" does not)",
		    dir);
}

static int open_failed(const struct walk *w, const char *name, int err)
{
	if (w->bpffs && is_link(w->fd, name))
		return refuse_link(w->here);
	if (err == -ENOENT || err == -ENOTDIR)
		return -ENOENT;
	if (err == -EACCES || err == -EPERM)
		return fail(err, "%s: no permission; run it as root (sudo)", w->here);
	return fail(err, "%s: %s", w->here, strerror(-err));
}

/* Into what w->here names: its last part is name. */
static int walk_into(struct walk *w, const char *name)
{
	const bool was_bpffs = w->bpffs;
	int fd = openat(w->fd, name, O_PATH | O_DIRECTORY | O_CLOEXEC | (was_bpffs ? O_NOFOLLOW : 0));

	if (fd < 0)
		return open_failed(w, name, -errno);
	close(w->fd);
	w->fd = fd;
	w->bpffs = is_on_bpffs(fd);
	if (w->bpffs && !was_bpffs && !is_mount_point(fd))
		return fail(-EPERM, "%s leads into a BPF file system by a symbolic link: nothing was changed. Name the directory itself with --pin DIR",
			    w->here);
	return 0;
}

/*
 * To the directory that path's last part is in. last gets that part: "" if path is "/". The walk is open, and
 * is to be ended, whatever is returned.
 */
static int walk_to_parent(struct walk *w, const char *path, char last[NAME_MAX + 1])
{
	size_t len = strlen(path), at = 0;
	int err;

	w->fd = -1;
	last[0] = 0;
	if (len >= PATH_MAX)
		return fail(-ENAMETOOLONG, "%.60s...: %s", path, strerror(ENAMETOOLONG));
	while (len > 1 && path[len - 1] == '/')
		len--;
	err = walk_begin(w, path);
	while (!err) {
		size_t from = at + strspn(path + at, "/"), size = strcspn(path + from, "/");

		if (size > NAME_MAX)
			return fail(-ENAMETOOLONG, "%s: %s", path, strerror(ENAMETOOLONG));
		if (!size)
			return 0;
		at = from + size;
		snprintf(w->here, sizeof(w->here), "%.*s", (int)at, path);
		snprintf(last, NAME_MAX + 1, "%.*s", (int)size, path + from);
		if (at >= len)
			return 0;
		err = walk_into(w, last);
		if (!err && w->bpffs)
			err = check_passed(w->here, w->fd);
	}
	return err;
}

static void walk_end(struct walk *w)
{
	if (w->fd >= 0)
		close(w->fd);
	w->fd = -1;
}

/* The last step: a descriptor that can be read and locked. */
static int walk_to_last(struct walk *w, const char *dir, const char *last)
{
	int err = *last ? walk_into(w, last) : 0, fd;

	if (err)
		return err;
	if (!w->bpffs)
		return refuse_file_system(dir);
	err = check_last(w->here, w->fd);
	if (err)
		return err;
	fd = openat(w->fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return fd < 0 ? open_failed(w, ".", -errno) : fd;
}

/* ---- what others call ------------------------------------------------------ */

int pin_dir_open(const char *dir)
{
	char last[NAME_MAX + 1];
	struct walk w;
	int err = walk_to_parent(&w, dir, last);

	err = err ?: walk_to_last(&w, dir, last);
	walk_end(&w);
	return err;
}

int pin_dir_make(const char *dir)
{
	char last[NAME_MAX + 1];
	struct walk w;
	int err = walk_to_parent(&w, dir, last);

	if (err == -ENOENT)
		err = fail(err, "pinning in %s: there is no %s", dir, w.here);
	if (!err && w.bpffs && mkdirat(w.fd, last, 0700) && errno != EEXIST)
		err = fail(-errno, "pinning in %s: making that directory: %s", dir, strerror(errno));
	if (!err)
		err = walk_to_last(&w, dir, last);
	/* It is made in none but that. */
	if (err == -ENOENT)
		err = refuse_file_system(dir);
	walk_end(&w);
	return err;
}

int pin_subdir_open(int dir_fd, const char *dir, const char *name)
{
	struct walk w = { .fd = dir_fd, .bpffs = true };
	int fd = openat(dir_fd, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW), err;

	snprintf(w.here, sizeof(w.here), "%s/%s", dir, name);
	if (fd < 0)
		return open_failed(&w, name, -errno);
	err = check_last(w.here, fd);
	if (err)
		close(fd);
	return err ?: fd;
}

static bool is_same(const struct stat *a, const struct stat *b)
{
	return a->st_ino == b->st_ino && a->st_dev == b->st_dev;
}

bool pin_dir_is(const char *dir, int fd)
{
	struct stat here, there;
	int again = pin_dir_open(dir);
	bool is;

	if (again < 0)
		return false;
	is = !fstat(fd, &here) && !fstat(again, &there) && is_same(&here, &there);
	close(again);
	return is;
}

void pin_dir_remove(const char *dir, int fd)
{
	char last[NAME_MAX + 1];
	struct stat here, there;
	struct walk w;

	if (!walk_to_parent(&w, dir, last) && !fstat(fd, &here) &&
	    !fstatat(w.fd, last, &there, AT_SYMLINK_NOFOLLOW) && is_same(&here, &there))
		unlinkat(w.fd, last, AT_REMOVEDIR);
	walk_end(&w);
}
