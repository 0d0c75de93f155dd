// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
#include "daemon/privileges.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <libgen.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>

#include <cap-ng.h>
#include <linux/capability.h>
#include <linux/securebits.h>

#include "base/error.h"
#include "daemon/landlock.h"
#include "daemon/refused_calls.h"

/* Being root gives no capabilities back, whatever it does, and this stays so. */
#define SECUREBITS                                                            \
	(SECBIT_NOROOT | SECBIT_NOROOT_LOCKED | SECBIT_NO_SETUID_FIXUP |      \
	 SECBIT_NO_SETUID_FIXUP_LOCKED | SECBIT_KEEP_CAPS_LOCKED |            \
	 SECBIT_NO_CAP_AMBIENT_RAISE | SECBIT_NO_CAP_AMBIENT_RAISE_LOCKED)

/* 0: /proc does not say. */
static int count_threads(void)
{
	DIR *dir = opendir("/proc/self/task");
	struct dirent *entry;
	int count = 0;

	if (!dir)
		return 0;
	while ((entry = readdir(dir)))
		count += isdigit((unsigned char)entry->d_name[0]) != 0;
	closedir(dir);
	return count;
}

/* The bounding set limits what a program that is executed can have; none will be executed. */
static int empty_bounding_set(void)
{
	for (int capability = 0; prctl(PR_CAPBSET_READ, capability) >= 0; capability++)
		if (prctl(PR_CAPBSET_READ, capability) && prctl(PR_CAPBSET_DROP, capability))
			return -errno;
	return 0;
}

static int lock_down(void)
{
	int err;

	if (prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0))
		return fail(-errno, "giving up the ambient capabilities: %s", strerror(errno));
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
		return fail(-errno, "giving up new privileges (no_new_privs): %s", strerror(errno));
	if (!capng_have_capability(CAPNG_EFFECTIVE, CAP_SETPCAP)) {
		notice("without CAP_SETPCAP the capability bounding set can't be emptied here; no_new_privs keeps it from being used");
		return 0;
	}
	err = empty_bounding_set();
	if (err)
		return fail(err, "emptying the capability bounding set: %s", strerror(-err));
	if (prctl(PR_SET_SECUREBITS, SECUREBITS, 0, 0, 0))
		return fail(-errno, "setting securebits: %s", strerror(errno));
	return 0;
}

/* What is no directory, such as a FIFO, is itself the place; a file's place is its directory, where it is made anew. */
static const char *place_of(const char *path, char copy[PATH_MAX])
{
	struct stat st;

	snprintf(copy, PATH_MAX, "%s", path);
	return !stat(path, &st) && !S_ISREG(st.st_mode) && !S_ISDIR(st.st_mode) ? path : dirname(copy);
}

static int confine(const struct needs *needs)
{
	char pins[PATH_MAX], events[PATH_MAX];
	struct writable list[4] = {}, *next = list;
	int err;

	if (needs->pin_dir) {
		snprintf(pins, sizeof(pins), "%s", needs->pin_dir);
		*next++ = (struct writable){ needs->pin_dir, WRITABLE_PINS };
		*next++ = (struct writable){ dirname(pins), WRITABLE_AWAY };
	}
	if (needs->events_file)
		*next++ = (struct writable){ place_of(needs->events_file, events), WRITABLE_LOG };
	err = landlock_confine(list);
	if (err == -EOPNOTSUPP) {
		notice("there is no Landlock here (Linux 5.13, \"landlock\" in /sys/kernel/security/lsm), so root's files can still be written");
		return 0;
	}
	return err ? fail(err, "giving up writing to files (Landlock): %s", strerror(-err)) : 0;
}

static int refuse(void)
{
	int err = refuse_calls();

	if (err == -EINVAL || err == -ENOSYS) {
		notice("this kernel, or the container's runtime, has no seccomp filters, so system calls are not refused");
		return 0;
	}
	return err ? fail(err, "refusing system calls (seccomp): %s", strerror(-err)) : 0;
}

/* What the kernel says, not what was asked for. */
static int tell_kept(char *kept, size_t size)
{
	size_t len = 0;

	kept[0] = 0;
	if (capng_get_caps_process())
		return fail(-EIO, "reading back the capabilities that are left: the kernel does not say");
	for (int capability = 0; capability <= CAP_LAST_CAP; capability++) {
		char name[32];

		if (!capng_have_capability(CAPNG_PERMITTED, capability))
			continue;
		snprintf(name, sizeof(name), "%s", capng_capability_to_name(capability) ?: "?");
		for (char *c = name; *c; c++)
			*c = toupper((unsigned char)*c);
		if (len < size)
			len += snprintf(kept + len, size - len, "%sCAP_%s", len ? " " : "", name);
	}
	if (!len)
		snprintf(kept, size, "no capability");
	return 0;
}

int privileges_drop(const struct needs *needs, char *kept, size_t size)
{
	int threads = count_threads(), err;

	if (threads > 1)
		return fail(-EBUSY, "giving up privileges: %d threads run already, and would keep theirs", threads);
	if (capng_get_caps_process())
		return fail(-EIO, "giving up privileges: the kernel does not say what capabilities there are");
	if (needs->tc_filters && !capng_have_capability(CAPNG_EFFECTIVE, CAP_NET_ADMIN))
		return fail(-EPERM, "tc filters (clsact) need CAP_NET_ADMIN for as long as this runs, and there is none");
	err = lock_down();
	err = err ?: confine(needs);
	err = err ?: refuse();
	if (err)
		return err;

	capng_clear(CAPNG_SELECT_CAPS);
	if (needs->tc_filters)
		capng_update(CAPNG_ADD, CAPNG_EFFECTIVE | CAPNG_PERMITTED, CAP_NET_ADMIN);
	if (capng_apply(CAPNG_SELECT_CAPS))
		return fail(-EPERM, "giving up capabilities: %s", strerror(errno));
	return tell_kept(kept, size);
}
