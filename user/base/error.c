// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
#include "base/error.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/json.h"

static bool as_json;

static void (*taker)(void *arg, const char *text, int at);
static void *taker_arg;

void messages_as_json(bool on)
{
	as_json = on;
}

void messages_to(void (*take)(void *arg, const char *text, int at), void *arg)
{
	taker = take;
	taker_arg = arg;
}

static const char *file_path; /* NULL: the command line */
static unsigned int file_line;

void messages_of_file(const char *path, unsigned int line)
{
	file_path = path;
	file_line = line;
}

/* A part of what the user has written: where the mistake is. */
struct excerpt {
	const char *text;
	size_t at, len;
};

#define SENTENCE_MAX 2048

/* Written with one write(2), so that lines of several processes do not mix. where: NULL if there is no excerpt. */
static void say(const char *kind, const struct excerpt *where, const char *format, va_list args)
{
	const char *expression = where ? where->text : NULL;
	char text[SENTENCE_MAX];
	struct out out;
	size_t len = 0;

	if (file_path)
		len = snprintf(text, sizeof(text), "%s:%u: ", file_path, file_line);
	if (len >= sizeof(text))
		len = 0; /* a path that long leaves no room for what is to be said */
	vsnprintf(text + len, sizeof(text) - len, format, args);
	if (taker) {
		taker(taker_arg, text, where ? (int)where->at : -1);
		return;
	}
	if (out_init(&out, STDERR_FILENO))
		return;
	if (as_json) {
		json_open(&out);
		json_key_named(&out, kind);
		out_json_string(&out, text);
		if (expression) {
			json_string(&out, "expression", expression);
			json_number(&out, "column", where->at + 1);
		}
		json_close_line(&out);
	} else {
		out_text(&out, "xdp-tcpstate: ");
		out_text(&out, text);
		out_char(&out, '\n');
		if (expression) {
			out_text(&out, "    ");
			out_text(&out, expression);
			out_text(&out, "\n    ");
			out_fill(&out, ' ', where->at);
			out_char(&out, '^');
			if (where->len > 1)
				out_fill(&out, '~', where->len - 1);
			out_char(&out, '\n');
		}
	}
	out_flush(&out);
	out_free(&out);
}

int fail(int err, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	say("error", NULL, format, args);
	va_end(args);
	return err;
}

int fail_usage(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	say("error", NULL, format, args);
	va_end(args);
	return USAGE_ERROR;
}

int fail_at(const char *expression, size_t at, size_t len, const char *format, ...)
{
	const struct excerpt where = { expression, at, len };
	va_list args;

	va_start(args, format);
	say("error", &where, format, args);
	va_end(args);
	return USAGE_ERROR;
}

void notice(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	say("notice", NULL, format, args);
	va_end(args);
}

#define WORD_MAX 40

/* Levenshtein distance; long words are as far away as they are long. */
static size_t distance(const char *a, const char *b)
{
	size_t row[WORD_MAX + 1];
	size_t la = strlen(a), lb = strlen(b);

	if (la > WORD_MAX || lb > WORD_MAX)
		return la > lb ? la : lb;
	for (size_t j = 0; j <= lb; j++)
		row[j] = j;
	for (size_t i = 1; i <= la; i++) {
		size_t diagonal = row[0];

		row[0] = i;
		for (size_t j = 1; j <= lb; j++) {
			size_t above = row[j];
			size_t best = diagonal + (a[i - 1] != b[j - 1]);

			if (above + 1 < best)
				best = above + 1;
			if (row[j - 1] + 1 < best)
				best = row[j - 1] + 1;
			row[j] = best;
			diagonal = above;
		}
	}
	return row[lb];
}

const char *nearest(const char *word, const char *const *candidates)
{
	const char *best = NULL;
	size_t least = strlen(word) / 2 + 1; /* half of it wrong is another word */

	for (; *candidates; candidates++) {
		size_t far = distance(word, *candidates);

		if (far < least) {
			least = far;
			best = *candidates;
		}
	}
	return best;
}
