// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
#include "top/keys.h"

#include <curses.h>
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "flow/filter.h"
#include "options/values.h"
#include "top/picture.h"
#include "top/screen.h"
#include "top/ui.h"

#define CONTROL(letter) ((letter) & 31)
#define KEY_ESCAPE 27
#define KEY_DELETE 127
#define SHORTEST_NS 100000000ULL

/* ---- what was wrong with it ------------------------------------------------------------- */

static void take_message(void *arg, const char *text, int at)
{
	struct top_ui *ui = arg;
	const char *colon = strncmp(text, "filter: ", 8) ? text : text + 8;

	snprintf(ui->message, sizeof(ui->message), "%s", colon);
	ui->message_at = at;
}

int ui_set_filter(struct top_ui *ui, const char *text)
{
	struct filter *filter;
	int err;

	ui->message[0] = 0;
	messages_to(take_message, ui);
	err = filter_parse(text, FILTER_FLOWS, &filter);
	messages_to(NULL, NULL);
	if (err)
		return err;
	filter_free(ui->filter);
	ui->filter = filter;
	snprintf(ui->filter_text, sizeof(ui->filter_text), "%s", text);
	view_new_filter(&ui->view, filter);
	memset(ui->scroll, 0, sizeof(ui->scroll));
	return 0;
}

static int set_interval(struct top_ui *ui, const char *text)
{
	__u64 ns;
	int err;

	messages_to(take_message, ui);
	err = parse_seconds("interval", text, &ns);
	messages_to(NULL, NULL);
	if (!err)
		ui->every_ns = ui->interval_ns = ns < SHORTEST_NS ? SHORTEST_NS : ns;
	return err;
}

/* ---- typing ------------------------------------------------------------------------------ */

static void start_prompt(struct top_ui *ui, enum prompt prompt, const char *text)
{
	ui->prompt = prompt;
	ui->message[0] = 0;
	ui->typed_at = ui->typed_len = snprintf(ui->typed, sizeof(ui->typed), "%s", text);
}

static void take_away(struct top_ui *ui, int from, int to)
{
	memmove(ui->typed + from, ui->typed + to, ui->typed_len - to + 1);
	ui->typed_len -= to - from;
	ui->typed_at = from;
}

static int word_before(const struct top_ui *ui)
{
	int at = ui->typed_at;

	while (at > 0 && ui->typed[at - 1] == ' ')
		at--;
	while (at > 0 && ui->typed[at - 1] != ' ')
		at--;
	return at;
}

static void type(struct top_ui *ui, int key)
{
	if (key < ' ' || key > '~' || ui->typed_len + 1 >= TYPED_MAX)
		return;
	memmove(ui->typed + ui->typed_at + 1, ui->typed + ui->typed_at, ui->typed_len - ui->typed_at + 1);
	ui->typed[ui->typed_at++] = key;
	ui->typed_len++;
}

static int finish_prompt(struct top_ui *ui)
{
	int err = ui->prompt == PROMPT_FILTER ? ui_set_filter(ui, ui->typed) : set_interval(ui, ui->typed);

	if (err) /* it stays there to be corrected */
		return 0;
	if (ui->prompt == PROMPT_FILTER)
		err = view_make(&ui->view, &ui->sample);
	ui->prompt = PROMPT_NONE;
	return err;
}

static int prompt_key(struct top_ui *ui, int key)
{
	ui->message[0] = 0;
	switch (key) {
	case '\r':
	case '\n':
	case KEY_ENTER:
		return finish_prompt(ui);
	case KEY_ESCAPE:
		ui->prompt = PROMPT_NONE;
		break;
	case KEY_BACKSPACE:
	case KEY_DELETE:
	case '\b':
		if (ui->typed_at)
			take_away(ui, ui->typed_at - 1, ui->typed_at);
		break;
	case KEY_DC:
		if (ui->typed_at < ui->typed_len)
			take_away(ui, ui->typed_at, ui->typed_at + 1);
		break;
	case CONTROL('u'):
		take_away(ui, 0, ui->typed_at);
		break;
	case CONTROL('w'):
		take_away(ui, word_before(ui), ui->typed_at);
		break;
	case KEY_LEFT:
		ui->typed_at -= ui->typed_at > 0;
		break;
	case KEY_RIGHT:
		ui->typed_at += ui->typed_at < ui->typed_len;
		break;
	case KEY_HOME:
	case CONTROL('a'):
		ui->typed_at = 0;
		break;
	case KEY_END:
	case CONTROL('e'):
		ui->typed_at = ui->typed_len;
		break;
	default:
		type(ui, key);
	}
	return 0;
}

/* ---- the list ------------------------------------------------------------------------------ */

/* Rows to scroll by; the picture takes care that the last page stays full. */
static void scroll_by(struct top_ui *ui, long rows)
{
	size_t *scroll = &ui->scroll[ui->tab], length = list_length(ui, ui->tab);

	if (rows < 0 && *scroll < (size_t)-rows)
		*scroll = 0;
	else
		*scroll += rows;
	if (*scroll > length)
		*scroll = length;
}

/* The next column to that side which rows of this grouping can be sorted by. */
static int sort_by(struct top_ui *ui, int step)
{
	ui->tab = TAB_BUSIEST;
	do
		ui->view.column = (ui->view.column + SORT_COUNT + step) % SORT_COUNT;
	while (ui->view.column == SORT_CONNECTIONS && ui->view.grouping == TOP_CONNECTIONS);
	ui->scroll[TAB_BUSIEST] = 0;
	return view_make(&ui->view, &ui->sample);
}

static int group_next(struct top_ui *ui)
{
	ui->tab = TAB_BUSIEST;
	ui->view.grouping = (ui->view.grouping + 1) % TOP_GROUPING_COUNT;
	if (ui->view.grouping == TOP_CONNECTIONS && ui->view.column == SORT_CONNECTIONS)
		ui->view.column = SORT_SEGMENT_RATE;
	ui->scroll[TAB_BUSIEST] = 0;
	return view_make(&ui->view, &ui->sample);
}

static int list_key(struct top_ui *ui, int key)
{
	switch (key) {
	case KEY_UP:
	case 'k':
		scroll_by(ui, -1);
		break;
	case KEY_DOWN:
	case 'j':
		scroll_by(ui, 1);
		break;
	case KEY_PPAGE:
		scroll_by(ui, -(long)ui->page);
		break;
	case KEY_NPAGE:
		scroll_by(ui, ui->page);
		break;
	case KEY_HOME:
		ui->scroll[ui->tab] = 0;
		break;
	case KEY_END:
		ui->scroll[ui->tab] = list_length(ui, ui->tab);
		break;
	case '<':
	case ',':
	case KEY_LEFT:
		return sort_by(ui, -1);
	case '>':
	case '.':
	case 's':
	case KEY_RIGHT:
		return sort_by(ui, 1);
	case 'r':
		ui->view.reverse = !ui->view.reverse;
		return view_make(&ui->view, &ui->sample);
	case 'g':
		return group_next(ui);
	}
	return 0;
}

int top_key(struct top_ui *ui, int key)
{
	char seconds[32];

	if (ui->help) {
		ui->help = false;
		return 0;
	}
	if (ui->prompt)
		return prompt_key(ui, key);
	switch (key) {
	case 'q':
	case 'Q':
		ui->quit = true;
		return 0;
	case '?':
	case 'h':
		ui->help = true;
		return 0;
	case 'p':
	case ' ':
		ui->paused = !ui->paused;
		ui->look_now = !ui->paused;
		return 0;
	case '\t':
		ui->tab = (ui->tab + 1) % TAB_COUNT;
		return 0;
	case KEY_BTAB:
		ui->tab = (ui->tab + TAB_COUNT - 1) % TAB_COUNT;
		return 0;
	case '1':
	case '2':
	case '3':
	case '4':
		ui->tab = key - '1';
		return 0;
	case '/':
		start_prompt(ui, PROMPT_FILTER, ui->filter_text);
		return 0;
	case 'd':
		snprintf(seconds, sizeof(seconds), "%.6g", ui->interval_ns / 1e9);
		start_prompt(ui, PROMPT_INTERVAL, seconds);
		return 0;
	case CONTROL('l'):
		screen_repaint();
		return 0;
	default:
		return list_key(ui, key);
	}
}
