// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
#include "events/rotate.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#define SUFFIX_ROOM 12 /* a dot and an unsigned int */

bool is_named(int fd, const char *path)
{
	struct stat open_one, named;

	return !fstat(fd, &open_one) && !lstat(path, &named) && open_one.st_dev == named.st_dev &&
	       open_one.st_ino == named.st_ino;
}

static void number_name(char name[PATH_MAX + SUFFIX_ROOM], const char *path, unsigned int number)
{
	if (number)
		snprintf(name, PATH_MAX + SUFFIX_ROOM, "%s.%u", path, number);
	else
		snprintf(name, PATH_MAX + SUFFIX_ROOM, "%s", path);
}

int rotate_file(const char *path, unsigned int keep)
{
	char from[PATH_MAX + SUFFIX_ROOM], to[PATH_MAX + SUFFIX_ROOM];

	if (!keep)
		return unlink(path) ? -errno : 0;
	/* The oldest first: nothing is written over but that one. A number may be missing, if somebody took it away. */
	for (unsigned int number = keep; number; number--) {
		number_name(from, path, number - 1);
		number_name(to, path, number);
		if (rename(from, to) && (errno != ENOENT || number == 1))
			return -errno;
	}
	return 0;
}
