// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
#include "line.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "scenario.h"

bool line_cut(struct line *l, char *text)
{
	int n = 0;

	l->at = 0;
	text[strcspn(text, "#\n")] = 0;
	for (char *at = text; *at;) {
		size_t length;

		at += strspn(at, " \t");
		length = strcspn(at, " \t");
		if (!length)
			break;
		if (n == LINE_WORDS - 1) {
			l->word[n] = NULL;
			return line_fail(l, "more than %d words", LINE_WORDS - 1);
		}
		l->word[n] = at;
		l->column[n++] = at - text + 1;
		at += length;
		if (*at)
			*at++ = 0;
	}
	l->word[n] = NULL;
	return true;
}

bool line_fail(struct line *l, const char *format, ...)
{
	int last = l->at ? l->at - 1 : 0, n;
	va_list args;

	n = snprintf(l->error, ERROR_TEXT, "%s:%d:%d: ", l->path, l->number,
		     l->word[0] ? l->column[last] : 1);
	va_start(args, format);
	vsnprintf(l->error + n, n < ERROR_TEXT ? ERROR_TEXT - n : 0, format, args);
	va_end(args);
	return false;
}

bool line_has(struct line *l, const char *word)
{
	if (!l->word[l->at] || strcmp(l->word[l->at], word))
		return false;
	l->at++;
	return true;
}

/* The next word, or NULL and an error. */
static const char *next_word(struct line *l, const char *what)
{
	if (!l->word[l->at]) {
		line_fail(l, "the line ends where %s should follow", what);
		return NULL;
	}
	return l->word[l->at++];
}

bool line_must(struct line *l, const char *word)
{
	char what[64];
	const char *found;

	snprintf(what, sizeof(what), "\"%s\"", word);
	found = next_word(l, what);
	if (!found)
		return false;
	return !strcmp(found, word) || line_fail(l, "\"%s\" where \"%s\" should be", found, word);
}

static bool fail_word(struct line *l, const struct word *words, const char *what, const char *found)
{
	char known[300] = "";
	size_t n = 0;

	for (; words->text && n < sizeof(known); words++)
		n += snprintf(known + n, sizeof(known) - n, " %s", words->text);
	return line_fail(l, "\"%s\" is not %s; these are:%s", found, what, known);
}

bool line_word(struct line *l, const struct word *words, const char *what, int *value)
{
	const char *found = next_word(l, what);

	if (!found)
		return false;
	*value = word_value(words, found);
	return *value >= 0 || fail_word(l, words, what, found);
}

bool line_flags(struct line *l, const struct word *words, const char *what, int *value)
{
	const char *found = next_word(l, what);
	char copy[128], *save;

	if (!found)
		return false;
	*value = 0;
	snprintf(copy, sizeof(copy), "%s", found);
	for (char *one = strtok_r(copy, ",", &save); one; one = strtok_r(NULL, ",", &save)) {
		int bit = word_value(words, one);

		if (bit < 0)
			return fail_word(l, words, what, one);
		*value |= bit;
	}
	return true;
}

bool line_number(struct line *l, const char *what, unsigned long long max, unsigned long long *value)
{
	const char *found = next_word(l, what);
	char *end;

	if (!found)
		return false;
	errno = 0;
	*value = strtoull(found, &end, 0);
	if (errno || *end || end == found || *found == '-')
		return line_fail(l, "\"%s\" is not a number (%s)", found, what);
	return *value <= max || line_fail(l, "%s: %s is more than %llu", what, found, max);
}

bool line_time(struct line *l, unsigned long long *ns)
{
	static const struct {
		const char *unit;
		double ns;
	} units[] = { { "s", 1e9 }, { "ms", 1e6 }, { "us", 1e3 } };
	const char *found = next_word(l, "a time such as 2s or 300ms");
	double number;
	char *end;

	if (!found)
		return false;
	number = strtod(found, &end);
	if (end == found || number < 0)
		return line_fail(l, "\"%s\" is not a time such as 2s or 300ms", found);
	*ns = 0;
	if (number == 0 && !*end)
		return true;
	for (size_t i = 0; i < sizeof(units) / sizeof(*units); i++) {
		if (!strcmp(end, units[i].unit)) {
			*ns = number * units[i].ns + 0.5;
			return true;
		}
	}
	return line_fail(l, "\"%s\": the unit must be s, ms or us", found);
}
