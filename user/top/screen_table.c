// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
#include "top/screen_table.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define GAP 2
#define LEAST_WIDTH 7 /* of a column that is cut */

int table_begin(struct table *t, int rows)
{
	*t = (struct table){ .room = rows > 0 ? rows : 0 };
	t->cells = calloc(t->room * TABLE_COLUMNS + 1, sizeof(*t->cells));
	return t->cells ? 0 : -ENOMEM;
}

void table_column(struct table *t, const char *head, int width, bool right, int importance)
{
	t->columns[t->column_count++] = (struct table_column){ head, width, importance, right, false };
}

struct table_cell *table_row(struct table *t)
{
	return t->rows < t->room ? &t->cells[t->rows++ * TABLE_COLUMNS] : NULL;
}

void cell(struct table_cell *c, enum style style, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(c->text, sizeof(c->text), format, args);
	va_end(args);
	c->style = style;
}

static void measure(const struct table *t, int widths[TABLE_COLUMNS])
{
	for (int i = 0; i < t->column_count; i++) {
		int width = strlen(t->columns[i].head);

		if (width < t->columns[i].width)
			width = t->columns[i].width;
		for (int row = 0; row < t->rows; row++) {
			int len = strlen(t->cells[row * TABLE_COLUMNS + i].text);

			if (width < len)
				width = len;
		}
		widths[i] = t->columns[i].importance ? width : 0;
	}
}

static int sum_of(const struct table *t, const int widths[TABLE_COLUMNS])
{
	int sum = -GAP;

	for (int i = 0; i < t->column_count; i++)
		sum += widths[i] ? widths[i] + GAP : 0;
	return sum;
}

/* Until all fit: leave out the least important; of those that must stay, cut the widest. */
static void fit(const struct table *t, int widths[TABLE_COLUMNS], int width)
{
	static const short must_stay = 10;

	while (sum_of(t, widths) > width) {
		int least = -1, widest = 0;

		for (int i = 0; i < t->column_count; i++) {
			if (widths[i] && t->columns[i].importance < must_stay &&
			    (least < 0 || t->columns[i].importance < t->columns[least].importance))
				least = i;
			if (widths[i] > widths[widest])
				widest = i;
		}
		if (least >= 0)
			widths[least] = 0;
		else if (widths[widest] > LEAST_WIDTH)
			widths[widest]--;
		else
			return; /* what is beyond the edge is not seen */
	}
}

static void draw_cell(const struct table_column *column, int row, int col, int width, enum style style,
		      const char *text)
{
	(column->right ? draw_right : draw_text)(row, col, width, style, text);
}

void table_draw(struct table *t, int row, int col, int width)
{
	int widths[TABLE_COLUMNS], end = col + width;

	measure(t, widths);
	fit(t, widths, width);
	for (int i = 0; i < t->column_count; i++) {
		const struct table_column *column = &t->columns[i];
		int room = widths[i] < end - col ? widths[i] : end - col;

		if (room <= 0)
			continue;
		draw_cell(column, row, col, room, column->chosen ? STYLE_OF_CHOSEN : STYLE_OF_HEAD, column->head);
		for (int line = 0; line < t->rows; line++) {
			const struct table_cell *c = &t->cells[line * TABLE_COLUMNS + i];

			draw_cell(column, row + 1 + line, col, room, c->style, c->text);
		}
		col += room + GAP;
	}
	free(t->cells);
	t->cells = NULL;
}
