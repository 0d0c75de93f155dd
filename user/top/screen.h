/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* The terminal: taken, drawn on, and given back as it was. */
#ifndef TCPSTATE_USER_TOP_SCREEN_H
#define TCPSTATE_USER_TOP_SCREEN_H

#include <stdbool.h>

enum style {
	STYLE_OF_TEXT,
	STYLE_OF_HEAD,    /* bold */
	STYLE_OF_FAINT,
	STYLE_OF_TITLE,   /* a bar across */
	STYLE_OF_CHOSEN,  /* of tabs and columns */
	STYLE_OF_ALARM,
	STYLE_OF_WARNING,
	STYLE_OF_OPENING, /* states, as in the other commands */
	STYLE_OF_OPEN,
	STYLE_OF_CLOSING,
	STYLE_OF_WAITING,
	STYLE_COUNT
};

/* 0 or a reported error. Only what is 0 needs screen_close, which is harmless otherwise. */
int screen_open(void);
void screen_close(void);

/* Take over the terminal's size, and start with an empty picture. */
void screen_begin(int *rows, int *cols);

/* Show what was drawn. cursor_row, cursor_col: where to type; -1: nowhere. */
void screen_end(int cursor_row, int cursor_col);

/* All over again, in case something else has written there. */
void screen_repaint(void);

/* The next key, or -1. Keys as in curses.h. */
int screen_key(void);

/* Text in that many columns: cut, or with blanks behind it (in front of it). */
void draw_text(int row, int col, int width, enum style style, const char *text);
void draw_right(int row, int col, int width, enum style style, const char *text);

/* A line across, with a heading in it. */
void draw_rule(int row, int col, int width, const char *heading);

/* A bar as long as that share of width; something is always seen of what is not 0. */
void draw_bar(int row, int col, int width, enum style style, double share);

/* How a state looks. */
enum style style_of_state(unsigned int state);

/* ---- a line of items, each of which is there as a whole or not at all ---- */

struct line {
	int row, col, end;
	bool begun;
};

struct line line_at(int row, int col, int width);

/* A name and its value: both, or neither. */
bool line_pair(struct line *line, enum style name_style, const char *name, enum style value_style, const char *value);

/* Whether it fitted. */
bool line_item(struct line *line, enum style style, const char *format, ...) __attribute__((format(printf, 3, 4)));

/* The same, but cut where it does not fit. */
void line_cut(struct line *line, enum style style, const char *format, ...) __attribute__((format(printf, 3, 4)));

/* The same as line_item, without the gap in front of it. */
bool line_more(struct line *line, enum style style, const char *format, ...) __attribute__((format(printf, 3, 4)));

#endif
