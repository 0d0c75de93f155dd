// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* The owner's side of the pins, and what both sides know of their layout. */
#include "pins/owner.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <bpf/bpf.h>

#include "base/error.h"
#include "host/netns.h"
#include "kernel/object.h"
#include "kernel/openers.h"
#include "pins/layout.h"
#include "pins/holder.h"
#include "pins/pin_dir.h"
#include "pins/reader.h"

/* ---- claim -------------------------------------------------------------- */

static int report_in_use(int dir_fd, const char *dir)
{
	char who[OWNER_TEXT];

	return fail(-EBUSY, "%s is in use by a running xdp-tcpstate (%s). End that one with \"xdp-tcpstate detach --pin %s\", or give this one another directory: --pin DIR",
		    dir, owner_text(who, pins_owner(dir_fd)), dir);
}

static int lock_dir(const char *dir)
{
	for (;;) {
		int fd = pin_dir_make(dir), err;

		if (fd < 0)
			return fd;
		if (flock(fd, LOCK_EX | LOCK_NB)) {
			err = -errno;
			err = err == -EWOULDBLOCK ? report_in_use(fd, dir)
						  : fail(err, "pinning in %s: locking it: %s", dir, strerror(-err));
			close(fd);
			return err;
		}
		/* Its last owner may have removed it between our open and our lock. */
		if (pin_dir_is(dir, fd))
			return fd;
		close(fd);
	}
}

int pins_claim(struct pins *pins, const char *dir, bool *left)
{
	int err;

	*left = false;
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
	return pinned_clear(pins->dir_fd, pins->dir, 0);
}

/* ---- pin ---------------------------------------------------------------- */

/* Room for a pin's path, relative to the directory. */
#define RELATIVE (NAME_MAX + 16)

static void pin_path(char path[RELATIVE], const char *subdir, const char *name, const char *suffix)
{
	snprintf(path, RELATIVE, "%s/%s%s", subdir, name, suffix);
}

static int stage(const struct pins *pins, int fd, const char *subdir, const char *name)
{
	char path[RELATIVE], full[RELATIVE + 32];
	int err;

	pin_path(path, subdir, name, STAGED);
	unlinkat(pins->dir_fd, path, 0); /* of one who died at it */
	snprintf(full, sizeof(full), "/proc/self/fd/%d/%s", pins->dir_fd, path); /* see pinned_open */
	err = bpf_obj_pin(fd, full);
	return err ? fail(err, "pinning %s/%s: %s", pins->dir, path, strerror(-err)) : 0;
}

static int settle(const struct pins *pins, const char *subdir, const char *name)
{
	char from[RELATIVE], to[RELATIVE];

	pin_path(from, subdir, name, STAGED);
	pin_path(to, subdir, name, "");
	if (renameat(pins->dir_fd, from, pins->dir_fd, to))
		return fail(-errno, "pinning %s/%s: %s", pins->dir, to, strerror(errno));
	return 0;
}

static void unpin(const struct pins *pins, const char *subdir, const char *name, const char *suffix)
{
	char path[RELATIVE];

	pin_path(path, subdir, name, suffix);
	unlinkat(pins->dir_fd, path, 0);
}

/* Also in the place of what is pinned there, with nothing in between. */
static int pin(const struct pins *pins, int fd, const char *subdir, const char *name)
{
	return stage(pins, fd, subdir, name) ?: settle(pins, subdir, name);
}

static int pin_program(const struct pins *pins, int fd, const char *name)
{
	if (fd >= 0)
		return pin(pins, fd, "programs", name);
	unpin(pins, "programs", name, ""); /* the instance that is adopted had it, and we need it not */
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

int pins_add_iterator(const struct pins *pins, int link_fd)
{
	return pins->dir_fd < 0 ? 0 : pin(pins, link_fd, "iterators", SOCKETS_PIN);
}

void pins_remove_iterator(const struct pins *pins)
{
	if (pins->dir_fd >= 0)
		unpin(pins, "iterators", SOCKETS_PIN, "");
}

int pins_add_openers(const struct pins *pins, const struct openers *openers)
{
	int err = pins->dir_fd < 0 ? 0 : pin(pins, openers_link(openers), "openers", OPENERS_PIN);

	for (int i = 0; !err && pins->dir_fd >= 0 && i < OPENERS_MAPS; i++)
		err = pin(pins, openers->map[i], "openers", opener_map_names[i]);
	return err;
}

void pins_remove_openers(const struct pins *pins)
{
	if (pins->dir_fd < 0)
		return;
	unpin(pins, "openers", OPENERS_PIN, "");
	for (int i = 0; i < OPENERS_MAPS; i++)
		unpin(pins, "openers", opener_map_names[i], "");
}

int pins_open_iterator(const struct pins *pins)
{
	int fd = pins->dir_fd < 0 ? -1 : openat(pins->dir_fd, "iterators/" SOCKETS_PIN, O_RDONLY | O_CLOEXEC);

	return pins->dir_fd < 0 ? -ENOENT : fd < 0 ? -errno : fd;
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
	char name[PIN_NAME];

	if (pins->dir_fd < 0)
		return;
	name_hook(name, hook);
	unpin(pins, "hooks", name, suffix);
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

	unpin(pins, "hooks", hook->name, "");
	return err;
}

void pins_release(struct pins *pins)
{
	if (pins->dir_fd < 0)
		return;
	pinned_clear(pins->dir_fd, pins->dir, getpid());
	pin_dir_remove(pins->dir, pins->dir_fd);
	pins_leave(pins);
}

void pins_leave(struct pins *pins)
{
	if (pins->dir_fd >= 0)
		close(pins->dir_fd);
	pins->dir_fd = -1;
}
