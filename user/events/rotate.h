/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* A file that has grown large enough gives its name to the next one: FILE becomes FILE.1, which becomes FILE.2... */
#ifndef TCPSTATE_USER_EVENTS_ROTATE_H
#define TCPSTATE_USER_EVENTS_ROTATE_H

#include <stdbool.h>

/* Is that name still the open file's own: neither moved away since, nor a symbolic link to it? */
bool is_named(int fd, const char *path);

/*
 * Moves path aside, and those moved before it on by one; what would be number keep + 1 is gone. keep 0: path itself
 * is gone. Only within its directory. 0 or negative errno, and then path is where it was.
 */
int rotate_file(const char *path, unsigned int keep);

#endif
