/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* Columns and colours of the output for people. */
#ifndef TCPSTATE_USER_BASE_STYLE_H
#define TCPSTATE_USER_BASE_STYLE_H

#include <stdbool.h>
#include <stddef.h>

struct out;

#define STYLE_PLAIN ""
#define STYLE_DIM "\033[2m"
#define STYLE_BOLD "\033[1m"
#define STYLE_RED "\033[31m"
#define STYLE_GREEN "\033[32m"
#define STYLE_YELLOW "\033[33m"
#define STYLE_BLUE "\033[34m"
#define STYLE_MAGENTA "\033[35m"
#define STYLE_CYAN "\033[36m"

/* Text in a style, then blanks up to width. colour off: no style. */
void out_cell(struct out *out, const char *text, size_t len, size_t width, const char *style, bool colour);

/* The same, blanks first. */
void out_cell_right(struct out *out, const char *text, size_t len, size_t width, const char *style, bool colour);

/* Is fd a terminal whose user has not asked for no colour (NO_COLOR, TERM=dumb)? */
bool wants_colour(int fd);

#endif
