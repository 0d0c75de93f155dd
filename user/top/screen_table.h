/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* A table on the screen: columns are as wide as they need to be, and the least important give way. */
#ifndef TCPSTATE_USER_TOP_SCREEN_TABLE_H
#define TCPSTATE_USER_TOP_SCREEN_TABLE_H

#include "top/screen.h"

#define TABLE_COLUMNS 14
#define TABLE_CELL 60

struct table_column {
	const char *head;
	short width;       /* at least */
	short importance;  /* the least goes first; 0: never there */
	bool right;
	bool chosen;       /* it is the one that rows are sorted by */
};

struct table_cell {
	char text[TABLE_CELL];
	enum style style;
};

struct table {
	struct table_column columns[TABLE_COLUMNS];
	int column_count;
	struct table_cell *cells; /* row by row */
	int rows, room;           /* room: rows that were asked for */
};

/* 0 or -ENOMEM. rows: how many at most. */
int table_begin(struct table *table, int rows);
void table_column(struct table *table, const char *head, int width, bool right, int importance);
/* The next row's cells; NULL if there is no room for another row. */
struct table_cell *table_row(struct table *table);
void cell(struct table_cell *cell, enum style style, const char *format, ...) __attribute__((format(printf, 3, 4)));

/* Draws the heads at row and the rest below, and frees it. */
void table_draw(struct table *table, int row, int col, int width);

#endif
