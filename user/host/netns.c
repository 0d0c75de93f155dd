// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
#include "host/netns.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"

static __u64 inode_of(const char *path)
{
	struct stat st;

	return stat(path, &st) ? 0 : st.st_ino;
}

__u64 netns_self(void)
{
	return inode_of("/proc/self/ns/net");
}

__u64 netns_of(unsigned int pid)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/%u/ns/net", pid);
	return inode_of(path);
}

int netns_enter(__u64 inode, unsigned int pid)
{
	int here = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC), there, err = 0;
	char path[64];

	if (here < 0)
		return -errno;
	if (inode == netns_self())
		return here;
	if (!pid || netns_of(pid) != inode) {
		close(here);
		return -ENOENT;
	}
	snprintf(path, sizeof(path), "/proc/%u/ns/net", pid);
	there = open(path, O_RDONLY | O_CLOEXEC);
	if (there < 0 || setns(there, CLONE_NEWNET))
		err = -errno;
	if (there >= 0)
		close(there);
	if (err) {
		close(here);
		return err;
	}
	return here;
}

void netns_leave(int left)
{
	struct stat st;

	/* The daemon may not call setns any more (refused_calls.h), and stays where it is. */
	if ((fstat(left, &st) || st.st_ino != netns_self()) && setns(left, CLONE_NEWNET))
		notice("going back to its own network namespace: %s", strerror(errno));
	close(left);
}
