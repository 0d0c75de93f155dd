/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * What a scrape reads, gathered: maps and programs of an instance, its survey,
 * and what only the daemon's loop knows, which tells it here. One thread
 * reads, another may tell.
 */
#ifndef TCPSTATE_USER_SERVE_METRICS_SOURCE_H
#define TCPSTATE_USER_SERVE_METRICS_SOURCE_H

#include <pthread.h>

#include "serve/http.h"
#include "serve/metrics.h"

struct maps;

struct metrics_source {
	int counters_fd;
	struct instance instance;
	__u64 started_unix_ns;
	int program_count;
	struct metrics_program programs[METRICS_PROGRAMS];
	struct survey *survey;   /* NULL: none */
	enum api_peers peers;    /* API_PEERS_OWN unless it is set, before there is a reader */
	__u64 slow;              /* of the reader: what it has told last */

	pthread_mutex_t lock;    /* of what follows */
	int hook_count;
	struct metrics_hook hooks[METRICS_HOOKS];
	struct log_counts log;
	struct audit_counts audit;
	__u64 reattachments;
};

/*
 * The file descriptors stay the caller's, and open. instance: as it is in its
 * map, after an adoption if there is one. survey may be NULL.
 */
void metrics_source_init(struct metrics_source *source, const struct maps *maps, const struct instance *instance,
			 struct survey *survey);

/* A loaded program, whose run times are told; name stays where it is. fd -1: none. */
void metrics_source_program(struct metrics_source *source, const char *name, int fd);

/* All hooks that there are or should be, whenever that changes. */
void metrics_source_hooks(struct metrics_source *source, const struct metrics_hook *hooks, int count);

/* Tells the metrics what the event log has counted. */
void metrics_source_log(struct metrics_source *source, const struct log_counts *counts);

/* Tells the metrics what audits have counted. */
void metrics_source_audit(struct metrics_source *source, const struct audit_counts *counts);

/* An interface came back, and was attached again. */
void metrics_source_reattached(struct metrics_source *source);

/* 0 or negative errno. */
int metrics_source_read(struct metrics_source *source, struct metrics *metrics);

/* The paths that the HTTP server serves of it. */
struct http_content metrics_content(struct metrics_source *source);

#endif
