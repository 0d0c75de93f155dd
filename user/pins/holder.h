/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * Which process holds a directory of pins. The PID that it wrote into its map
 * is that of its own PID namespace, and somebody else's in another one. The
 * kernel knows who holds the lock on the directory, and tells whom it is as
 * seen from the namespace that /proc is mounted for, or nothing if it can't be
 * seen from there.
 */
#ifndef TCPSTATE_USER_PINS_HOLDER_H
#define TCPSTATE_USER_PINS_HOLDER_H

/* Its PID as in /proc here. 0: nobody holds it, or it is in a PID namespace that can't be seen from here. */
unsigned int pins_owner(int dir_fd);

/* A pidfd of it, or -1. */
int pins_owner_pidfd(int dir_fd);

/*
 * Send it SIGTERM, with value as by sigqueue(3). pid_there: what it calls
 * itself, for only that one is meant. 0; -ESRCH: it can't be seen, or may not
 * be signalled, from this PID namespace; -EAGAIN: somebody else holds the
 * directory; or negative errno.
 */
int pins_owner_end(int dir_fd, unsigned int pid_there, int value);

#endif
