// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
#include "differ.h"

#include <stdarg.h>
#include <stdio.h>

#include "scenario.h"

bool differs(char *error, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(error, ERROR_TEXT, format, args);
	va_end(args);
	return false;
}

bool same_word(const struct word *words, const char *what, int is, int expected, char *error)
{
	return is == expected || differs(error, "%s %s where %s is expected", what, word_text(words, is),
					 word_text(words, expected));
}

bool same_number(const char *what, __u64 is, __u64 expected, char *error)
{
	return is == expected || differs(error, "%s is %llu where %llu is expected", what, is, expected);
}

bool same_bytes(const char *what, const void *a, const void *b, unsigned long size, char *error)
{
	for (unsigned long i = 0; i < size; i++)
		if (((const __u8 *)a)[i] != ((const __u8 *)b)[i])
			return differs(error, "byte %lu of %s: %#x and %#x", i, what, ((const __u8 *)a)[i],
				       ((const __u8 *)b)[i]);
	return true;
}
