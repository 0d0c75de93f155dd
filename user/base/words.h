/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* The words of a FILTER or of --track: split at blanks, parentheses and comparisons (< <= > >= = == !=). */
#ifndef TCPSTATE_USER_BASE_WORDS_H
#define TCPSTATE_USER_BASE_WORDS_H

#include <stdbool.h>
#include <stddef.h>

struct words {
	const char *text;  /* the whole expression */
	size_t at;         /* the current word; at the end: strlen(text), with len 0 */
	size_t len;
};

void words_start(struct words *words, const char *text);
void words_next(struct words *words);
bool words_end(const struct words *words);

/* Is the current word this one? */
bool words_are(const struct words *words, const char *word);

/*
 * Part by part of a comma list that is the current word. part and *len are
 * kept by the caller; start with *part NULL. False at the end of the list.
 */
bool words_list(const struct words *words, const char **part, size_t *len);

#endif
