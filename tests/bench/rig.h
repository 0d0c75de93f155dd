/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* One of the objects, loaded, and how to run its programs. */
#ifndef TCPSTATE_BENCH_RIG_H
#define TCPSTATE_BENCH_RIG_H

#include <stdbool.h>

#include "drive.h"
#include "frames.h"

struct bpf_object;

enum rig_program {
	PROGRAM_EMPTY,
	PROGRAM_DRIVE, /* the frame generator */
	PROGRAM_PARSE, /* and the parser */
	PROGRAM_TRACK, /* and all the rest */
	PROGRAM_SWEEP, /* table only */
	PROGRAMS
};

struct rig {
	const char *name;
	struct bpf_object *object;
	struct drive *drive; /* shared with the programs */
	struct layout layout; /* of its maps' values */
	void *settings;       /* as last written */
	int program[PROGRAMS];
	int settings_map;
	int counters_map;
	int events_map;
	__u32 sets;
};

/*
 * Entries of the hash map for each flow it is made for: 1, as anyone would
 * size it (the default), or 2, as many as the table has slots: then its chains
 * are shorter, and it takes more memory than the table.
 */
extern __u32 rig_hash_room;

/* Bytes of kernel memory that two flow tables need together, today's and another. */
__u64 rig_bytes(__u32 max_flows);

/* What a tracker has counted since it was loaded. */
struct totals {
#define X(name, path) __u64 name;
	BENCH_COUNTERS(X)
#undef X
};

/* Is there an object of this name? */
bool rig_exists(const char *name);

/* name: "table", "hash" or "baseline". Returns 0 or a negative errno, and has said why. */
int rig_open(struct rig *rig, const char *name, __u32 max_flows);
void rig_close(struct rig *rig);

/* 1 << enum event_type: what is put into the ring from now on. */
int rig_set_events(struct rig *rig, __u32 events);

/* Takes everything out of the ring. Returns the number of records. */
int rig_drain(struct rig *rig);

/* From here on every state lasts so many ns. */
int rig_set_timeouts(struct rig *rig, __u64 ns);

/* Adds up all CPUs. */
int rig_totals(const struct rig *rig, struct totals *sum);

/*
 * Runs a program this many times over the frame; *ns becomes the time of one
 * run, as the kernel measured it. Returns what the last run returned
 * (XDP_ABORTED: the program failed), or a negative errno.
 */
int rig_run(const struct rig *rig, enum rig_program program, const struct frame *frame, __u32 times, double *ns);

#endif
