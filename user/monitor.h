/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* A live instance from load to unload: attach, drain, sweep, detach. */
#ifndef TCPSTATE_USER_MONITOR_H
#define TCPSTATE_USER_MONITOR_H

struct filter;
struct options;
struct sink;
struct track;

/*
 * Runs until a signal, --count, --duration, or the reader of the output goes
 * away. track may be NULL: everything. 0 or a reported error; either way the
 * interfaces are left as they were found.
 */
int monitor_run(const struct options *options, struct sink *sink, const struct filter *filter,
		const struct track *track);

#endif
