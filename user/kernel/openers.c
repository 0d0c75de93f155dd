// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
#include "kernel/openers.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include "base/clock.h"
#include "kernel/verifier_log.h"
#include "openers.skel.h"

const char *const opener_map_names[] = {
#define X(name, pin) #pin,
	OPENER_MAPS(X)
#undef X
};

/* ---- load -------------------------------------------------------------------- */

static void reset(struct openers *o)
{
	*o = (struct openers){ .walk = -1 };
	for (int i = 0; i < OPENERS_MAPS; i++)
		o->map[i] = -1;
}

static int load(struct openers *o, __u32 netns, __u32 room, bool by_process)
{
	int err;

	o->skeleton->rodata->own_netns = netns;
	o->skeleton->rodata->by_process = by_process;
	err = bpf_map__set_max_entries(o->skeleton->maps.openers, room);
	err = err ?: tcpstate_openers__load(o->skeleton);
	if (err)
		return err;
	o->link = bpf_program__attach_iter(o->skeleton->progs.tcpstate_openers, NULL);
	return o->link ? 0 : -errno;
}

int openers_load(struct openers *o, __u32 netns, __u32 room, bool by_process)
{
	int err;

	reset(o);
	o->skeleton = tcpstate_openers__open();
	err = o->skeleton ? load(o, netns, room, by_process) : -errno;
	if (err) {
		openers_close(o);
		return err;
	}
#define X(name, pin) o->map[OPENERS_##name] = bpf_map__fd(o->skeleton->maps.pin);
	OPENER_MAPS(X)
#undef X
	o->ready = true;
	return 0;
}

void openers_take(struct openers *o, const int map[OPENERS_MAPS])
{
	reset(o);
	memcpy(o->map, map, sizeof(o->map));
	o->ready = map[0] >= 0;
}

static void end_walk(struct openers *o)
{
	if (o->walk >= 0)
		close(o->walk);
	o->walk = -1;
}

void openers_close(struct openers *o)
{
	end_walk(o);
	bpf_link__destroy(o->link);
	free(o->ports);
	for (int i = 0; o->ready && !o->skeleton && i < OPENERS_MAPS; i++)
		close(o->map[i]);
	tcpstate_openers__destroy(o->skeleton);
	reset(o);
}

int openers_link(const struct openers *o)
{
	return bpf_link__fd(o->link);
}

/* ---- walk ---------------------------------------------------------------------- */

#define RECORDS 128 /* a read comes back with so many: some ten microseconds of the walk */

int openers_begin(struct openers *o, int pin_fd)
{
	end_walk(o);
	o->walk = pin_fd >= 0 || !o->link ? pin_fd : bpf_iter_create(openers_link(o)); /* or negative errno */
	o->began_ns = monotonic_ns();
	o->asked = (struct opener_cgroup){};
	return o->walk < 0 ? o->walk : 0;
}

static void take(struct openers *o, const struct opener_told *told, openers_path *path, void *arg)
{
	struct opener_path found = {};

	if (!told->stale || !memcmp(&told->cgroup, &o->asked, sizeof(o->asked)))
		return;
	o->asked = told->cgroup;
	path(arg, told->pid, told->id, found.path);
	found.read_ns = monotonic_ns();
	bpf_map_update_elem(o->map[OPENERS_CGROUPS], &told->cgroup, &found, BPF_ANY);
}

static int finish(struct openers *o)
{
	const struct opener_walks walks = { .began_ns = o->began_ns };
	__u32 zero = 0;

	end_walk(o);
	return bpf_map_update_elem(o->map[OPENERS_WALKS], &zero, &walks, BPF_ANY);
}

int openers_go_on(struct openers *o, __u64 until, openers_path *path, void *arg)
{
	struct opener_told told[RECORDS];
	ssize_t size;

	do {
		/* Of sockets only: what has none is passed over a million files at a time, with EAGAIN in between. */
		size = read(o->walk, told, sizeof(told));
		for (ssize_t at = 0; at < size / (ssize_t)sizeof(*told); at++)
			take(o, &told[at], path, arg);
		if (!size)
			return finish(o);
		if (size < 0 && errno != EAGAIN && errno != EINTR) {
			int err = -errno;

			end_walk(o);
			return err;
		}
	} while (monotonic_ns() < until);
	return 1;
}

/* ---- look up --------------------------------------------------------------------- */

#define SETTLED_NS 1000000000ULL /* a walk may have come to a socket just before it was closed on the wire */

static void take_path(const struct openers *o, const struct opener *found, struct whose *w)
{
	struct opener_cgroup key = { .id = found->cgroup };
	struct opener_path path;

	_Static_assert(sizeof(w->path) == sizeof(path.path) && sizeof(w->comm) == sizeof(found->comm), "copied as a whole");
	if (bpf_map_lookup_elem(o->map[OPENERS_CGROUPS], &key, &path)) {
		key = (struct opener_cgroup){ .id = found->started, .pid = found->pid };
		if (bpf_map_lookup_elem(o->map[OPENERS_CGROUPS], &key, &path))
			return;
	}
	memcpy(w->path, path.path, sizeof(w->path));
	w->path[sizeof(w->path) - 1] = 0;
	cgroup_words_of(w->path, &w->in);
}

static void fill(const struct openers *o, const struct opener *found, struct whose *w)
{
	struct opener_walks walks = {};
	__u32 zero = 0;

	if (found->several) {
		w->unknown = WHOSE_NOT_SEVERAL;
		return;
	}
	bpf_map_lookup_elem(o->map[OPENERS_WALKS], &zero, &walks);
	*w = (struct whose){
		.past = found->seen_ns < walks.began_ns, .pid = found->pid, .netns = found->netns, .others = found->others,
	};
	memcpy(w->comm, found->comm, sizeof(w->comm));
	w->comm[sizeof(w->comm) - 1] = 0;
	take_path(o, found, w);
}

#define PORT_WORDS (65536 / 64)

void openers_note_ports(struct openers *o)
{
	struct opener_key key, *before = NULL;

	o->ports = calloc(PORT_WORDS, sizeof(*o->ports));
	while (o->ports && !bpf_map_get_next_key(o->map[OPENERS_FOUND], before, &key)) {
		__u16 port = ntohs(key.port[0]);

		o->ports[port / 64] |= 1ull << port % 64;
		before = &key;
	}
}

static bool may_be_at(const struct openers *o, __be16 port)
{
	return !o->ports || o->ports[ntohs(port) / 64] >> ntohs(port) % 64 & 1;
}

static bool look_up(const struct openers *o, const __u8 own[16], __be16 port, const __u8 peer[16], __be16 peer_port,
		    __u32 elsewhere, struct opener *found)
{
	struct opener_key key = { .port = { port, peer_port }, .elsewhere = elsewhere };

	if (!may_be_at(o, port))
		return false;
	memcpy(key.addr[0], own, sizeof(key.addr[0]));
	memcpy(key.addr[1], peer, sizeof(key.addr[1]));
	return !bpf_map_lookup_elem(o->map[OPENERS_FOUND], &key, found);
}

/* Seen within this life of the connection, and not within the next one of the same addresses and ports. */
static bool is_of(const struct whose_life *f, unsigned int end, const struct opener *found)
{
	const bool over = f->state[end] == STATE_CLOSED || f->state[end] == STATE_TIME_WAIT;

	return found->seen_ns >= f->start && (!over || found->seen_ns < f->changed + SETTLED_NS);
}

static bool find_socket(const struct openers *o, const struct whose_life *f, unsigned int end, struct whose *w)
{
	struct opener found;

	for (__u32 elsewhere = 0; elsewhere < 2; elsewhere++)
		if (look_up(o, f->key->addr[end], f->key->port[end], f->key->addr[!end], f->key->port[!end], elsewhere, &found) &&
		    is_of(f, end, &found)) {
			fill(o, &found, w);
			return true;
		}
	return false;
}

/* What was too short for a walk came to a listener: at the address itself, or at any. */
static bool find_listener(const struct openers *o, const struct whose_life *f, unsigned int end, struct whose *w)
{
	static const __u8 any[2][16] = { { 0 }, { [10] = 0xff, 0xff } };
	const __u8 *const addresses[] = { f->key->addr[end], any[1], any[0] };
	struct opener found;

	for (int i = 0; i < 3; i++)
		if (look_up(o, addresses[i], f->key->port[end], any[0], 0, 0, &found)) {
			fill(o, &found, w);
			w->listens = true;
			return !w->unknown && !w->past;
		}
	return false;
}

void openers_find(const struct openers *o, const struct whose_life *f, struct whose whose[2])
{
	for (unsigned int end = 0; end < 2; end++) {
		struct whose *w = &whose[end];
		const bool ours = f->local >> end & 1;

		*w = (struct whose){ .unknown = !o->ready ? WHOSE_NOT_NO_WALK : ours ? WHOSE_NOT_UNSEEN : WHOSE_NOT_REMOTE };
		if (!o->ready || find_socket(o, f, end, w) || !ours || end == (f->initiator & 1))
			continue;
		if (!find_listener(o, f, end, w))
			*w = (struct whose){ .unknown = WHOSE_NOT_UNSEEN };
	}
}

void openers_find_socket(const struct openers *o, const __u8 addr[2][16], const __be16 port[2], struct whose *w)
{
	struct opener found;

	*w = (struct whose){ .unknown = o->ready ? WHOSE_NOT_UNSEEN : WHOSE_NOT_NO_WALK };
	if (o->ready && look_up(o, addr[0], port[0], addr[1], port[1], 0, &found))
		fill(o, &found, w);
}

/* ---- verify ------------------------------------------------------------------------ */

int openers_verify(int (*visit)(void *arg, const char *program, int err, const char *log), void *arg)
{
	struct tcpstate_openers *skeleton = tcpstate_openers__open();
	char *log = malloc(VERIFIER_LOG_SIZE);
	int err = skeleton && log ? 0 : -ENOMEM;

	if (!err) {
		log_verifier(skeleton->progs.tcpstate_openers, log);
		err = visit(arg, "tcpstate_openers", tcpstate_openers__load(skeleton), log);
	}
	tcpstate_openers__destroy(skeleton);
	free(log);
	return err;
}
