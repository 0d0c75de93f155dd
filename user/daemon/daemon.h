/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * What "run" does beside the monitor: the event log, the HTTP server, less
 * privileges, systemd, and a configuration that may change (reload.c).
 */
#ifndef TCPSTATE_USER_DAEMON_DAEMON_H
#define TCPSTATE_USER_DAEMON_DAEMON_H

#include "serve/metrics_source.h"
#include "live/monitor.h"
#include "options/parser.h"
#include "base/out.h"
#include "events/sink.h"
#include "base/clock.h"

struct event_log;
struct filter;
struct http;
struct survey;
struct track;

struct daemon {
	struct duties duties;
	const struct option_group *const *groups;
	const struct options *given; /* of the command line alone */
	struct options options;      /* in force: of the start, and what a reload has changed since */
	struct options *reloaded;    /* keeps what the newest reload has read; NULL: none yet */
	struct filter *filter;
	struct track *track;         /* NULL: all */

	struct wall_clock clock;
	struct event_log *log;       /* NULL: nobody wants the events */
	struct sink nowhere;         /* then they go there */
	struct out nothing;

	struct metrics_source metrics;
	struct survey *survey;
	struct http *http;
	int stats_fd;                /* while open, the kernel measures the programs; -1: it was not asked to */
	struct log_counts noted;     /* of the log, what readers have been told */
	__u64 reattached;            /* of hooks.reattached, what the metrics have been told */
};

/* Runs until a signal. given: the command line; groups: the options it was read by. 0 or a reported error. */
int daemon_run(const struct options *given, const struct option_group *const *groups);

/* What options leave open, filled in; and whether they fit together. 0 or a reported error. */
int daemon_complete(struct options *options);

/* --track and FILTER, as their maps and programs want them; free both. track is NULL for all. 0 or a reported error. */
int daemon_choices(const struct options *options, struct track **track, struct filter **filter);

/* SIGHUP: read the configuration again, and put in force of it what can be while running. */
void daemon_reload(struct daemon *daemon, struct monitor *monitor);

#endif
