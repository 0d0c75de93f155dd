/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * The walk over the kernel's TCP sockets (bpf/seed.bpf.c): an object of its own beside the one that is attached,
 * with whose maps it works. A pinned walk can be gone again by who has no capability any more.
 */
#ifndef TCPSTATE_USER_KERNEL_ITERATORS_H
#define TCPSTATE_USER_KERNEL_ITERATORS_H

#include "kernel/maps.h"
#include "tcpstate/abi/seed.h"

struct bpf_link;
struct tcpstate_seed;

struct iterators {
	struct tcpstate_seed *skeleton; /* NULL: not loaded */
	struct bpf_link *sockets;
	int paths, addresses, translated; /* fds of the maps that it asks */
};

/* Load it beside the object of these maps. 0 or negative errno. */
int iterators_open(struct iterators *it, const struct maps *maps);
void iterators_close(struct iterators *it);

/* The fd of the link, to be pinned. */
int iterators_link(const struct iterators *it);

/* What it is to know before a walk, beside the maps. */
void iterators_prepare(struct iterators *it, __u32 loopback, enum seed_nat nat);

/*
 * Walk over the sockets of the network namespace that we are in: through the
 * pin, if pin_fd (a descriptor of it) is given, else by the link, which takes a capability. 0 or negative errno.
 */
int iterators_walk(const struct iterators *it, int pin_fd);

/* Does for this program what object_verify() does for the others. */
int iterators_verify(int (*visit)(void *arg, const char *program, int err, const char *log), void *arg);

#endif
