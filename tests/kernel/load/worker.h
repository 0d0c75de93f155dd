/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * A worker of the load generator: a thread on a CPU of its own with both ends of
 * its connections. A segment so crosses the veth on the CPU that sent it, and
 * none overtakes another (see ../traffic/one_cpu.h).
 */
#ifndef LOAD_WORKER_H
#define LOAD_WORKER_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>

#include "../traffic/end.h"
#include "ways.h"

#define WORKERS_MAX 16
#define MIX_MAX 256

struct side {
	char netns[256];
	struct in_addr addr4;
	struct in6_addr addr6;
};

struct load_options {
	struct side client; /* the first of its addresses */
	struct side server;
	unsigned int sources;   /* that many, counting up */
	int families[2];
	int family_count;
	uint8_t mix[MIX_MAX];   /* enum way_number of connection N: mix[N % mix_size] */
	unsigned int mix_size;
	int workers;
	uint64_t count;         /* 0: until told to end */
	double rate;            /* connections a second, of all workers; 0: as fast as it goes */
	unsigned int at_once;   /* each worker */
	unsigned int hold;      /* of all workers */
	unsigned int bytes;     /* of a request, and of an answer */
};

extern struct load_options options;

/* Set by main(): no more new connections; and then: let go of what is held. */
extern atomic_bool stop_opening, let_go;

/* Written by its worker alone, read by main() at any time. */
struct totals {
	_Atomic uint64_t opened;
	_Atomic uint64_t done[WAY_COUNT];
	_Atomic uint64_t of_family[2]; /* done; IPv4, IPv6 */
	_Atomic uint64_t bytes[2];     /* sent by clients, by servers */
	_Atomic uint64_t holding;      /* that have come to their STEP_HOLD */
};

/* One writer: no need for a locked instruction. */
static inline void count(_Atomic uint64_t *total, uint64_t more)
{
	atomic_store_explicit(total, atomic_load_explicit(total, memory_order_relaxed) + more,
			      memory_order_relaxed);
}

struct worker {
	int number;
	int cpu;
	pthread_t thread;
	struct totals totals;
	atomic_bool idle; /* nothing is left but what is held */
};

/* The thread: argument is its struct worker. */
void *worker_run(void *argument);

#endif
