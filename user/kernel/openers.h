/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * Which process has a socket open (bpf/openers.bpf.c): the walk that finds it out, and what it found. Who
 * loaded it pins both; a pinned walk can be gone again by who has no capability any more.
 */
#ifndef TCPSTATE_USER_KERNEL_OPENERS_H
#define TCPSTATE_USER_KERNEL_OPENERS_H

#include "flow/whose.h"
#include "tcpstate/abi/openers.h"

struct bpf_link;
struct tcpstate_openers;

/* X(NAME, name): the maps, as they are pinned. */
#define OPENER_MAPS(X)             \
	X(FOUND, openers)          \
	X(CGROUPS, opener_cgroups) \
	X(WALKS, opener_walks)

enum opener_map {
#define X(name, pin) OPENERS_##name,
	OPENER_MAPS(X)
#undef X
	OPENERS_MAPS
};

extern const char *const opener_map_names[];

struct openers {
	bool ready;
	int map[OPENERS_MAPS];
	struct tcpstate_openers *skeleton; /* of who loaded it; NULL: the maps are of pins */
	struct bpf_link *link;

	/* Of the walk that is on. */
	int walk;                          /* -1: none is */
	__u64 began_ns;
	struct opener_cgroup asked;        /* the newest whose path was asked for */

	__u64 *ports;                      /* a bit for each own port that a socket was found at; NULL: not looked at */
};

/* The path of a process's cgroup, which is that of this id; "": it can't be told. It belongs to host/. */
typedef void openers_path(void *arg, __u32 pid, __u64 id, char path[OPENER_PATH]);

/* Load it for an instance in the network namespace netns. by_process: see struct opener_cgroup. 0 or negative errno. */
int openers_load(struct openers *openers, __u32 netns, __u32 room, bool by_process);
/* The maps of pins: the descriptors become its own. All are -1, or none is. */
void openers_take(struct openers *openers, const int map[OPENERS_MAPS]);
void openers_close(struct openers *openers);

/* The fd of the link, to be pinned. */
int openers_link(const struct openers *openers);

/*
 * Begin a walk, by a descriptor of the pinned link, which becomes its own; or -1: by the link itself, which takes a capability.
 * 0 or negative errno.
 */
int openers_begin(struct openers *openers, int pin_fd);
/* Go on with it until then (CLOCK_MONOTONIC, ns). 1: there is more; 0: it is over; or negative errno. */
int openers_go_on(struct openers *openers, __u64 until, openers_path *path, void *arg);

/*
 * What was found stays as it is from now on: for a report of many flows, most of which are at no port of these, so
 * that the kernel is not asked. Out of memory, it is asked each time.
 */
void openers_note_ports(struct openers *openers);

/* What is known of both ends of a connection. */
void openers_find(const struct openers *openers, const struct whose_life *life, struct whose whose[2]);
/* The same of a socket without a flow. */
void openers_find_socket(const struct openers *openers, const __u8 addr[2][16], const __be16 port[2], struct whose *whose);

/* For "verify", as object_verify(). */
int openers_verify(int (*visit)(void *arg, const char *program, int err, const char *log), void *arg);

#endif
