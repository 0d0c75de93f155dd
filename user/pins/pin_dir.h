/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * Directories of a BPF file system, opened so that what is in them can only be
 * ours. "mount -t bpf" makes one that every user may write to: somebody may be
 * at the place first, with a symbolic link or a directory of their own, and
 * would have root unpin and detach what is somewhere else.
 *
 * So from the file system's own root on no symbolic link is followed; every
 * directory is ours or root's; nobody else may write to the last one, nor
 * rename what is in those before it. What is opened stays open, and all that
 * is done is done relative to it.
 */
#ifndef TCPSTATE_USER_PINS_PIN_DIR_H
#define TCPSTATE_USER_PINS_PIN_DIR_H

#define DEFAULT_PIN_DIR "/sys/fs/bpf/xdp-tcpstate"

#include <stdbool.h>

/* The command that mounts a bpffs, as messages name it. */
#define MOUNT_BPFFS "mount -t bpf -o mode=0700 bpf /sys/fs/bpf"

/* A descriptor; -ENOENT, which is not reported: there is none; or a reported error. So below. */
int pin_dir_open(const char *dir);
/* The same, and it is made if there is none, in a BPF file system. */
int pin_dir_make(const char *dir);
/* One in it: maps, programs, hooks. dir: what dir_fd is, for messages. */
int pin_subdir_open(int dir_fd, const char *dir, const char *name);

/* Is fd still what is at dir? Somebody may have removed it since, and made another. */
bool pin_dir_is(const char *dir, int fd);
/* If it is, and is empty: remove it. A mount point stays. */
void pin_dir_remove(const char *dir, int fd);

#endif
