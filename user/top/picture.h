/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* The picture of top: what goes where on a screen of some size. */
#ifndef TCPSTATE_USER_TOP_PICTURE_H
#define TCPSTATE_USER_TOP_PICTURE_H

#include <stddef.h>

struct top_ui;

/* The whole screen. */
void top_draw(struct top_ui *ui);

/* ---- top_header.c: from row on; each returns the row below it ---- */

int draw_title(const struct top_ui *ui, int row, int cols);
int draw_rates(const struct top_ui *ui, int row, int cols);
int draw_closes(const struct top_ui *ui, int row, int cols);
int draw_troubles(const struct top_ui *ui, int row, int cols);

/* ---- top_panels.c ---- */

#define STATES_ROWS 12      /* of all states, with a heading */
#define STATES_WIDE 60      /* columns they need at least */
#define STATES_FOLDED_ROWS 7
#define STATES_FOLDED_COLS 78

void draw_states(const struct top_ui *ui, int row, int col, int width);
void draw_states_folded(const struct top_ui *ui, int row, int col, int width);
/* Draws only the states that ends are in. Returns the row below. */
int draw_states_brief(const struct top_ui *ui, int row, int cols, int rows);

/* Strays by kind, TIME_WAIT, ports, leaks. */
void draw_aftermath(const struct top_ui *ui, int row, int col, int width, int rows);
int draw_aftermath_brief(const struct top_ui *ui, int row, int cols, int rows);

/* ---- top_lists.c: heads and that many rows, from the first'th on ---- */

void list_busiest(struct top_ui *ui, int row, int col, int width, int rows);
void list_strays(struct top_ui *ui, int row, int col, int width, int rows, size_t first);
void list_ports(struct top_ui *ui, int row, int col, int width, int rows, size_t first);
void list_leaks(struct top_ui *ui, int row, int col, int width, int rows, size_t first);

/* How many rows a tab has in all. */
size_t list_length(const struct top_ui *ui, int tab);

#endif
