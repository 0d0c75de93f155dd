/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* Cgroups by process and by id, as /proc and the cgroup file system have them: any user may read both. */
#ifndef TCPSTATE_USER_HOST_CGROUPS_H
#define TCPSTATE_USER_HOST_CGROUPS_H

#include <stdbool.h>
#include <stddef.h>

#include <linux/types.h>

/* Are there hierarchies of cgroups v1, in which processes of one cgroup v2 may be in different places? */
bool cgroups_are_mixed(void);

/*
 * The path of the process's cgroup, in that hierarchy that names a container, else in v2, else in systemd's; the
 * end of it, if it is too long. "": it is not known, since the process is gone, or hidden.
 */
void cgroup_path_of(__u32 pid, char *path, size_t size);
/* The same by the id of a cgroup v2: looked for, up to some thousand directories far, which takes milliseconds. */
void cgroup_path_by_id(__u64 id, char *path, size_t size);

/* The line of a /proc/PID/cgroup that tells most. "": none does. For the tests. */
void cgroup_path_in(const char *text, char *path, size_t size);

#endif
