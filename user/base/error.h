/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* The one place that speaks to the user about what went wrong. */
#ifndef TCPSTATE_USER_BASE_ERROR_H
#define TCPSTATE_USER_BASE_ERROR_H

#include <stdbool.h>
#include <stddef.h>

/* Returned instead of a negative errno when the command line is at fault. */
#define USAGE_ERROR (-4096)

/* From now on messages are JSON objects, one a line: {"error":"..."}. */
void messages_as_json(bool on);

/*
 * From now on messages are handed to take instead, whose terminal stderr would
 * spoil; NULL: to stderr again. at: where in an expression it is wrong; -1: in none.
 */
void messages_to(void (*take)(void *arg, const char *text, int at), void *arg);

/*
 * From now on each message says where the words that it is about are written:
 * "FILE:LINE: ..." instead of the command line. NULL: on that again.
 */
void messages_of_file(const char *path, unsigned int line);

/*
 * Say what was tried, on what, and what to do, then hand the error on.
 * Whoever knows enough for a whole sentence calls this, and nobody above does
 * again. Return their argument err, or USAGE_ERROR.
 */
int fail(int err, const char *format, ...) __attribute__((format(printf, 2, 3)));
int fail_usage(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* A usage error inside an expression: points at text[at .. at + len). */
int fail_at(const char *text, size_t at, size_t len, const char *format, ...)
	__attribute__((format(printf, 4, 5)));

/* Something to know that is no error. */
void notice(const char *format, ...) __attribute__((format(printf, 1, 2)));

/*
 * The candidate nearest to word, or NULL where none is near enough to be what
 * was meant. candidates ends with NULL.
 */
const char *nearest(const char *word, const char *const *candidates);

#endif
