/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* A table for people: cells come row by row, and columns are as wide as they need to be. */
#ifndef TCPSTATE_USER_BASE_TEXT_GRID_H
#define TCPSTATE_USER_BASE_TEXT_GRID_H

#include <stdbool.h>
#include <stddef.h>

struct out;

#define GRID_COLUMNS 12

struct grid {
	const char *heads[GRID_COLUMNS]; /* one that starts with > is of numbers, which end below each other */
	int columns;
	char **cells;
	size_t count, room;
	bool failed;                     /* out of memory */
};

/* heads ends with NULL. */
void grid_init(struct grid *grid, const char *const *heads);

/* The next cell, left to right. */
void grid_cell(struct grid *grid, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Prints all that came, and frees it. 0 or -ENOMEM. */
int grid_print(struct grid *grid, struct out *out, bool colour);

#endif
