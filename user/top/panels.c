// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* The middle of top's screen: the states of both ends, and what comes after the close. */
#include <stdio.h>
#include <string.h>

#include "flow/names.h"
#include "top/picture.h"
#include "top/screen.h"
#include "top/numbers.h"
#include "top/ui.h"
#include "base/clock.h"

#define NAME_WIDTH 12
#define COUNT_WIDTH 9
#define CHANGE_WIDTH 7

/* In the order of a connection's life, as states prints them. */
static const unsigned int order[] = {
	STATE_LISTEN, STATE_SYN_SENT, STATE_SYN_RECEIVED, STATE_ESTABLISHED, STATE_FIN_WAIT_1, STATE_FIN_WAIT_2,
	STATE_CLOSE_WAIT, STATE_CLOSING, STATE_LAST_ACK, STATE_TIME_WAIT, STATE_CLOSED,
};
#define STATES (int)(sizeof(order) / sizeof(order[0]))
_Static_assert(STATES_ROWS == sizeof(order) / sizeof(order[0]) + 1, "a heading, and all of them");
_Static_assert(STATES_FOLDED_ROWS == (sizeof(order) / sizeof(order[0]) + 1) / 2 + 1, "the same in two columns");

/* ---- states -------------------------------------------------------------------------- */

/* Closed ends only linger until they are forgotten: they have no bar, and would dwarf the others'. */
static bool has_bar(unsigned int state)
{
	return state != STATE_CLOSED;
}

static double most_in_one_state(const struct top_view *v)
{
	__u64 most = 1;

	for (int role = 0; role < 2; role++)
		for (unsigned int state = 0; state < STATE_SLOTS; state++)
			if (has_bar(state) && v->census[role][state] > most)
				most = v->census[role][state];
	return most;
}

static enum style style_of_count(__u64 count, unsigned int state)
{
	return count ? style_of_state(state) : STYLE_OF_FAINT;
}

static void draw_count(int row, int col, int width, __u64 count)
{
	char text[NUMBER_TEXT];

	snprintf(text, sizeof(text), "%llu", count);
	if ((int)strlen(text) >= width)
		number_text(text, count, true);
	draw_right(row, col, width, count ? STYLE_OF_HEAD : STYLE_OF_FAINT, text);
}

/* One role: its count, the change, a bar. */
static void draw_role(const struct top_view *v, unsigned int role, unsigned int state, int row, int col, int bar)
{
	__u64 count = v->census[role][state];
	char text[NUMBER_TEXT];
	bool known;
	double change = view_change(v, role, state, &known);

	draw_count(row, col, COUNT_WIDTH, count);
	draw_right(row, col + COUNT_WIDTH, CHANGE_WIDTH, change > 0 ? STYLE_OF_OPEN : STYLE_OF_CLOSING,
		   change_text(text, change, known));
	if (has_bar(state))
		draw_bar(row, col + COUNT_WIDTH + CHANGE_WIDTH + 1, bar, style_of_state(state),
			 count / most_in_one_state(v));
}

void draw_states(const struct top_ui *ui, int row, int col, int width)
{
	const struct top_view *v = &ui->view;
	int bar = (width - NAME_WIDTH - 2 * (COUNT_WIDTH + CHANGE_WIDTH + 2) - CHANGE_WIDTH) / 2;
	int first = col + NAME_WIDTH, second = first + COUNT_WIDTH + CHANGE_WIDTH + bar + 2;
	int last = second + COUNT_WIDTH + CHANGE_WIDTH + bar + 2;
	char text[NUMBER_TEXT];

	draw_text(row, col, NAME_WIDTH, STYLE_OF_HEAD, "STATE");
	draw_right(row, first - 3, COUNT_WIDTH + 3, STYLE_OF_HEAD, "INITIATORS");
	draw_right(row, first + COUNT_WIDTH, CHANGE_WIDTH, STYLE_OF_HEAD, "+-/S");
	draw_right(row, second - 3, COUNT_WIDTH + 3, STYLE_OF_HEAD, "RESPONDERS");
	draw_right(row, second + COUNT_WIDTH, CHANGE_WIDTH, STYLE_OF_HEAD, "+-/S");
	if (!v->filter)
		draw_right(row, last, CHANGE_WIDTH, STYLE_OF_HEAD, "INTO/S");
	for (int i = 0; i < STATES; i++) {
		unsigned int state = order[i];

		row++;
		draw_text(row, col, NAME_WIDTH, style_of_count(v->census[0][state] + v->census[1][state], state),
			  state_name(state));
		draw_role(v, 0, state, row, first, bar);
		draw_role(v, 1, state, row, second, bar);
		if (!v->filter)
			draw_right(row, last, CHANGE_WIDTH, STYLE_OF_TEXT,
				   number_text(text, view_entered(v, state), sample_has_rates(v->sample)));
	}
}

/* Two states beside each other: both roles' counts, and the change of their sum. */
void draw_states_folded(const struct top_ui *ui, int row, int col, int width)
{
	const struct top_view *v = &ui->view;
	int half = (STATES + 1) / 2, each = width / 2;

	for (int side = 0; side < 2; side++) {
		int at = col + side * (each + 1);

		draw_text(row, at, NAME_WIDTH, STYLE_OF_HEAD, "STATE");
		draw_right(row, at + NAME_WIDTH, 7, STYLE_OF_HEAD, "INIT");
		draw_right(row, at + NAME_WIDTH + 7, 7, STYLE_OF_HEAD, "RESP");
		draw_right(row, at + NAME_WIDTH + 14, CHANGE_WIDTH, STYLE_OF_HEAD, "+-/S");
	}
	for (int i = 0; i < STATES; i++) {
		int at = col + i / half * (each + 1), line = row + 1 + i % half;
		unsigned int state = order[i];
		char text[NUMBER_TEXT];
		bool known[2];
		double change = view_change(v, 0, state, &known[0]) + view_change(v, 1, state, &known[1]);

		draw_text(line, at, NAME_WIDTH, style_of_count(v->census[0][state] + v->census[1][state], state),
			  state_name(state));
		draw_count(line, at + NAME_WIDTH, 7, v->census[0][state]);
		draw_count(line, at + NAME_WIDTH + 7, 7, v->census[1][state]);
		draw_right(line, at + NAME_WIDTH + 14, CHANGE_WIDTH, change > 0 ? STYLE_OF_OPEN : STYLE_OF_CLOSING,
			   change_text(text, change, known[0]));
		if (has_bar(state))
			draw_bar(line, at + NAME_WIDTH + 14 + CHANGE_WIDTH + 1, each - NAME_WIDTH - CHANGE_WIDTH - 16,
				 style_of_state(state),
				 (v->census[0][state] + v->census[1][state]) / (2 * most_in_one_state(v)));
	}
}

int draw_states_brief(const struct top_ui *ui, int row, int cols, int rows)
{
	const struct top_view *v = &ui->view;
	struct line line = line_at(row, 0, cols);
	int end = row + rows;

	for (int i = 0; i < STATES && row < end; i++) {
		unsigned int state = order[i];
		__u64 one = v->census[0][state], other = v->census[1][state];

		if (!one && !other)
			continue;
		if (!line_item(&line, style_of_state(state), "%s %llu/%llu", state_name(state), one, other)) {
			if (++row == end)
				break;
			line = line_at(row, 0, cols);
			line_item(&line, style_of_state(state), "%s %llu/%llu", state_name(state), one, other);
		}
	}
	return end;
}

/* ---- after the close --------------------------------------------------------------- */

/* Kinds, those that come now first, then those that have come most. */
static int kinds_in_order(const struct top_sample *s, unsigned int kinds[STRAY_COUNT])
{
	int count = 0;

	for (unsigned int kind = STRAY_NONE + 1; kind < STRAY_COUNT; kind++) {
		__u64 now = s->now.strays[kind], grown = growth(now, s->then.strays[kind]);
		int at = count;

		if (!now)
			continue;
		for (; at > 0; at--) {
			__u64 other = growth(s->now.strays[kinds[at - 1]], s->then.strays[kinds[at - 1]]);

			if (other > grown || (other == grown && s->now.strays[kinds[at - 1]] >= now))
				break;
			kinds[at] = kinds[at - 1];
		}
		kinds[at] = kind;
		count++;
	}
	return count;
}

static __u64 sum_of(const __u64 *counts, int count)
{
	__u64 sum = 0;

	for (int i = 0; i < count; i++)
		sum += counts[i];
	return sum;
}

#define RATE_COLUMN 8

static void draw_kinds(const struct top_sample *s, int row, int col, int width, int rows)
{
	unsigned int kinds[STRAY_COUNT];
	int count = kinds_in_order(s, kinds), shown = count < rows - 1 ? count : rows - 1;
	char text[40];

	draw_text(row, col, width, STYLE_OF_HEAD, "STRAY SEGMENTS");
	draw_right(row, col + width - RATE_COLUMN - COUNT_WIDTH, COUNT_WIDTH, STYLE_OF_HEAD, "COUNT");
	draw_right(row, col + width - RATE_COLUMN, RATE_COLUMN, STYLE_OF_HEAD, "NEW/S");
	if (!count)
		draw_text(row + 1, col, width, STYLE_OF_FAINT, "none");
	for (int i = 0; i < shown; i++) {
		unsigned int kind = kinds[i];
		double rate = COUNTER_RATE(s, strays[kind]);

		if (i == shown - 1 && shown < count) {
			snprintf(text, sizeof(text), "and %d other kinds", count - shown + 1);
			draw_text(row + 1 + i, col, width, STYLE_OF_FAINT, text);
			break;
		}
		draw_text(row + 1 + i, col, width, rate > 0 ? STYLE_OF_WARNING : STYLE_OF_TEXT, stray_name(kind));
		draw_count(row + 1 + i, col + width - RATE_COLUMN - COUNT_WIDTH, COUNT_WIDTH, s->now.strays[kind]);
		draw_right(row + 1 + i, col + width - RATE_COLUMN, RATE_COLUMN, STYLE_OF_TEXT,
			   number_text(text, rate, sample_has_rates(s)));
	}
}

static void draw_harmful(const struct top_sample *s, struct line *line)
{
	__u64 harmful = s->now.harmful;

	if (harmful)
		line_item(line, growth(harmful, s->then.harmful) ? STYLE_OF_ALARM : STYLE_OF_WARNING, "harmful %llu",
			  harmful);
}

/* Waiting now, how many more per second, and what ended others. */
static void draw_waits(const struct top_view *v, struct line *line)
{
	const struct top_sample *s = v->sample;
	char text[NUMBER_TEXT];

	line_item(line, STYLE_OF_WAITING, "TIME_WAIT %llu",
		  v->census[0][STATE_TIME_WAIT] + v->census[1][STATE_TIME_WAIT]);
	line_item(line, STYLE_OF_TEXT, "new %s/s",
		  number_text(text, COUNTER_RATE(s, waits[WAIT_NONE]), sample_has_rates(s)));
	for (unsigned int outcome = WAIT_NONE + 1; outcome < WAIT_OUTCOME_COUNT; outcome++)
		if (s->now.waits[outcome])
			line_item(line, outcome == WAIT_EXPIRED ? STYLE_OF_TEXT : STYLE_OF_WARNING, "%s %llu",
				  wait_outcome_name(outcome), s->now.waits[outcome]);
	if (s->now.reuses[REUSE_UNSAFE])
		line_item(line, STYLE_OF_ALARM, "unsafe %llu", s->now.reuses[REUSE_UNSAFE]);
}

static void draw_fullest(const struct top_ui *ui, struct line *line)
{
	char server[ENDPOINT_TEXT];
	const struct port_pair *pair;
	double share;

	line_item(line, STYLE_OF_TEXT, "ports");
	if (!ui->view.ports.pressed) {
		line_more(line, STYLE_OF_FAINT, " none kept by a wait");
		return;
	}
	pair = port_pair_at(&ui->view.ports, 0);
	share = port_pair_used_percent(pair);
	line_more(line, share > 80 ? STYLE_OF_ALARM : share > 50 ? STYLE_OF_WARNING : STYLE_OF_HEAD, " %.*f%% used",
		  share < 10, share);
	line_more(line, STYLE_OF_TEXT, " to %s", group_end_text(server, &pair->key, 1));
}

static void draw_leaking(const struct top_view *v, struct line *line)
{
	char age[DURATION_TEXT];

	duration_text(age, v->leaks_older_ns);
	line_item(line, v->leaks.ends[STATE_CLOSE_WAIT] ? STYLE_OF_WARNING : STYLE_OF_TEXT, "CLOSE_WAIT %llu",
		  v->leaks.ends[STATE_CLOSE_WAIT]);
	line_item(line, STYLE_OF_TEXT, "FIN_WAIT_2 %llu", v->leaks.ends[STATE_FIN_WAIT_2]);
	line_item(line, STYLE_OF_FAINT, "for over %s", age);
}

void draw_aftermath(const struct top_ui *ui, int row, int col, int width, int rows)
{
	struct line line = line_at(row + rows - 4, col, width);

	draw_kinds(&ui->sample, row, col, width, rows - 4);
	draw_harmful(&ui->sample, &line);
	line = line_at(row + rows - 3, col, width);
	draw_waits(&ui->view, &line);
	line = line_at(row + rows - 2, col, width);
	draw_fullest(ui, &line);
	line = line_at(row + rows - 1, col, width);
	draw_leaking(&ui->view, &line);
}

int draw_aftermath_brief(const struct top_ui *ui, int row, int cols, int rows)
{
	const struct top_sample *s = &ui->sample;
	__u64 strays = sum_of(s->now.strays, STRAY_COUNT);
	struct line line = line_at(row, 0, cols);
	unsigned int kinds[STRAY_COUNT];
	int count = kinds_in_order(s, kinds);
	char text[NUMBER_TEXT];

	line_item(&line, STYLE_OF_TEXT, "strays %llu", strays);
	line_more(&line, STYLE_OF_TEXT, " +%s/s",
		  number_text(text, sample_rate(s, growth(strays, sum_of(s->then.strays, STRAY_COUNT))), sample_has_rates(s)));
	draw_harmful(s, &line);
	for (int i = 0; i < count; i++)
		line_item(&line, growth(s->now.strays[kinds[i]], s->then.strays[kinds[i]]) ? STYLE_OF_WARNING : STYLE_OF_FAINT,
			  "%s %llu", stray_name(kinds[i]), s->now.strays[kinds[i]]);
	if (rows > 1) {
		line = line_at(row + 1, 0, cols);
		draw_waits(&ui->view, &line);
		draw_fullest(ui, &line);
		draw_leaking(&ui->view, &line);
	}
	return row + rows;
}
