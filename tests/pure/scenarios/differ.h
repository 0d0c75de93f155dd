/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* Says what differs from what should be: each returns whether it is the same, and false with *error (ERROR_TEXT) filled. */
#ifndef TCPSTATE_TESTS_DIFFER_H
#define TCPSTATE_TESTS_DIFFER_H

#include <linux/types.h>
#include <stdbool.h>

#include "words.h"

/* Always false. */
bool differs(char *error, const char *format, ...) __attribute__((format(printf, 2, 3)));

bool same_word(const struct word *words, const char *what, int is, int expected, char *error);
bool same_number(const char *what, __u64 is, __u64 expected, char *error);

/* Two structs, byte by byte; what: "struct flow". */
bool same_bytes(const char *what, const void *a, const void *b, unsigned long size, char *error);

#endif
