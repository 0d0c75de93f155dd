// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
#include "base/json.h"

void out_word(struct out *out, const char *word)
{
	out_char(out, '"');
	out_text(out, word);
	out_char(out, '"');
}

void out_bool(struct out *out, bool value)
{
	if (value)
		LITERAL(out, "true");
	else
		LITERAL(out, "false");
}

void number_or_null(struct out *out, const char *key, __u64 value, bool known)
{
	out_text(out, key);
	if (known)
		out_u64(out, value);
	else
		LITERAL(out, "null");
}

void bool_or_null(struct out *out, const char *key, bool value, bool known)
{
	out_text(out, key);
	if (known)
		out_bool(out, value);
	else
		LITERAL(out, "null");
}
