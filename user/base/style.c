// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
#include "base/style.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/out.h"

static void styled(struct out *out, const char *text, size_t len, const char *style, bool colour)
{
	if (colour && *style) {
		out_text(out, style);
		out_bytes(out, text, len);
		out_text(out, "\033[0m");
	} else {
		out_bytes(out, text, len);
	}
}

void out_cell(struct out *out, const char *text, size_t len, size_t width, const char *style, bool colour)
{
	styled(out, text, len, style, colour);
	if (len < width)
		out_fill(out, ' ', width - len);
}

void out_cell_right(struct out *out, const char *text, size_t len, size_t width, const char *style, bool colour)
{
	if (len < width)
		out_fill(out, ' ', width - len);
	styled(out, text, len, style, colour);
}

bool wants_colour(int fd)
{
	const char *none = getenv("NO_COLOR"), *term = getenv("TERM");

	/* no-color.org: set, and not empty */
	return isatty(fd) && !(none && *none) && term && strcmp(term, "dumb");
}
