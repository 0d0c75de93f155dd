// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
#include "commands/report_printer.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/error.h"
#include "base/text_grid.h"
#include "flow/json_parts.h"
#include "options/parser.h"
#include "base/style.h"

int report_begin(struct report *r, const char *name, const struct options *options)
{
	int err;

	*r = (struct report){ .name = name, .options = options, .colour = wants_colour(STDOUT_FILENO) };
	err = look_open(&r->look, options->pin_dir, options->words);
	if (err)
		return err;
	err = out_init(&r->out, STDOUT_FILENO);
	if (err) {
		fail(err, "out of memory while starting");
		look_close(&r->look);
	}
	return err;
}

int report_end(struct report *r, int err)
{
	err = err ?: out_flush(&r->out);
	if (err == -EPIPE)
		err = 0; /* head(1) has seen enough */
	else if (err)
		fail(err, r->out.error ? "writing the output: %s" : "reading what the instance knows: %s", strerror(-err));
	if (!err && !r->look.running.alive)
		notice("the xdp-tcpstate that filled this table (pid %u) is gone; \"xdp-tcpstate detach\" cleans up",
		       r->look.running.instance.pid);
	out_free(&r->out);
	look_close(&r->look);
	return err;
}

/* ---- text ------------------------------------------------------------------ */

void report_heading(struct report *r, const char *format, ...)
{
	char text[256];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	if (r->begun)
		out_char(&r->out, '\n');
	r->begun = true;
	out_cell(&r->out, text, strlen(text), 0, STYLE_BOLD, r->colour);
	out_char(&r->out, '\n');
}

size_t report_limit(const struct report *r, size_t total)
{
	return total < r->options->limit ? total : r->options->limit;
}

int report_grid(struct report *r, struct grid *grid, size_t shown, size_t total)
{
	int err = grid_print(grid, &r->out, r->colour);

	if (shown < total)
		out_format(&r->out, "... and %zu more (--limit %zu shows them)\n", total - shown, total);
	return err;
}

/* ---- JSON ------------------------------------------------------------------ */

void report_row(struct report *r, const char *row)
{
	json_open(&r->out);
	json_word(&r->out, "report", r->name);
	json_word(&r->out, "row", row);
}

void report_row_end(struct report *r)
{
	json_close_line(&r->out);
	out_line(&r->out);
}
