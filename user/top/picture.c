// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
#include "top/picture.h"

#include <stdio.h>
#include <string.h>

#include "top/screen.h"
#include "top/ui.h"

/* Sizes of the terminal from which on there is more to see. */
enum {
	ROWS_FOR_CLOSES = 12,
	ROWS_FOR_FOLDED = 22,
	ROWS_FOR_STATES = 31,
	ROWS_FOR_BOTTOM = 42,
	COLS_FOR_AFTERMATH = 112,
	AFTERMATH_COLS = 42,
	BOTTOM_ROWS = 9,
};

static const char *const tab_names[TAB_COUNT] = { "busiest", "strays", "ports", "leaks" };

/* ---- help ---------------------------------------------------------------------------- */

static const char *const help_lines[] = {
	"q            quit",
	"1 2 3 4 Tab  busiest, newest strays, clients' ports, ends left half closed",
	"arrows PgUp PgDn Home End   scroll",
	"< >  s       sort by the column to the left, to the right; r: the other way",
	"g            each connection; by client and service; by pair of addresses",
	"/            FILTER: host, net, port, state; src, dst; and, or, not, ( )",
	"d            seconds between two looks",
	"p  space     pause, and go on",
	"Ctrl-L       draw it all again",
	"",
	"Rates are of the time since the look before; of a pair A/B, A is the",
	"initiator's. INTO/S: ends that came into the state. The busiest, the states,",
	"ports and leaks are of what the FILTER lets through; all else is of all.",
	"Strays are told by what each connection's history has more than before.",
};

static void draw_help(int rows, int cols)
{
	int count = sizeof(help_lines) / sizeof(help_lines[0]);
	int width = cols < 78 ? cols : 78, col = (cols - width) / 2;
	int row = rows > count + 2 ? (rows - count - 2) / 2 : 0;

	draw_rule(row, col, width, "help: any key goes back");
	for (int i = 0; i < count; i++) {
		draw_text(row + 1 + i, col, width, STYLE_OF_TEXT, "");
		draw_text(row + 1 + i, col + 1, width - 2, STYLE_OF_TEXT, help_lines[i]);
	}
	draw_rule(row + 1 + count, col, width, "");
}

/* ---- the foot -------------------------------------------------------------------------- */

struct cursor {
	int row, col;
};

/* What is being typed, from where the cursor is seen. */
static struct cursor draw_prompt(const struct top_ui *ui, int row, int cols)
{
	const char *label = ui->prompt == PROMPT_FILTER ? "filter: " : "seconds between looks: ";
	int start = strlen(label), width = cols - start - 1, from = 0;

	if (ui->typed_at >= width)
		from = ui->typed_at - width + 1;
	if (ui->message[0]) {
		int at = start + ui->message_at - from;
		int col = ui->message_at >= 0 && at + (int)strlen(ui->message) + 2 <= cols ? at : 0;

		draw_text(row - 1, 0, cols, STYLE_OF_ALARM, "");
		if (ui->message_at >= 0 && col)
			draw_text(row - 1, col, 1, STYLE_OF_ALARM, "v");
		draw_text(row - 1, col ? col + 2 : 0, cols - col, STYLE_OF_ALARM, ui->message);
	}
	draw_text(row, 0, start, STYLE_OF_HEAD, label);
	draw_text(row, start, cols - start, STYLE_OF_TEXT, ui->typed + from);
	return (struct cursor){ row, start + ui->typed_at - from };
}

static void key_item(struct line *line, const char *key, const char *what)
{
	line_pair(line, STYLE_OF_HEAD, key, STYLE_OF_FAINT, what);
}

/* What reading the table costs is said there, so that nobody need guess. */
static void draw_foot(const struct top_ui *ui, int row, int cols)
{
	const struct top_source *source = &ui->source;
	char cost[96];
	struct line line;
	int len = snprintf(cost, sizeof(cost), "%zu flows read in %.0f ms, %.1f%% of a CPU", ui->sample.count,
			   source->read_ns / 1e6, 100.0 * ui->cpu_ns / ui->every_ns);

	if (cols >= 100)
		draw_right(row, cols - len, len, STYLE_OF_FAINT, cost);
	line = line_at(row, 0, cols >= 100 ? cols - len - 2 : cols);
	key_item(&line, "q", "quit");
	key_item(&line, "?", "help");
	key_item(&line, "/", "filter");
	key_item(&line, "<>", "sort");
	key_item(&line, "r", "reverse");
	key_item(&line, "g", "group");
	key_item(&line, "Tab", "lists");
	key_item(&line, "p", "pause");
	key_item(&line, "d", "interval");
}

/* ---- the list ------------------------------------------------------------------------------ */

static void draw_tabs(const struct top_ui *ui, int row, int cols)
{
	size_t length = list_length(ui, ui->tab), first = ui->scroll[ui->tab] + 1;
	char where[64] = "";
	struct line line;
	int len = 0;

	if (length)
		len = snprintf(where, sizeof(where), " %zu-%zu of %zu ", first,
			       first + ui->page - 1 < length ? first + ui->page - 1 : length, length);
	draw_rule(row, 0, cols, "");
	if (cols >= 60)
		draw_text(row, cols - len - 1, len, STYLE_OF_TEXT, where);
	line = line_at(row, 1, cols - 2 - (cols >= 60 ? len : 0));
	for (int tab = 0; tab < TAB_COUNT; tab++)
		line_item(&line, tab == (int)ui->tab ? STYLE_OF_CHOSEN : STYLE_OF_HEAD, " %d %s ", tab + 1, tab_names[tab]);
	if (ui->tab == TAB_BUSIEST)
		line_item(&line, STYLE_OF_TEXT, " %s by %s%s ", grouping_word(ui->view.grouping),
			  column_word(ui->view.column), ui->view.reverse ? ", least first" : "");
	if (ui->filter)
		line_cut(&line, STYLE_OF_WARNING, " %llu match: %s ", ui->view.chosen, ui->filter_text);
}

static void draw_list(struct top_ui *ui, int row, int cols, int rows)
{
	size_t length = list_length(ui, ui->tab), *scroll = &ui->scroll[ui->tab];

	if (rows < 2)
		return;
	ui->page = rows - 2;
	if (*scroll + ui->page > length)
		*scroll = length > ui->page ? length - ui->page : 0;
	draw_tabs(ui, row, cols);
	switch (ui->tab) {
	case TAB_BUSIEST:
		list_busiest(ui, row + 1, 0, cols, ui->page);
		break;
	case TAB_STRAYS:
		list_strays(ui, row + 1, 0, cols, ui->page, *scroll);
		break;
	case TAB_PORTS:
		list_ports(ui, row + 1, 0, cols, ui->page, *scroll);
		break;
	default:
		list_leaks(ui, row + 1, 0, cols, ui->page, *scroll);
	}
}

/* Beside the busiest, where there is room for it: the first of the other lists. */
static void draw_bottom(struct top_ui *ui, int row, int cols)
{
	int half = cols >= 140 ? cols / 2 : cols * 3 / 5, rest = cols - half - 1, rows = BOTTOM_ROWS - 2;

	draw_rule(row, 0, half, "newest strays");
	list_strays(ui, row + 1, 0, half, rows, 0);
	draw_rule(row, half + 1, rest, "clients' ports in use");
	list_ports(ui, row + 1, half + 1, rest, 2, 0);
	draw_rule(row + 4, half + 1, rest, "left half closed");
	list_leaks(ui, row + 5, half + 1, rest, rows - 4, 0);
}

/* ---- all of it ------------------------------------------------------------------------------- */

static int draw_middle(struct top_ui *ui, int row, int rows, int cols)
{
	if (rows >= ROWS_FOR_STATES && cols >= COLS_FOR_AFTERMATH) {
		int width = cols - AFTERMATH_COLS - 3;

		draw_rule(row, 0, cols, "both ends by state");
		draw_states(ui, row + 1, 0, width);
		draw_aftermath(ui, row + 1, width + 3, AFTERMATH_COLS, STATES_ROWS);
		return row + 1 + STATES_ROWS;
	}
	if (rows >= ROWS_FOR_STATES && cols >= STATES_WIDE) {
		draw_states(ui, row, 0, cols);
		return draw_aftermath_brief(ui, row + STATES_ROWS, cols, 2);
	}
	if (rows >= ROWS_FOR_FOLDED && cols >= STATES_FOLDED_COLS) {
		draw_states_folded(ui, row, 0, cols);
		return draw_aftermath_brief(ui, row + STATES_FOLDED_ROWS, cols, 2);
	}
	row = draw_states_brief(ui, row, cols, rows >= ROWS_FOR_CLOSES ? 2 : 1);
	if (rows >= ROWS_FOR_CLOSES + 2)
		row = draw_aftermath_brief(ui, row, cols, 1);
	return row;
}

void top_draw(struct top_ui *ui)
{
	struct cursor cursor = { -1, -1 };
	int rows, cols, row, foot;

	screen_begin(&rows, &cols);
	foot = rows - 1;
	row = draw_title(ui, 0, cols);
	row = draw_rates(ui, row, cols);
	if (rows >= ROWS_FOR_CLOSES)
		row = draw_closes(ui, row, cols);
	row = draw_troubles(ui, row, cols);
	row = draw_middle(ui, row, rows, cols);
	if (rows >= ROWS_FOR_BOTTOM && cols >= COLS_FOR_AFTERMATH && ui->tab == TAB_BUSIEST) {
		draw_list(ui, row, cols, foot - BOTTOM_ROWS - row);
		draw_bottom(ui, foot - BOTTOM_ROWS, cols);
	} else {
		draw_list(ui, row, cols, foot - row);
	}
	if (ui->prompt)
		cursor = draw_prompt(ui, foot, cols);
	else
		draw_foot(ui, foot, cols);
	if (ui->help)
		draw_help(rows, cols);
	screen_end(cursor.row, cursor.col);
}
