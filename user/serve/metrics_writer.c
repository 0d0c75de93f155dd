// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
#include "serve/metrics_writer.h"

#include "base/out.h"

static const char *const type_names[] = {
	[GAUGE] = "gauge", [COUNTER] = "counter", [HISTOGRAM] = "histogram", [INFO] = "info",
};

static const char *const suffixes[] = { [GAUGE] = "", [COUNTER] = "_total", [HISTOGRAM] = "", [INFO] = "_info" };

/* OpenMetrics names the family, the text format what its samples are called. */
static void comment(struct metrics_writer *w, const char *what, const char *text)
{
	out_format(w->out, "# %s " METRICS_PREFIX "%s%s %s\n", what, w->name, w->openmetrics ? "" : w->suffix, text);
}

void write_family(struct metrics_writer *w, const char *name, enum metric_type type, const char *help)
{
	w->name = name;
	w->type = type;
	w->suffix = suffixes[type];
	comment(w, "HELP", help);
	comment(w, "TYPE", type_names[type == INFO && !w->openmetrics ? GAUGE : type]);
}

static void label_value(struct out *out, const char *text)
{
	for (; *text; text++) {
		if (*text == '"' || *text == '\\')
			out_char(out, '\\');
		out_char(out, *text);
	}
}

/* Its value and the line's end are the caller's. */
static void begin_sample(struct metrics_writer *w, const char *suffix, const struct label *labels)
{
	const char *before = "{";

	out_text(w->out, METRICS_PREFIX);
	out_text(w->out, w->name);
	out_text(w->out, suffix);
	for (; labels && labels->name; labels++, before = ",") {
		out_text(w->out, before);
		out_text(w->out, labels->name);
		out_text(w->out, "=\"");
		label_value(w->out, labels->value);
		out_char(w->out, '"');
	}
	out_text(w->out, *before == '{' ? " " : "} ");
}

void write_sample(struct metrics_writer *w, const struct label *labels, __u64 value)
{
	write_fraction(w, labels, value, 0);
}

/* 12, 12.5, 0.000125; whole: 12.0 for 12 */
static void fraction(struct out *out, __u64 value, int places, bool whole)
{
	__u64 unit = 1;

	for (int i = 0; i < places; i++)
		unit *= 10;
	out_u64(out, value / unit);
	if (!(value % unit)) {
		if (whole)
			out_text(out, ".0");
		return;
	}
	out_char(out, '.');
	for (value %= unit; value; value = value * 10 % unit)
		out_char(out, '0' + value * 10 / unit);
}

void write_fraction(struct metrics_writer *w, const struct label *labels, __u64 value, int places)
{
	begin_sample(w, w->suffix, labels);
	fraction(w->out, value, places, false);
	out_char(w->out, '\n');
}

/* ---- histograms ------------------------------------------------------------------ */

#define LIMIT_TEXT 32

/*
 * The one spelling that OpenMetrics has for a limit, and the same in the text
 * format: a series must not change its name with the format. Limits are below 10^6.
 */
static void limit_text(char text[LIMIT_TEXT], __u64 limit, int places)
{
	struct out out = { .data = text, .size = LIMIT_TEXT };
	int exponent = -places;

	for (; limit && limit % 10 == 0; exponent++)
		limit /= 10;
	if (limit < 10 && exponent <= -5)
		out_format(&out, "%llue-%02d", limit, -exponent);
	else {
		for (; exponent > -places; exponent--)
			limit *= 10;
		fraction(&out, limit, places, true);
	}
	out_char(&out, 0);
}

void write_histogram(struct metrics_writer *w, const struct label *label, const struct buckets *b)
{
	char limit[LIMIT_TEXT];
	const struct label labels[] = { { "le", limit }, label ? *label : (struct label){}, {} };
	__u64 count = 0;

	for (int i = 0; i < b->number; i++) {
		count += b->count[i];
		if (i == b->number - 1)
			memcpy(limit, "+Inf", 5);
		else
			limit_text(limit, b->limits[i], b->places);
		begin_sample(w, "_bucket", labels);
		out_u64(w->out, count);
		out_char(w->out, '\n');
	}
	begin_sample(w, "_count", label ? labels + 1 : NULL);
	out_u64(w->out, count);
	out_char(w->out, '\n');
	begin_sample(w, "_sum", label ? labels + 1 : NULL);
	fraction(w->out, b->sum, b->places, false);
	out_char(w->out, '\n');
}
