// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
#include "base/text_grid.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/out.h"
#include "base/style.h"

void grid_init(struct grid *g, const char *const *heads)
{
	*g = (struct grid){};
	while (heads[g->columns] && g->columns < GRID_COLUMNS) {
		g->heads[g->columns] = heads[g->columns];
		g->columns++;
	}
}

void grid_cell(struct grid *g, const char *format, ...)
{
	char *text = NULL;
	va_list args;

	if (!ARRAY_MAKE_ROOM(g->cells, g->room, g->count + 1)) {
		g->failed = true;
		return;
	}
	va_start(args, format);
	if (vasprintf(&text, format, args) < 0)
		g->failed = true;
	else
		g->cells[g->count++] = text;
	va_end(args);
}

static bool is_number(const struct grid *g, int column)
{
	return g->heads[column][0] == '>';
}

static const char *head_of(const struct grid *g, int column)
{
	return g->heads[column] + is_number(g, column);
}

static void print_cell(const struct grid *g, struct out *out, const char *text, int column, size_t width,
		       const char *style, bool colour)
{
	if (column)
		out_text(out, "  ");
	(is_number(g, column) ? out_cell_right : out_cell)(out, text, strlen(text), width, style, colour);
}

static void end_row(struct out *out)
{
	while (out->len && out->data[out->len - 1] == ' ')
		out->len--;
	out_char(out, '\n');
	out_line(out);
}

int grid_print(struct grid *g, struct out *out, bool colour)
{
	size_t width[GRID_COLUMNS];

	for (int column = 0; column < g->columns; column++)
		width[column] = strlen(head_of(g, column));
	for (size_t i = 0; i < g->count; i++)
		if (strlen(g->cells[i]) > width[i % g->columns])
			width[i % g->columns] = strlen(g->cells[i]);
	for (int column = 0; column < g->columns; column++)
		print_cell(g, out, head_of(g, column), column, width[column], STYLE_DIM, colour);
	end_row(out);
	for (size_t i = 0; i < g->count; i++) {
		int column = i % g->columns;

		print_cell(g, out, g->cells[i], column, width[column], STYLE_PLAIN, false);
		if (column + 1 == g->columns)
			end_row(out);
		free(g->cells[i]);
	}
	free(g->cells);
	return g->failed ? -ENOMEM : 0;
}
