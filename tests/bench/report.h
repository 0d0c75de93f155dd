/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* Results: a table for people, or NDJSON; verdicts as test lines. */
#ifndef TCPSTATE_BENCH_REPORT_H
#define TCPSTATE_BENCH_REPORT_H

#include <stdbool.h>

#include "measure.h"

/* Results on stdout as JSON, one object a line; then test lines go to stderr. */
void report_json(bool json);

void report_heading(const char *heading, const char *ours, const char *theirs);

/* One thing measured with one object or both; theirs may be NULL. unit: "ns" or "us". */
void report_pair(const char *name, const char *unit, const struct samples *ours, const struct samples *theirs);

/*
 * A verdict: is it at most so much of their time? It fails where most rounds say
 * so: the median is above the bar, and three quarters of the rounds above the
 * lesser of the bar and 1. Nothing, where the bar is 0.
 */
void report_bar(const char *name, const struct samples *ours, const struct samples *theirs, double bar);

void verdict(bool ok, const char *name, const char *format, ...) __attribute__((format(printf, 3, 4)));
void skip(const char *name, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Prints the last line. Returns the exit status. */
int report_end(void);

#endif
