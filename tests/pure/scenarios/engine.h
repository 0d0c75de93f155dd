/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* What runs a scenario: the core natively, with its fast path or without, or the BPF program in the kernel. */
#ifndef TCPSTATE_TESTS_ENGINE_H
#define TCPSTATE_TESTS_ENGINE_H

#include "scenario.h"

#define OBSERVED_RECORDS 4

/* What can be seen after a step. */
struct observation {
	bool has_flow;
	struct flow flow;                  /* of the newest packet's key */
	struct history history;
	int events;                        /* told in this step */
	struct event event[OBSERVED_RECORDS];
	int waits;
	struct wait_event wait[OBSERVED_RECORDS];
	int strays;
	struct stray_event stray[OBSERVED_RECORDS];
	int records;
	struct flow_record record[OBSERVED_RECORDS];
	struct host_reuse reuse[2];        /* of the key's ends; 0: nothing is known */
	struct pair_clock pair[2];         /* of each end's SYNs to the other */
	struct counters counters;          /* since the scenario began */
};

/* All functions: 0, or -1 with error[ERROR_TEXT] saying what failed. */
struct engine {
	const char *name;
	bool slow; /* has no fast path, and so learns more of the senders' clocks */
	int (*open)(char *error);
	/* Forget all; a new scenario begins. */
	int (*begin)(const struct conditions *c, char *error);
	/* One packet at now (ns). */
	int (*feed)(const struct wire *w, __u64 now, struct observation *o, char *error);
	/* A whole sweep of the table. */
	int (*sweep)(__u64 now, struct observation *o, char *error);
	void (*close)(void);
};

extern const struct engine engine_native;
extern const struct engine engine_slow;
extern const struct engine engine_bpf;

/* Adds a record of the ring buffer to what was observed. */
static inline void observe_record(struct observation *o, const void *record)
{
	const __u32 type = *(const __u32 *)record;

	if (type == EVENT_STATE && o->events < OBSERVED_RECORDS)
		o->event[o->events++] = *(const struct event *)record;
	if (type == EVENT_TIME_WAIT && o->waits < OBSERVED_RECORDS)
		o->wait[o->waits++] = *(const struct wait_event *)record;
	if (type == EVENT_STRAY && o->strays < OBSERVED_RECORDS)
		o->stray[o->strays++] = *(const struct stray_event *)record;
	if (type == EVENT_FLOW && o->records < OBSERVED_RECORDS)
		o->record[o->records++] = *(const struct flow_record *)record;
}

#endif
