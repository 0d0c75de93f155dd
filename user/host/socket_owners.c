// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
#include "host/socket_owners.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/array.h"

static int add(struct owner_list *owners, const struct socket_owner *owner)
{
	struct socket_owner *place = ARRAY_ADD(owners->list, owners->count, owners->room);

	if (!place)
		return -ENOMEM;
	*place = *owner;
	return 0;
}

static void read_name(struct socket_owner *owner)
{
	char path[64];
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%u/comm", owner->pid);
	file = fopen(path, "r");
	if (file && fgets(owner->comm, sizeof(owner->comm), file))
		owner->comm[strcspn(owner->comm, "\n")] = 0;
	if (file)
		fclose(file);
}

/* A process may end, and may be somebody else's, while we look: then it has none. */
static int read_process(struct owner_list *owners, __u32 pid)
{
	struct socket_owner owner = { .pid = pid };
	struct dirent *entry;
	char path[64];
	int err = 0;
	DIR *dir;

	snprintf(path, sizeof(path), "/proc/%u/fd", pid);
	dir = opendir(path);
	if (!dir)
		return 0;
	while (!err && (entry = readdir(dir))) {
		char link[64];
		ssize_t size = readlinkat(dirfd(dir), entry->d_name, link, sizeof(link) - 1);

		if (size < 0)
			continue;
		link[size] = 0;
		if (sscanf(link, "socket:[%u]", &owner.inode) != 1)
			continue;
		if (!owner.comm[0])
			read_name(&owner);
		err = add(owners, &owner);
	}
	closedir(dir);
	return err;
}

static int by_inode(const void *one, const void *other)
{
	const struct socket_owner *a = one, *b = other;

	if (a->inode != b->inode)
		return a->inode < b->inode ? -1 : 1;
	return a->pid < b->pid ? -1 : a->pid > b->pid;
}

int owners_read(struct owner_list *owners)
{
	DIR *dir = opendir("/proc");
	struct dirent *entry;
	int err = 0;

	*owners = (struct owner_list){};
	if (!dir)
		return -errno;
	while (!err && (entry = readdir(dir)))
		if (isdigit((unsigned char)entry->d_name[0]))
			err = read_process(owners, strtoul(entry->d_name, NULL, 10));
	closedir(dir);
	if (owners->count)
		qsort(owners->list, owners->count, sizeof(*owners->list), by_inode);
	if (err)
		owners_free(owners);
	return err;
}

void owners_free(struct owner_list *owners)
{
	free(owners->list);
	*owners = (struct owner_list){};
}

const struct socket_owner *owner_of(const struct owner_list *owners, __u32 inode)
{
	size_t low = 0, high = owners->count;

	if (!inode)
		return NULL;
	while (low < high) {
		size_t middle = (low + high) / 2;

		if (owners->list[middle].inode < inode)
			low = middle + 1;
		else
			high = middle;
	}
	return low < owners->count && owners->list[low].inode == inode ? &owners->list[low] : NULL;
}
