/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* The built object in the kernel, live time; frames and sweeps go through it by BPF_PROG_TEST_RUN. */
#ifndef TCPSTATE_RACE_RIG_H
#define TCPSTATE_RACE_RIG_H

#include <stdbool.h>

#include "wire.h"

struct xdp_tcpstate;
struct ring_buffer;

struct rig {
	struct xdp_tcpstate *object;
	struct tag_set *tags; /* all sets, mapped */
	__u32 sets;
	int xdp, sweep, flows, histories;
	size_t tags_bytes;
	struct ring_buffer *ring;
	int (*take)(void *, void *, size_t);
	void *context;
};

#define SECOND_NS 1000000000ull

/* sets: of SET_WAYS slots; end_host: else a tap. Stays where it is. Returns a negative errno, having said what failed. */
int rig_open(struct rig *rig, __u32 sets, bool end_host);
void rig_close(struct rig *rig);

/* The key of the table's hash. */
const __u64 *rig_seed(const struct rig *rig);

/* Which events the programs emit (1 << enum event_type), and the timeouts: the command's defaults, or ns for every state. */
int rig_configure(struct rig *rig, __u32 events, __u64 timeout_ns);

int rig_frame(const struct rig *rig, const struct wire *wire);
/* One step of the sweep. 1: more sets are to be swept. */
int rig_sweep(const struct rig *rig);
/* The next step is the table's first one, and looks at every flow there; others look at confirmed ones only now and then. */
void rig_sweep_anew(const struct rig *rig);

/* Counts the ways of the set that hold the key; the last one's flow is put into *flow. */
int rig_find(const struct rig *rig, __u32 set, const struct flow_key *key, struct flow *flow);
/* Empties the set: nobody else may be at work. */
int rig_clear(struct rig *rig, __u32 set);

/* One of the programs' counters (struct counters, as an offset), summed over all CPUs. */
__u64 rig_counter(const struct rig *rig, size_t offset);

/* Calls take(context, record, size) for each record in the ring. */
int rig_drain(struct rig *rig, int (*take)(void *, void *, size_t), void *context);

__u64 now_ns(void);

#endif
