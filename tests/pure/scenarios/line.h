/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * One line of a scenario, word by word. A reader that fails says why with
 * line_fail() and returns false all the way up; the error names the word that
 * was read last.
 */
#ifndef TCPSTATE_TESTS_LINE_H
#define TCPSTATE_TESTS_LINE_H

#include <stdbool.h>

#include "words.h"

#define LINE_WORDS 64

struct line {
	const char *path;
	int number;
	char *word[LINE_WORDS]; /* ends with NULL */
	int column[LINE_WORDS];
	int at;                 /* the next word */
	char *error;
};

/* Cuts text (which it changes) into words; what follows a # is a comment. */
bool line_cut(struct line *l, char *text);

/* "FILE:LINE:COLUMN: ..." about the word that was read last. Returns false. */
bool line_fail(struct line *l, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Takes the next word if it is this one. */
bool line_has(struct line *l, const char *word);

/* The next word must be this one. */
bool line_must(struct line *l, const char *word);

/* The next word is one of a list; what: for the error, "a state". */
bool line_word(struct line *l, const struct word *words, const char *what, int *value);

/* Words of a list joined by commas, their values by or. */
bool line_flags(struct line *l, const struct word *words, const char *what, int *value);

bool line_number(struct line *l, const char *what, unsigned long long max, unsigned long long *value);

/* 2s, 300ms, 5us, 1.5s, 0: in ns. */
bool line_time(struct line *l, unsigned long long *ns);

#endif
