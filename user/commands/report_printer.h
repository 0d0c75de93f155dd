/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* What all reports on a running instance share: open it, print, say what failed. */
#ifndef TCPSTATE_USER_COMMANDS_REPORT_PRINTER_H
#define TCPSTATE_USER_COMMANDS_REPORT_PRINTER_H

#include <stdbool.h>

#include "flow/filter.h"
#include "base/out.h"
#include "pins/owner.h"
#include "kernel/table.h"

struct options;
struct grid;

struct report {
	const char *name;         /* as in its JSON objects */
	const struct options *options;
	struct running running;
	struct filter *filter;
	struct out out;
	bool colour;
	__u64 now;                /* CLOCK_MONOTONIC, when it was begun */
	__u64 two_msl_ns;
	bool begun;               /* text: something has been printed */
};

/* 0 or a reported error. After it, report_end is due, whatever happens in between. */
int report_begin(struct report *report, const char *name, const struct options *options);

/* Prints what is left. err: of what came between. 0 or a reported error. */
int report_end(struct report *report, int err);

/* Every live flow that the FILTER chooses. 0 or negative errno. */
int report_flows(struct report *report, table_visit *visit, void *arg);

/*
 * Run read in the network namespace of the instance's interfaces, where its
 * local ends have their sockets. Its result; -ENOENT: nobody at hand is there.
 */
int report_in_netns(struct report *report, int (*read)(void *arg), void *arg);

/* ---- text ---- */

/* A line in bold, after an empty one if it is not the first. */
void report_heading(struct report *report, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Of total rows, how many a person wants: --limit. */
size_t report_limit(const struct report *report, size_t total);

/* The grid, and how many rows of total were left out. 0 or -ENOMEM. */
int report_grid(struct report *report, struct grid *grid, size_t shown, size_t total);

/* ---- JSON: {"report":NAME,"row":ROW ---- */

void report_row(struct report *report, const char *row);
void report_row_end(struct report *report);

/* ,"key":{"addr":...,"port":...}; port 0: null */
void report_endpoint(struct out *out, const char *key, const __u8 addr[16], __be16 port);

#endif
