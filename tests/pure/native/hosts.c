// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
#include "tests/pure/native/hosts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tcpstate/late/reuse.h"

struct native_host {
	struct host_key key;
	struct host_reuse reuse;
	struct native_host *next;
};

struct native_pair {
	struct pair_key key;
	struct pair_clock clock;
	struct native_pair *next;
};

static struct host_key host_key_of(const struct flow_key *key, __u32 x)
{
	struct host_key host = { .zone = key->zone };

	memcpy(host.addr, key->addr[x], sizeof(host.addr));
	return host;
}

static struct pair_key pair_key_of(const struct flow_key *key, __u32 x)
{
	struct pair_key pair = { .zone = key->zone };

	memcpy(pair.from, key->addr[x], sizeof(pair.from));
	memcpy(pair.to, key->addr[x ^ 1], sizeof(pair.to));
	return pair;
}

static struct native_host *find_host(const struct native_hosts *hosts, const struct host_key *key)
{
	struct native_host *n = hosts->first_host;

	while (n && memcmp(&n->key, key, sizeof(*key)))
		n = n->next;
	return n;
}

static struct native_pair *find_pair(const struct native_hosts *hosts, const struct pair_key *key)
{
	struct native_pair *n = hosts->first_pair;

	while (n && memcmp(&n->key, key, sizeof(*key)))
		n = n->next;
	return n;
}

static void *allocate(size_t size)
{
	void *memory = calloc(1, size);

	if (!memory) {
		perror("native tracker: a host");
		exit(1);
	}
	return memory;
}

void native_note_reuse(struct native_hosts *hosts, const struct flow_key *key, __u32 x, __u8 reuse, __u32 waited_ms)
{
	const struct host_key host = host_key_of(key, x);
	struct native_host *n = find_host(hosts, &host);

	if (!n) {
		n = allocate(sizeof(*n));
		n->key = host;
		n->reuse.shortest_ms = waited_ms;
		n->next = hosts->first_host;
		hosts->first_host = n;
	}
	count_reuse(&n->reuse, reuse, waited_ms);
}

void native_note_opening(struct native_hosts *hosts, const struct packet *p, __u64 now)
{
	const struct pair_key pair = pair_key_of(&p->key, p->from);
	struct native_pair *n = find_pair(hosts, &pair);

	if (n) {
		count_pair_opening(&n->clock, p->seg.tsval, now);
		return;
	}
	n = allocate(sizeof(*n));
	n->key = pair;
	n->clock = (struct pair_clock){ .time = now, .syns = 1, .tsval = p->seg.tsval };
	n->next = hosts->first_pair;
	hosts->first_pair = n;
}

const struct host_reuse *native_find_reuse(const struct native_hosts *hosts, const struct flow_key *key, __u32 x)
{
	const struct host_key host = host_key_of(key, x);
	const struct native_host *n = find_host(hosts, &host);

	return n ? &n->reuse : NULL;
}

const struct pair_clock *native_find_pair(const struct native_hosts *hosts, const struct flow_key *key, __u32 x)
{
	const struct pair_key pair = pair_key_of(key, x);
	const struct native_pair *n = find_pair(hosts, &pair);

	return n ? &n->clock : NULL;
}

void native_hosts_clear(struct native_hosts *hosts)
{
	while (hosts->first_host) {
		struct native_host *gone = hosts->first_host;

		hosts->first_host = gone->next;
		free(gone);
	}
	while (hosts->first_pair) {
		struct native_pair *gone = hosts->first_pair;

		hosts->first_pair = gone->next;
		free(gone);
	}
}
