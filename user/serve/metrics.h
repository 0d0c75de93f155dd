/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * What the instance counts, as Prometheus reads it. All of it is read from
 * counters that the programs keep, so that a scrape costs the same at any
 * number of flows. Labels are words of ours and names of interfaces: their
 * number is bounded, and no address or port is among them.
 */
#ifndef TCPSTATE_USER_SERVE_METRICS_H
#define TCPSTATE_USER_SERVE_METRICS_H

#include <net/if.h>
#include <stdbool.h>

#include "events/sink.h"
#include "serve/survey.h"
#include "tcpstate/abi.h"

struct out;

#define METRICS_HOOKS 256
#define METRICS_PROGRAMS 8

enum { METRICS_LOST_REASONS = ALL_LOST_REASONS };

struct metrics_hook {
	char interface[IF_NAMESIZE];
	bool receive;
	const char *kind;      /* "xdp-native"; stays where it is */
	bool attached;
};

struct metrics_program {
	const char *name;
	int fd;
	__u64 runs;            /* 0 while the kernel does not measure it */
	__u64 run_ns;
};

/* Whose addresses and ports /api/summary names. */
enum api_peers {
	API_PEERS_OWN,         /* those of this host's own connections, which ss shows to any user of it */
	API_PEERS_ALL,         /* --api-peers */
	API_PEERS_NONE,        /* to the network: only this host's own ends */
};

/* All of one moment. */
struct metrics {
	__u64 now;             /* CLOCK_MONOTONIC */
	__u64 started_unix_ns; /* when counting began, of the wall clock */
	struct instance instance;
	struct counters counters;
	__u64 slow;            /* segments off the fast path */
	__u64 lost[METRICS_LOST_REASONS][EVENT_TYPES];
	struct log_counts log;
	struct audit_counts audit;
	__u64 reattachments;
	int hook_count, program_count;
	struct metrics_hook hooks[METRICS_HOOKS];
	struct metrics_program programs[METRICS_PROGRAMS];
	struct survey_result survey;
	enum api_peers peers;
};

/* In Prometheus' text format 0.0.4, or as OpenMetrics 1.0.0. */
void metrics_text(struct out *out, const struct metrics *metrics, bool openmetrics);

/* Is it an arrow of RFC 9293's, or has it been taken? */
bool transition_is_shown(const struct metrics *metrics, unsigned int from, unsigned int to);

/* An interface's name may have any bytes in it: those that are not plain ASCII as \\xNN. */
#define PLAIN_NAME (4 * IF_NAMESIZE)
void plain_name(char plain[PLAIN_NAME], const char *name);

/* A gauge as a number: per-CPU parts are read one after the other, and their sum may be below zero for that. */
static inline __u64 gauge_value(__u64 sum)
{
	return (__s64)sum < 0 ? 0 : sum;
}

#endif
