// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* The lists of top: the busiest, the newest strays, ports, ends left half closed. */
#include <stdio.h>

#include "flow/names.h"
#include "top/picture.h"
#include "top/screen.h"
#include "top/screen_table.h"
#include "top/numbers.h"
#include "top/ui.h"
#include "base/clock.h"

static __u64 since(const struct top_ui *ui, __u64 then)
{
	return growth(ui->sample.time, then);
}

static void cell_number(struct table_cell *c, enum style style, double value, bool known)
{
	char text[NUMBER_TEXT];

	cell(c, style, "%s", number_text(text, value, known));
}

static void cell_duration(struct table_cell *c, __u64 ns)
{
	char text[DURATION_TEXT];

	duration_text(text, ns);
	cell(c, STYLE_OF_TEXT, "%s", text);
}

static void cell_end(struct table_cell *c, const struct group_key *key, unsigned int end)
{
	char text[ENDPOINT_TEXT];

	cell(c, STYLE_OF_TEXT, "%s", group_end_text(text, key, end));
}

size_t list_length(const struct top_ui *ui, int tab)
{
	switch (tab) {
	case TAB_BUSIEST:
		return ui->view.order_count;
	case TAB_STRAYS:
		return ui->sample.log.count;
	case TAB_PORTS:
		return ui->view.ports.pressed;
	default:
		return ui->view.leaks.groups.count;
	}
}

/* ---- the busiest ---------------------------------------------------------------------- */

/* How much each column matters where there is no room for all; 10: never left out. */
enum { AS_SUM_BELOW = 110, ALWAYS = 10 };

struct busiest_column {
	const char *head;
	int width;
	bool right;
	int importance;    /* 0: not of this grouping */
	int sort;          /* enum top_column; -1: by none */
};

static const struct busiest_column connection_columns[] = {
	{ "INITIATOR", 15, false, ALWAYS, SORT_INITIATOR },
	{ "STATE", 12, false, 8, -1 },
	{ "RESPONDER", 14, false, ALWAYS, SORT_RESPONDER },
	{ "STATE", 12, false, 7, -1 },
	{ "SEG/S", 5, true, ALWAYS, SORT_SEGMENT_RATE },
	{ "BYTES/S", 7, true, 9, SORT_BYTE_RATE },
	{ "AGE", 6, true, 6, SORT_AGE },
	{ "IDLE", 6, true, 5, SORT_IDLE },
	{ "SEGMENTS", 8, true, 2, SORT_PACKETS },
	{ "BYTES", 6, true, 3, SORT_BYTES },
	{ "RETR", 4, true, 4, SORT_RETRANSMITS },
	{ "STRAYS", 6, true, 1, SORT_STRAYS },
};

static const struct busiest_column group_columns[] = {
	{ "CLIENT", 15, false, ALWAYS, SORT_INITIATOR },
	{ "SERVER", 14, false, ALWAYS, SORT_RESPONDER },
	{ "CONNS", 6, true, 9, SORT_CONNECTIONS },
	{ "OPEN", 6, true, 8, -1 },
	{ "WAITING", 7, true, 7, -1 },
	{ "SEG/S", 5, true, ALWAYS, SORT_SEGMENT_RATE },
	{ "BYTES/S", 7, true, 9, SORT_BYTE_RATE },
	{ "OLDEST", 6, true, 4, SORT_AGE },
	{ "IDLE", 6, true, 2, SORT_IDLE },
	{ "SEGMENTS", 8, true, 1, SORT_PACKETS },
	{ "BYTES", 6, true, 5, SORT_BYTES },
	{ "RETR", 4, true, 6, SORT_RETRANSMITS },
	{ "STRAYS", 6, true, 3, SORT_STRAYS },
};

static const struct busiest_column *columns_of(const struct top_ui *ui, int *count)
{
	bool groups = ui->view.grouping != TOP_CONNECTIONS;

	*count = groups ? sizeof(group_columns) / sizeof(group_columns[0])
			: sizeof(connection_columns) / sizeof(connection_columns[0]);
	return groups ? group_columns : connection_columns;
}

/* Both directions beside each other where there is room, else their sum. */
static void cell_pair(struct table_cell *c, double initiator, double responder, bool known, bool sum)
{
	char text[PAIR_TEXT];

	if (sum)
		cell_number(c, STYLE_OF_TEXT, initiator + responder, known);
	else
		cell(c, STYLE_OF_TEXT, "%s", pair_text(text, initiator, responder, known));
}

static void cell_state(struct table_cell *c, unsigned int state)
{
	cell(c, style_of_state(state), "%s", state_name(state));
}

/* What both kinds of rows have, from SEG/S on. */
static void traffic_cells(struct top_ui *ui, const struct top_group *g, struct table_cell *cells, bool sum)
{
	const struct top_sample *s = &ui->sample;
	bool known = sample_has_rates(s);

	cell_pair(&cells[0], sample_rate(s, g->new_packets[0]), sample_rate(s, g->new_packets[1]), known, sum);
	cell_pair(&cells[1], sample_rate(s, g->new_bytes[0]), sample_rate(s, g->new_bytes[1]), known, sum);
	cell_duration(&cells[2], since(ui, g->oldest));
	cell_duration(&cells[3], since(ui, g->last_seen));
	cell_pair(&cells[4], g->packets[0], g->packets[1], true, sum);
	cell_pair(&cells[5], g->bytes[0], g->bytes[1], true, sum);
	cell_number(&cells[6], g->new_retransmits ? STYLE_OF_WARNING : STYLE_OF_TEXT, g->retransmits, true);
	cell_number(&cells[7], g->new_strays ? STYLE_OF_WARNING : STYLE_OF_TEXT, g->strays, true);
}

static void busiest_row(struct top_ui *ui, size_t at, struct table_cell *cells, bool sum)
{
	struct top_row row;
	const struct top_group *g = &row.sum;

	view_row(&ui->view, at, &row);
	if (row.flow) {
		const struct top_flow *f = row.flow;

		cell_end(&cells[0], &g->key, 0);
		cell_state(&cells[1], f->state[f->initiator & 1]);
		cell_end(&cells[2], &g->key, 1);
		cell_state(&cells[3], f->state[!(f->initiator & 1)]);
		traffic_cells(ui, g, &cells[4], sum);
	} else {
		cell_end(&cells[0], &g->key, 0);
		cell_end(&cells[1], &g->key, 1);
		cell_number(&cells[2], STYLE_OF_HEAD, g->connections, true);
		cell_number(&cells[3], STYLE_OF_TEXT, g->open, true);
		cell_number(&cells[4], STYLE_OF_TEXT, g->waiting, true);
		traffic_cells(ui, g, &cells[5], sum);
	}
}

void list_busiest(struct top_ui *ui, int row, int col, int width, int rows)
{
	size_t first = ui->scroll[TAB_BUSIEST];
	const struct busiest_column *columns;
	struct table table;
	int count;

	if (table_begin(&table, rows))
		return;
	columns = columns_of(ui, &count);
	for (int i = 0; i < count; i++) {
		bool chosen = columns[i].sort == (int)ui->view.column;

		table_column(&table, columns[i].head, columns[i].width, columns[i].right,
			     chosen ? ALWAYS : columns[i].importance);
		table.columns[i].chosen = chosen;
	}
	view_sort(&ui->view, first + rows);
	for (size_t at = first; at < ui->view.order_count && at < first + rows; at++)
		busiest_row(ui, at, table_row(&table), width < AS_SUM_BELOW);
	table_draw(&table, row, col, width);
}

/* ---- strays ----------------------------------------------------------------------------- */

void list_strays(struct top_ui *ui, int row, int col, int width, int rows, size_t first)
{
	const struct top_log *log = &ui->sample.log;
	struct table table;

	if (table_begin(&table, rows))
		return;
	table_column(&table, "AGO", 6, true, ALWAYS);
	table_column(&table, "KIND", 19, false, ALWAYS);
	table_column(&table, "NEW", 5, true, 9);
	table_column(&table, "INITIATOR", 15, false, 8);
	table_column(&table, "RESPONDER", 14, false, 8);
	table_column(&table, "LONGEST UNDER WAY", 6, true, 7);
	for (size_t i = first; i < log->count && i < first + rows; i++) {
		const struct top_stray *stray = &log->list[i];
		struct table_cell *cells = table_row(&table);
		bool now = sample_has_rates(&ui->sample) && stray->time > ui->sample.before;
		char text[ENDPOINT_TEXT];

		cell_duration(&cells[0], since(ui, stray->time));
		cell(&cells[1], now ? STYLE_OF_WARNING : STYLE_OF_TEXT, "%s", stray_name(stray->kind));
		cell_number(&cells[2], STYLE_OF_TEXT, stray->count, true);
		text[endpoint_text(text, &stray->key, stray->initiator)] = 0;
		cell(&cells[3], STYLE_OF_TEXT, "%s", text);
		text[endpoint_text(text, &stray->key, !stray->initiator)] = 0;
		cell(&cells[4], STYLE_OF_TEXT, "%s", text);
		if (stray->lifetime_max_ms)
			cell(&cells[5], STYLE_OF_TEXT, "%u ms", stray->lifetime_max_ms);
	}
	table_draw(&table, row, col, width);
	if (!log->count)
		draw_text(row + 1, col, width, STYLE_OF_FAINT, "none of connections in the table");
}

/* ---- ports and leaks --------------------------------------------------------------------- */

static enum style style_of_share(double share)
{
	return share > 80 ? STYLE_OF_ALARM : share > 50 ? STYLE_OF_WARNING : STYLE_OF_TEXT;
}

void list_ports(struct top_ui *ui, int row, int col, int width, int rows, size_t first)
{
	const struct port_pressure *ports = &ui->view.ports;
	struct table table;

	if (table_begin(&table, rows))
		return;
	table_column(&table, "CLIENT", 11, false, ALWAYS);
	table_column(&table, "SERVER", 14, false, ALWAYS);
	table_column(&table, "WAITING", 7, true, 8);
	table_column(&table, "OPEN", 5, true, 7);
	table_column(&table, "PORTS USED", 6, true, ALWAYS);
	table_column(&table, "OF", 5, true, 6);
	for (size_t i = first; i < ports->pressed && i < first + rows; i++) {
		const struct port_pair *pair = port_pair_at(ports, i);
		struct table_cell *cells = table_row(&table);
		double share = port_pair_used_percent(pair);

		cell_end(&cells[0], &pair->key, 0);
		cell_end(&cells[1], &pair->key, 1);
		cell_number(&cells[2], STYLE_OF_WAITING, pair->waiting, true);
		cell_number(&cells[3], STYLE_OF_TEXT, pair->open, true);
		cell(&cells[4], style_of_share(share), "%.1f %%", share);
		cell(&cells[5], STYLE_OF_FAINT, "%s%u", pair->assumed ? "~" : "", port_pair_range(pair));
	}
	table_draw(&table, row, col, width);
	if (!ports->pressed)
		draw_text(row + 1, col, width, STYLE_OF_FAINT, "no client waits");
}

void list_leaks(struct top_ui *ui, int row, int col, int width, int rows, size_t first)
{
	const struct half_closed *leaks = &ui->view.leaks;
	char age[DURATION_TEXT], process[WHOSE_TEXT];
	struct table table;

	if (table_begin(&table, rows))
		return;
	table_column(&table, "STATE", 10, false, ALWAYS);
	table_column(&table, "END", 14, false, ALWAYS);
	table_column(&table, "OF", 9, false, 5);
	table_column(&table, "CONNECTED TO", 14, false, 6);
	table_column(&table, "CONNS", 5, true, ALWAYS);
	table_column(&table, "OLDEST", 6, true, 7);
	table_column(&table, "PROCESS", 14, false, 8);
	for (size_t i = first; i < leaks->groups.count && i < first + rows; i++) {
		const struct half_closed_group *leak = half_closed_at(leaks, i);
		struct table_cell *cells = table_row(&table);

		cell_state(&cells[0], leak->key.state);
		cell_end(&cells[1], &leak->key, 0);
		cell(&cells[2], STYLE_OF_FAINT, "%s%s", leak->key.role ? "initiator" : "responder",
		     leak->local ? ", local" : "");
		if (leak->key.role)
			cell_end(&cells[3], &leak->key, 1);
		cell_number(&cells[4], STYLE_OF_HEAD, leak->count, true);
		cell_duration(&cells[5], since(ui, leak->since));
		cell(&cells[6], STYLE_OF_TEXT, "%s", whose_text(process, &leak->whose));
	}
	table_draw(&table, row, col, width);
	duration_text(age, ui->view.leaks_older_ns);
	if (!leaks->groups.count) {
		char text[64];

		snprintf(text, sizeof(text), "none for over %s", age);
		draw_text(row + 1, col, width, STYLE_OF_FAINT, text);
	}
}
