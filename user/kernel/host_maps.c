// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
#include "kernel/host_maps.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <bpf/bpf.h>

/* The walk starts again where its key is gone: so it has an end. */
#define MOST_ENTRIES (1u << 20)

/* Entries of key and value behind each other, as in the structs above. */
static int read_all(int fd, size_t value_at, size_t entry_size, void **entries, size_t *count)
{
	size_t room = 256;
	char *list = calloc(room, entry_size);
	const void *before = NULL;
	int err = 0;

	*entries = NULL;
	*count = 0;
	while (list && *count < MOST_ENTRIES) {
		char *entry;

		if (*count == room) {
			char *more = realloc(list, 2 * room * entry_size);

			if (!more) {
				err = -ENOMEM;
				break;
			}
			memset(more + room * entry_size, 0, room * entry_size);
			list = more;
			room *= 2;
			before = list + (*count - 1) * entry_size;
		}
		entry = list + *count * entry_size;
		err = bpf_map_get_next_key(fd, before, entry);
		if (err)
			break;
		before = entry;
		/* Pushed out since: it counts for nothing. */
		if (bpf_map_lookup_elem(fd, entry, entry + value_at))
			memset(entry + value_at, 0, entry_size - value_at);
		(*count)++;
	}
	if (!list || (err && err != -ENOENT)) {
		free(list);
		return err ?: -ENOMEM;
	}
	*entries = list;
	return 0;
}

int hosts_read(int reuses_fd, struct known_host **hosts, size_t *count)
{
	void *entries;
	int err = read_all(reuses_fd, offsetof(struct known_host, reuse),
			   sizeof(struct known_host), &entries, count);

	*hosts = entries;
	return err;
}

int pairs_read(int pairs_fd, struct known_pair **pairs, size_t *count)
{
	void *entries;
	int err = read_all(pairs_fd, offsetof(struct known_pair, clock),
			   sizeof(struct known_pair), &entries, count);

	*pairs = entries;
	return err;
}
