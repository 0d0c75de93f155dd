/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * Landlock (Linux 5.13): which files a process may still change. Without a
 * capability, root's uid still owns most files of the system.
 */
#ifndef TCPSTATE_USER_DAEMON_LANDLOCK_H
#define TCPSTATE_USER_DAEMON_LANDLOCK_H

struct writable {
	const char *path;      /* and all beneath it; NULL ends a list */
	enum {
		WRITABLE_LOG,    /* files are made, written, moved within it and removed */
		WRITABLE_PINS,   /* files and directories are made and removed */
		WRITABLE_AWAY,   /* empty directories are removed */
	} how;
};

/*
 * From now on this thread, and those it starts, can change no file but these,
 * execute none, and make no device. What is open stays open; reading is as
 * before. Needs no_new_privs. 0 or negative errno; -EOPNOTSUPP: no Landlock here.
 */
int landlock_confine(const struct writable *list);

#endif
