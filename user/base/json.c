// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
#include "base/json.h"

#include "base/clock.h"
#include "tcpstate/units.h"

/* ---- values ------------------------------------------------------------------ */

void out_quoted(struct out *out, const char *word, size_t n)
{
	char *p = out_room(out, n + 2);

	p[0] = p[n + 1] = '"';
	memcpy(p + 1, word, n);
	out->len += n + 2;
}

void out_word(struct out *out, const char *word)
{
	out_quoted(out, word, strlen(word));
}

void out_json_string(struct out *out, const char *text)
{
	out_char(out, '"');
	for (; *text; text++) {
		unsigned char c = *text;

		if (c == '"' || c == '\\') {
			out_char(out, '\\');
			out_char(out, c);
		} else if (c == '\n') {
			LITERAL(out, "\\n");
		} else if (c < 0x20) {
			LITERAL(out, "\\u00");
			out_char(out, "0123456789abcdef"[c >> 4]);
			out_char(out, "0123456789abcdef"[c & 15]);
		} else {
			out_char(out, c);
		}
	}
	out_char(out, '"');
}

void out_bool(struct out *out, bool value)
{
	if (value)
		LITERAL(out, "true");
	else
		LITERAL(out, "false");
}

void out_null(struct out *out)
{
	LITERAL(out, "null");
}

void out_number_or_null(struct out *out, __u64 value, bool known)
{
	if (known)
		out_u64(out, value);
	else
		out_null(out);
}

void out_bool_or_null(struct out *out, bool value, bool known)
{
	if (known)
		out_bool(out, value);
	else
		out_null(out);
}

void out_word_or_null(struct out *out, const char *word)
{
	if (word)
		out_word(out, word);
	else
		out_null(out);
}

void out_json_string_or_null(struct out *out, const char *text)
{
	if (text)
		out_json_string(out, text);
	else
		out_null(out);
}

void out_id(struct out *out, __u64 id)
{
	out_char(out, '"');
	out_hex64(out, id);
	out_char(out, '"');
}

void out_seconds(struct out *out, __u64 ns)
{
	/* A thousandth of them: seconds are written as milliseconds are. */
	out_milliseconds(out, ns / NS_PER_MS * NS_PER_US);
}

void out_quoted_time(struct out *out, struct wall_clock *clock, __u64 monotonic)
{
	out_char(out, '"');
	out_timestamp(out, clock, monotonic);
	out_char(out, '"');
}

/* ---- what has a name that is not known while compiling ------------------------ */

/* Out of line: rare, and each key's code would have it. */
void json_first_key(struct out *out, const char *key, size_t n)
{
	out_bytes(out, key, n);
}

/* [,]"name": and what is to follow it. */
static inline void named(struct out *out, const char *name, const char *after, size_t after_len)
{
	size_t n = strlen(name);
	char *start = out_room(out, n + 3 + after_len), *p = start;

	if (json_comma_due(out))
		*p++ = ',';
	*p++ = '"';
	memcpy(p, name, n);
	memcpy(p + n, after, after_len);
	out->len += p - start + n + after_len;
}

void json_key_named(struct out *out, const char *name)
{
	named(out, name, "\":", 2);
}

void json_open_named(struct out *out, const char *name)
{
	named(out, name, "\":{", 3);
}

void json_open_item(struct out *out)
{
	if (json_comma_due(out))
		out_char(out, ',');
	json_open(out);
}

void json_number_named(struct out *out, const char *name, __u64 value)
{
	json_key_named(out, name);
	out_u64(out, value);
}

void json_decimal_named(struct out *out, const char *name, double value, int digits)
{
	json_key_named(out, name);
	out_format(out, "%.*f", digits, value);
}
