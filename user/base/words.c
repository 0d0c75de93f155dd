// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
#include "base/words.h"

#include <string.h>

#define BLANKS " \t\r\n"
#define SINGLES "()!<>="

void words_start(struct words *words, const char *text)
{
	*words = (struct words){ .text = text };
	words_next(words);
}

void words_next(struct words *words)
{
	const char *p = words->text + words->at + words->len;

	p += strspn(p, BLANKS);
	words->at = p - words->text;
	if (*p && strchr("!<>=", *p) && p[1] == '=')
		words->len = 2;
	else
		words->len = *p && strchr(SINGLES, *p) ? 1 : strcspn(p, BLANKS SINGLES);
}

bool words_end(const struct words *words)
{
	return !words->len;
}

bool words_are(const struct words *words, const char *word)
{
	return strlen(word) == words->len && !memcmp(words->text + words->at, word, words->len);
}

bool words_list(const struct words *words, const char **part, size_t *len)
{
	const char *end = words->text + words->at + words->len;
	const char *comma;

	*part = *part ? *part + *len + 1 : words->text + words->at;
	if (*part > end)
		return false;
	comma = memchr(*part, ',', end - *part);
	*len = (comma ? comma : end) - *part;
	return true;
}
