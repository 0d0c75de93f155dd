// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
#include "findings/half_closed.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "findings/look.h"

struct search {
	const struct local_ends *ends;
	__u64 then;
	struct leak_list *leaks;
};

static bool lingers(const struct flow *f, unsigned int end)
{
	return f->state[end] == STATE_CLOSE_WAIT || f->state[end] == STATE_FIN_WAIT_2;
}

static int add(struct leak_list *leaks, const struct leak *leak)
{
	if (leaks->count == leaks->room) {
		size_t room = leaks->room ? 2 * leaks->room : 256;
		struct leak *list = realloc(leaks->list, room * sizeof(*list));

		if (!list)
			return -ENOMEM;
		leaks->list = list;
		leaks->room = room;
	}
	leaks->list[leaks->count++] = *leak;
	return 0;
}

/* One end as a group of its own. */
static struct leak leak_of(const struct local_ends *ends, const struct flow *f, unsigned int end)
{
	const struct local_socket *socket = sockets_find(&ends->sockets, &f->key, end);
	const struct socket_owner *owner = socket ? owner_of(&ends->owners, socket->inode) : NULL;
	struct leak leak = { .since = f->changed, .count = 1 };

	leak.key.state = f->state[end];
	leak.key.initiator = end == (f->initiator & 1u);
	leak.key.local = is_local_end(ends, f, end);
	memcpy(leak.key.addr, f->key.addr[end], 16);
	if (leak.key.initiator) {
		memcpy(leak.key.peer, f->key.addr[!end], 16);
		leak.key.peer_port = f->key.port[!end];
	} else {
		leak.key.port = f->key.port[end];
	}
	if (owner) {
		leak.key.pid = owner->pid;
		memcpy(leak.comm, owner->comm, sizeof(leak.comm));
	}
	leak.orphans = socket && !socket->inode;
	leak.gone = ends->known && leak.key.local && !socket;
	return leak;
}

static int look_at(void *arg, const struct flow *f, const struct history *h)
{
	struct search *search = arg;
	int err = 0;

	if (f->changed > search->then)
		return 0;
	for (unsigned int end = 0; !err && end < 2; end++) {
		if (!lingers(f, end))
			continue;

		struct leak leak = leak_of(search->ends, f, end);

		err = add(search->leaks, &leak);
	}
	return err;
}

static int by_key(const void *one, const void *other)
{
	return memcmp(one, other, sizeof(struct leak_key));
}

static int oldest_first(const void *one, const void *other)
{
	const struct leak *a = one, *b = other;

	if (a->since != b->since)
		return a->since < b->since ? -1 : 1;
	return by_key(one, other);
}

/* Those of one key into one. */
static void merge(struct leak_list *leaks)
{
	size_t kept = 0;

	qsort(leaks->list, leaks->count, sizeof(*leaks->list), by_key);
	for (size_t i = 0; i < leaks->count; i++) {
		const struct leak *leak = &leaks->list[i];
		struct leak *group = kept ? &leaks->list[kept - 1] : NULL;

		if (!group || by_key(group, leak)) {
			leaks->list[kept++] = *leak;
			continue;
		}
		group->count++;
		group->orphans += leak->orphans;
		group->gone += leak->gone;
		if (leak->since < group->since)
			group->since = leak->since;
	}
	leaks->count = kept;
}

int leaks_collect(struct look *l, const struct local_ends *ends, __u64 then, struct leak_list *leaks)
{
	struct search search = { ends, then, leaks };
	int err;

	*leaks = (struct leak_list){};
	err = look_flows(l, look_at, &search);
	if (err) {
		leaks_free(leaks);
		return err;
	}
	if (leaks->count) {
		merge(leaks);
		qsort(leaks->list, leaks->count, sizeof(*leaks->list), oldest_first);
	}
	return 0;
}

void leaks_free(struct leak_list *leaks)
{
	free(leaks->list);
	*leaks = (struct leak_list){};
}
