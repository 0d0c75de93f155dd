// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
#include "host/cgroups.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "flow/cgroup_path.h"

/* Where cgroup v2 is mounted: alone, or beside v1. */
static const char *const mounts[] = { "/sys/fs/cgroup", "/sys/fs/cgroup/unified" };
#define MOUNTS 2

static const char *mount_of_v2(void)
{
	char path[PATH_MAX];

	for (int i = 0; i < MOUNTS; i++) {
		snprintf(path, sizeof(path), "%s/cgroup.procs", mounts[i]);
		if (!access(path, F_OK))
			return mounts[i];
	}
	return NULL;
}

/* Of a /proc/PID/cgroup some kilobytes are enough: a line a hierarchy. */
static bool read_text(const char *path, char *text, size_t size)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	size_t len = 0;
	ssize_t n = fd < 0 ? -1 : 1;

	while (n > 0 && len + 1 < size) {
		n = read(fd, text + len, size - 1 - len);
		len += n > 0 ? n : 0;
	}
	if (fd >= 0)
		close(fd);
	text[len] = 0;
	return len;
}

#define TEXT_SIZE 8192

bool cgroups_are_mixed(void)
{
	char text[TEXT_SIZE];

	return !read_text("/proc/self/cgroup", text, sizeof(text)) || strncmp(text, "0::", 3) || !strchr(text, '\n') ||
	       strchr(text, '\n')[1];
}

/* ---- by process ------------------------------------------------------------------ */

/* How much a line tells: NUMBER:CONTROLLERS:PATH. */
static int worth_of(const char *line, const char *path)
{
	struct cgroup_words words;

	cgroup_words_of(path, &words);
	if (!path[0] || !strcmp(path, "/"))
		return 1;
	return (words.container[0] || words.pod[0] ? 8 : words.unit[0] ? 4 : 0) +
	       (!strncmp(line, "0::", 3) ? 3 : strstr(line, ":name=systemd:") ? 2 : 1);
}

static void keep_end(const char *from, char *path, size_t size)
{
	size_t len = strlen(from);

	snprintf(path, size, "%s", len < size ? from : from + len - size + 1);
}

void cgroup_path_in(const char *text, char *path, size_t size)
{
	int best = 0;

	path[0] = 0;
	while (*text) {
		size_t len = strcspn(text, "\n");
		char line[TEXT_SIZE], *at;

		snprintf(line, sizeof(line), "%.*s", (int)len, text);
		text += len + (text[len] == '\n');
		at = strchr(line, ':');
		at = at ? strchr(at + 1, ':') : NULL;
		if (at && worth_of(line, at + 1) > best) {
			best = worth_of(line, at + 1);
			keep_end(at + 1, path, size);
		}
	}
}

/* ---- by id -------------------------------------------------------------------------- */

#define MOST_DIRECTORIES 4096
#define DEEPEST 16

struct search {
	__u64 id;
	size_t skip;            /* of the paths: the mount */
	unsigned int left;
	char path[PATH_MAX];
};

/* The id of a cgroup is the inode of its directory. */
static bool search_in(struct search *s, int depth)
{
	size_t len = strlen(s->path);
	struct dirent *entry;
	bool found = false;
	DIR *dir;

	if (depth > DEEPEST || !s->left)
		return false;
	s->left--;
	dir = opendir(s->path);
	while (dir && !found && (entry = readdir(dir))) {
		if (entry->d_type != DT_DIR || entry->d_name[0] == '.' || len + strlen(entry->d_name) + 2 > sizeof(s->path))
			continue;
		s->path[len] = '/';
		strcpy(s->path + len + 1, entry->d_name);
		found = entry->d_ino == s->id || search_in(s, depth + 1);
		if (!found)
			s->path[len] = 0;
	}
	if (dir)
		closedir(dir);
	return found;
}

void cgroup_path_by_id(__u64 id, char *path, size_t size)
{
	struct search s = { .id = id, .left = MOST_DIRECTORIES };
	const char *mount = mount_of_v2();
	struct stat st;

	path[0] = 0;
	if (!mount)
		return;
	s.skip = snprintf(s.path, sizeof(s.path), "%s", mount);
	if (!stat(mount, &st) && st.st_ino == id)
		snprintf(path, size, "/");
	else if (search_in(&s, 0))
		keep_end(s.path + s.skip, path, size);
}

void cgroup_path_of(__u32 pid, char *path, size_t size)
{
	char file[64], text[TEXT_SIZE];

	path[0] = 0;
	snprintf(file, sizeof(file), "/proc/%u/cgroup", pid);
	if (read_text(file, text, sizeof(text)))
		cgroup_path_in(text, path, size);
}
