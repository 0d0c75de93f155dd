/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * The tracker, natively: what bpf/track/tracker.h and bpf/track/sweep.h do to a slot of the
 * table, this does to an element of a plain hash table, with neither locks nor
 * a limit. The core (include/tcpstate/) is the same, so that
 * what differs between the two is the fault of what is around it.
 */
#ifndef TCPSTATE_TESTS_NATIVE_TRACKER_H
#define TCPSTATE_TESTS_NATIVE_TRACKER_H

#include "tests/pure/native/hosts.h"
#include "tcpstate/core/judge.h"

struct native_flow;

#ifndef NATIVE_BUCKETS
#define NATIVE_BUCKETS 4096
#endif

struct native_tracker {
	struct settings settings;
	struct counters counters;
	bool slow;              /* without the fast path: the same must come of it */
	enum judgment judgment; /* of the newest segment that met a flow */
	__u64 now;              /* as which events are told, also of what was held back */
	/* Gets each record in order: its first member says which of those in abi.h it is. */
	void (*told)(void *arg, const void *record);
	void *arg;
	__u64 next_id;
	struct native_flow *bucket[NATIVE_BUCKETS];
	struct native_hosts hosts;
};

/* RFC 9293's and Linux's times, as the command has them when nothing is said. msl: seconds. */
struct settings native_settings(__u32 msl);

/* One parsed packet, at now (ns). local: which of its ends the observer sits at, if it opens a flow. */
void native_track(struct native_tracker *t, const struct packet *p, enum locality local, __u64 now);

/* The capture is over: what is still in doubt, and would close a connection, is settled. */
void native_settle(struct native_tracker *t);

/* Ends and frees what has expired. */
void native_sweep(struct native_tracker *t, __u64 now);

/* The gauges among the counters, by looking at each flow (the programs keep them up to date by differences). */
void native_count_gauges(struct native_tracker *t);

/* The flow of this key, or NULL. */
const struct flow *native_find(const struct native_tracker *t, const struct flow_key *key);

/* What lies beside it, or NULL. */
const struct history *native_find_history(const struct native_tracker *t, const struct flow_key *key);

/* Forgets all flows, hosts and counts; keeps settings and told. */
void native_clear(struct native_tracker *t);

#endif
