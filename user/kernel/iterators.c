// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
#include "kernel/iterators.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include "base/clock.h"
#include "kernel/verifier_log.h"
#include "seed.skel.h"

/* X(name): the maps that it shares with the object that is attached. */
#define SHARED_MAPS(X) \
	X(tags)        \
	X(flows)       \
	X(histories)   \
	X(embryos)     \
	X(prints)      \
	X(counters)    \
	X(settings)    \
	X(track_nets)  \
	X(track_ports)

/* Maps that are in headers which both objects include, and that the iterators do not use. */
#define OTHER_MAPS(X) \
	X(reuses)     \
	X(pairs)      \
	X(events)     \
	X(instance)   \
	X(scratch)

static int share_maps(struct tcpstate_seed *skeleton, const struct maps *maps)
{
	int err = 0;

#define X(name) err = err ?: bpf_map__reuse_fd(skeleton->maps.name, maps->name);
	SHARED_MAPS(X)
#undef X
#define X(name) err = err ?: bpf_map__set_autocreate(skeleton->maps.name, false);
	OTHER_MAPS(X)
#undef X
	return err;
}

static int configure(struct tcpstate_seed *skeleton, const struct maps *maps)
{
	struct instance instance;
	__u32 zero = 0;
	int err = bpf_map_lookup_elem(maps->instance, &zero, &instance);

	if (err)
		return err;
	skeleton->rodata->table_sets = instance.sets;
	skeleton->rodata->embryo_sets = instance.embryo_sets;
	_Static_assert(sizeof(skeleton->rodata->hash_seed) == sizeof(instance.hash_seed), "one table, one hash");
	memcpy((void *)skeleton->rodata->hash_seed, instance.hash_seed, sizeof(instance.hash_seed));
	skeleton->rodata->tick_ns = kernel_tick_ns();
	return share_maps(skeleton, maps);
}

int iterators_open(struct iterators *it, const struct maps *maps)
{
	int err;

	*it = (struct iterators){};
	it->skeleton = tcpstate_seed__open();
	if (!it->skeleton)
		return -errno;
	err = configure(it->skeleton, maps);
	err = err ?: tcpstate_seed__load(it->skeleton);
	if (!err) {
		it->sockets = bpf_program__attach_iter(it->skeleton->progs.tcpstate_seed, NULL);
		err = it->sockets ? 0 : -errno;
	}
	if (err) {
		iterators_close(it);
		return err;
	}
	it->paths = bpf_map__fd(it->skeleton->maps.seed_paths);
	it->addresses = bpf_map__fd(it->skeleton->maps.seed_addresses);
	it->translated = bpf_map__fd(it->skeleton->maps.seed_translated);
	return 0;
}

void iterators_close(struct iterators *it)
{
	bpf_link__destroy(it->sockets);
	tcpstate_seed__destroy(it->skeleton);
	*it = (struct iterators){};
}

int iterators_link(const struct iterators *it)
{
	return bpf_link__fd(it->sockets);
}

void iterators_prepare(struct iterators *it, __u32 loopback, enum seed_nat nat)
{
	it->skeleton->bss->loopback_index = loopback;
	it->skeleton->bss->nat = nat;
	memset(it->skeleton->bss->listened, 0, sizeof(it->skeleton->bss->listened));
}

/* It says nothing: a read ends when all sockets have been told, or, with EAGAIN, after a million. */
static int walk(int fd)
{
	char nothing[64];
	ssize_t size;

	do
		size = read(fd, nothing, sizeof(nothing));
	while (size > 0 || (size < 0 && (errno == EAGAIN || errno == EINTR)));
	return size < 0 ? -errno : 0;
}

int iterators_walk(const struct iterators *it, int pin_fd)
{
	int fd = pin_fd >= 0 ? pin_fd : bpf_iter_create(iterators_link(it)), err;

	if (fd < 0)
		return -errno;
	err = walk(fd);
	if (fd != pin_fd)
		close(fd);
	return err;
}

int iterators_verify(int (*visit)(void *arg, const char *program, int err, const char *log), void *arg)
{
	struct tcpstate_seed *skeleton = tcpstate_seed__open();
	char *log = malloc(VERIFIER_LOG_SIZE);
	int err = skeleton && log ? 0 : -ENOMEM;

	if (!err) {
		log_verifier(skeleton->progs.tcpstate_seed, log);
		err = visit(arg, "tcpstate_seed", tcpstate_seed__load(skeleton), log);
	}
	tcpstate_seed__destroy(skeleton);
	free(log);
	return err;
}
