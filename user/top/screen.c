// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
#define _XOPEN_SOURCE_EXTENDED
#include "top/screen.h"

#include <curses.h>
#include <errno.h>
#include <langinfo.h>
#include <locale.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/error.h"
#include "base/style.h"
#include "tcpstate/abi/state.h"

#define GAP 2 /* between the items of a line */

static struct {
	SCREEN *screen;   /* NULL: the terminal is not ours */
	bool utf8;
	chtype attributes[STYLE_COUNT];
} terminal;

/* ---- taken and given back ---------------------------------------------------------- */

static void plain_styles(void)
{
	chtype *a = terminal.attributes;

	memset(a, 0, sizeof(terminal.attributes));
	a[STYLE_OF_HEAD] = A_BOLD;
	a[STYLE_OF_FAINT] = A_DIM;
	a[STYLE_OF_TITLE] = A_REVERSE;
	a[STYLE_OF_CHOSEN] = A_REVERSE | A_BOLD;
	a[STYLE_OF_ALARM] = A_REVERSE | A_BOLD;
	a[STYLE_OF_WARNING] = A_BOLD;
}

static void colour_style(enum style style, short foreground, short background, chtype more)
{
	init_pair(style, foreground, background);
	terminal.attributes[style] = COLOR_PAIR(style) | more;
}

static void colour_styles(void)
{
	start_color();
	use_default_colors();
	colour_style(STYLE_OF_TITLE, COLOR_WHITE, COLOR_BLUE, A_BOLD);
	colour_style(STYLE_OF_CHOSEN, COLOR_BLACK, COLOR_CYAN, 0);
	colour_style(STYLE_OF_ALARM, COLOR_WHITE, COLOR_RED, A_BOLD);
	colour_style(STYLE_OF_WARNING, COLOR_YELLOW, -1, A_BOLD);
	colour_style(STYLE_OF_OPENING, COLOR_YELLOW, -1, 0);
	colour_style(STYLE_OF_OPEN, COLOR_GREEN, -1, 0);
	colour_style(STYLE_OF_CLOSING, COLOR_MAGENTA, -1, 0);
	colour_style(STYLE_OF_WAITING, COLOR_CYAN, -1, 0);
}

int screen_open(void)
{
	const char *term = getenv("TERM");

	if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO))
		return fail(-ENOTTY, "top draws on a terminal, and standard %s is none; \"xdp-tcpstate top --json\" prints an object each interval instead",
			    isatty(STDIN_FILENO) ? "output" : "input");
	setlocale(LC_CTYPE, "");
	terminal.utf8 = !strcmp(nl_langinfo(CODESET), "UTF-8");
	terminal.screen = newterm(NULL, stdout, stdin);
	if (!terminal.screen)
		return fail(-ENOTTY, "this system does not know terminals of the type \"%s\" (the variable TERM); try TERM=xterm, or --json",
			    term ?: "");
	plain_styles();
	if (wants_colour(STDOUT_FILENO) && has_colors())
		colour_styles();
	cbreak();
	noecho();
	nonl();
	keypad(stdscr, TRUE);
	nodelay(stdscr, TRUE);
	set_escdelay(25); /* ms, after which an Esc is that key and not the start of another */
	return 0;
}

void screen_close(void)
{
	if (!terminal.screen)
		return;
	endwin();
	delscreen(terminal.screen);
	terminal.screen = NULL;
}

/* ---- a picture ----------------------------------------------------------------------- */

void screen_begin(int *rows, int *cols)
{
	struct winsize size;

	if (!ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) && size.ws_row && size.ws_col &&
	    is_term_resized(size.ws_row, size.ws_col))
		resizeterm(size.ws_row, size.ws_col);
	getmaxyx(stdscr, *rows, *cols);
	erase();
}

void screen_end(int cursor_row, int cursor_col)
{
	curs_set(cursor_row >= 0);
	if (cursor_row >= 0)
		move(cursor_row, cursor_col);
	refresh();
}

void screen_repaint(void)
{
	clearok(stdscr, TRUE);
}

int screen_key(void)
{
	int key = getch();

	return key == ERR ? -1 : key;
}

/* Is that much on the screen? *width is cut to what is. */
static bool clip(int row, int col, int *width)
{
	if (row < 0 || row >= LINES || col < 0 || col >= COLS)
		return false;
	if (*width > COLS - col)
		*width = COLS - col;
	return *width > 0;
}

static void put(int row, int col, int width, enum style style, const char *text, int blanks_before)
{
	int len = strlen(text);

	if (!clip(row, col, &width))
		return;
	attrset(terminal.attributes[style]);
	mvhline(row, col, ' ' | terminal.attributes[style], width);
	if (len > width && width > 1)
		mvprintw(row, col, "%.*s~", width - 1, text);
	else
		mvaddnstr(row, col + (blanks_before && len < width ? width - len : 0), text, width);
	attrset(0);
}

void draw_text(int row, int col, int width, enum style style, const char *text)
{
	put(row, col, width, style, text, 0);
}

void draw_right(int row, int col, int width, enum style style, const char *text)
{
	put(row, col, width, style, text, 1);
}

void draw_rule(int row, int col, int width, const char *heading)
{
	int len = strlen(heading);

	if (!clip(row, col, &width))
		return;
	attrset(terminal.attributes[STYLE_OF_FAINT]);
	mvhline(row, col, ACS_HLINE | terminal.attributes[STYLE_OF_FAINT], width);
	if (len && len + 4 <= width) {
		attrset(terminal.attributes[STYLE_OF_HEAD]);
		mvprintw(row, col + 1, " %s ", heading);
	}
	attrset(0);
}

void draw_bar(int row, int col, int width, enum style style, double share)
{
	static const char *const eighths[] = { "", "▏", "▎", "▍", "▌", "▋", "▊", "▉" };
	int whole, rest;

	if (!clip(row, col, &width) || share <= 0)
		return;
	if (share > 1)
		share = 1;
	rest = share * width * 8 + 0.5;
	if (!rest)
		rest = 1;
	whole = rest / 8;
	rest %= 8;
	attrset(terminal.attributes[style]);
	move(row, col);
	for (int i = 0; i < whole; i++)
		addstr(terminal.utf8 ? "█" : "#");
	if (rest && whole < width)
		addstr(terminal.utf8 ? eighths[rest] : rest >= 4 || !whole ? "#" : "");
	attrset(0);
}

enum style style_of_state(unsigned int state)
{
	switch (state) {
	case STATE_SYN_SENT:
	case STATE_SYN_RECEIVED:
		return STYLE_OF_OPENING;
	case STATE_ESTABLISHED:
		return STYLE_OF_OPEN;
	case STATE_FIN_WAIT_1:
	case STATE_FIN_WAIT_2:
	case STATE_CLOSE_WAIT:
	case STATE_LAST_ACK:
	case STATE_CLOSING:
		return STYLE_OF_CLOSING;
	case STATE_TIME_WAIT:
		return STYLE_OF_WAITING;
	default:
		return STYLE_OF_TEXT;
	}
}

/* ---- items ------------------------------------------------------------------------- */

struct line line_at(int row, int col, int width)
{
	return (struct line){ row, col, col + width, false };
}

static bool add_item(struct line *line, int gap, enum style style, const char *format, va_list args)
{
	char text[256];
	int len = vsnprintf(text, sizeof(text), format, args);

	if (line->begun)
		line->col += gap;
	if (line->col + len > line->end || len >= (int)sizeof(text)) {
		if (line->begun)
			line->col -= gap;
		return false;
	}
	draw_text(line->row, line->col, len, style, text);
	line->col += len;
	line->begun = true;
	return true;
}

bool line_item(struct line *line, enum style style, const char *format, ...)
{
	va_list args;
	bool fits;

	va_start(args, format);
	fits = add_item(line, GAP, style, format, args);
	va_end(args);
	return fits;
}

void line_cut(struct line *line, enum style style, const char *format, ...)
{
	int col = line->col + (line->begun ? GAP : 0), room = line->end - col, len;
	char text[512];
	va_list args;

	va_start(args, format);
	len = vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	if (room < 1)
		return;
	draw_text(line->row, col, len < room ? len : room, style, text);
	line->col = col + (len < room ? len : room);
	line->begun = true;
}

bool line_pair(struct line *line, enum style name_style, const char *name, enum style value_style, const char *value)
{
	int length = strlen(name) + 1 + strlen(value) + (line->begun ? GAP : 0);

	return line->col + length <= line->end && line_item(line, name_style, "%s", name) &&
	       line_more(line, value_style, " %s", value);
}

bool line_more(struct line *line, enum style style, const char *format, ...)
{
	va_list args;
	bool fits;

	va_start(args, format);
	fits = add_item(line, 0, style, format, args);
	va_end(args);
	return fits;
}
