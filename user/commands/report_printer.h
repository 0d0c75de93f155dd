/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* What all reports on a running instance share: open it, print, say what failed. */
#ifndef TCPSTATE_USER_COMMANDS_REPORT_PRINTER_H
#define TCPSTATE_USER_COMMANDS_REPORT_PRINTER_H

#include <stdbool.h>

#include "base/out.h"
#include "findings/look.h"

struct options;
struct grid;

struct report {
	const char *name;         /* as in its JSON objects */
	const struct options *options;
	struct look look;
	struct out out;
	bool colour;
	bool begun;               /* text: something has been printed */
};

/* 0 or a reported error. After it, report_end is due, whatever happens in between. */
int report_begin(struct report *report, const char *name, const struct options *options);

/* Prints what is left. err: of what came between. 0 or a reported error. */
int report_end(struct report *report, int err);

/* ---- text ---- */

/* A line in bold, after an empty one if it is not the first. */
void report_heading(struct report *report, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* How many of total rows are printed as text: --limit says how many a person wants. */
size_t report_limit(const struct report *report, size_t total);

/* The grid, and how many rows of total were left out. 0 or -ENOMEM. */
int report_grid(struct report *report, struct grid *grid, size_t shown, size_t total);

/* ---- JSON: {"report":NAME,"row":ROW ---- */

void report_row(struct report *report, const char *row);
void report_row_end(struct report *report);

#endif
