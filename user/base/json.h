/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * The one writer of JSON. Keys are literals, joined with their quotes while
 * compiling: half a million events a second are written this way. A comma is
 * due before each key and item but the first, which stands behind a bracket.
 */
#ifndef TCPSTATE_USER_BASE_JSON_H
#define TCPSTATE_USER_BASE_JSON_H

#include <stdbool.h>

#include <linux/types.h>

#include "base/out.h"

struct wall_clock;

/* A string that is known while compiling. */
#define LITERAL(out, text) out_bytes(out, text, sizeof(text) - 1)

/* ---- values ------------------------------------------------------------------ */

/* A word of ours, in quotes: nothing in it needs to be escaped. */
void out_word(struct out *out, const char *word);
void out_quoted(struct out *out, const char *word, size_t n); /* n bytes of it */
void out_json_string(struct out *out, const char *text); /* quoted and escaped */
void out_bool(struct out *out, bool value);
void out_null(struct out *out);

/* ---- keys -------------------------------------------------------------------- */

void json_first_key(struct out *out, const char *key, size_t n);

static inline bool json_comma_due(const struct out *out)
{
	/* Nothing stands before the first, nor after memory has run out. */
	char before = out->len ? out->data[out->len - 1] : '{';

	return before != '{' && before != '[';
}

/* joined: ,"name": of n bytes. A branch that is predicted well costs less than to add up where the comma ends. */
static inline void json_joined_key(struct out *out, const char *joined, size_t n)
{
	if (__builtin_expect(json_comma_due(out), true))
		out_bytes(out, joined, n);
	else
		json_first_key(out, joined + 1, n - 1);
}

/* "name": with a comma before it where one is due; its value follows. */
#define json_key(out, name) json_joined_key(out, ",\"" name "\":", sizeof(name) + 3)

/* The same of a name that is a word of ours, and not known while compiling. */
void json_key_named(struct out *out, const char *name);

/* The text that an object begins with whose first key is name. */
#define JSON_BEGIN(name) "{\"" name "\":"

/* ---- objects and arrays ------------------------------------------------------ */

static inline void json_open(struct out *out)
{
	out_char(out, '{');
}

static inline void json_close(struct out *out)
{
	out_char(out, '}');
}

/* Ends an object that is a line of its own. */
static inline void json_close_line(struct out *out)
{
	LITERAL(out, "}\n");
}

static inline void json_close_array(struct out *out)
{
	out_char(out, ']');
}

/* An object that is a member of another one, an array that is, an object that is an item of an array. */
#define json_open_object(out, name) do { json_key(out, name); out_char(out, '{'); } while (0)
#define json_open_array(out, name) do { json_key(out, name); out_char(out, '['); } while (0)
void json_open_named(struct out *out, const char *name);
void json_open_item(struct out *out);

/* ---- members ----------------------------------------------------------------- */

#define json_null(out, name) do { json_key(out, name); out_null(out); } while (0)
#define json_number(out, name, value) do { json_key(out, name); out_u64(out, value); } while (0)
#define json_bool(out, name, value) do { json_key(out, name); out_bool(out, value); } while (0)
#define json_word(out, name, word) do { json_key(out, name); out_word(out, word); } while (0)
#define json_string(out, name, text) do { json_key(out, name); out_json_string(out, text); } while (0)
void json_number_named(struct out *out, const char *name, __u64 value);

/* What is not known is null, and NULL is not known. */
#define json_number_or_null(out, name, value, known) do { json_key(out, name); out_number_or_null(out, value, known); } while (0)
#define json_bool_or_null(out, name, value, known) do { json_key(out, name); out_bool_or_null(out, value, known); } while (0)
#define json_word_or_null(out, name, word) do { json_key(out, name); out_word_or_null(out, word); } while (0)
#define json_string_or_null(out, name, text) do { json_key(out, name); out_json_string_or_null(out, text); } while (0)
void out_number_or_null(struct out *out, __u64 value, bool known);
void out_bool_or_null(struct out *out, bool value, bool known);
void out_word_or_null(struct out *out, const char *word);
void out_json_string_or_null(struct out *out, const char *text);

/* The number has so many digits behind the point. */
#define json_decimal(out, name, value, digits) do { json_key(out, name); out_format(out, "%.*f", digits, value); } while (0)
void json_decimal_named(struct out *out, const char *name, double value, int digits);

/* 64 bits as "16 digits": more than other languages' numbers hold. */
#define json_id(out, name, id) do { json_key(out, name); out_id(out, id); } while (0)
void out_id(struct out *out, __u64 id);

/* ns as milliseconds, to the nanosecond; ns as seconds, to the millisecond. */
#define json_milliseconds(out, name, ns) do { json_key(out, name); out_milliseconds(out, ns); } while (0)
#define json_seconds(out, name, ns) do { json_key(out, name); out_seconds(out, ns); } while (0)
void out_seconds(struct out *out, __u64 ns);

/* RFC 3339, by the wall clock. */
#define json_time(out, name, clock, monotonic) do { json_key(out, name); out_quoted_time(out, clock, monotonic); } while (0)
void out_quoted_time(struct out *out, struct wall_clock *clock, __u64 monotonic);

#endif
