// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
#include <stdarg.h>
#include <stdio.h>

#include "report.h"

static bool as_json;
static const char *our_name = "table", *their_name = "hash";
static int passed, failed, skipped;

void report_json(bool json)
{
	as_json = json;
}

static FILE *verdicts(void)
{
	return as_json ? stderr : stdout;
}

void report_heading(const char *heading, const char *ours, const char *theirs)
{
	our_name = ours;
	their_name = theirs;
	if (!as_json)
		printf("\n%-44s %10s %10s %8s\n", heading, ours, theirs, "ratio");
}

static double lowest(const struct samples *s)
{
	double low = s->value[0];

	for (int i = 1; i < s->count; i++)
		low = s->value[i] < low ? s->value[i] : low;
	return low;
}

static void json_side(const char *side, const struct samples *s)
{
	printf(",\"%s\":{\"median\":%.2f,\"lowest\":%.2f,\"samples\":[", side, median(s), lowest(s));
	for (int i = 0; i < s->count; i++)
		printf("%s%.2f", i ? "," : "", s->value[i]);
	printf("]}");
}

void report_pair(const char *name, const char *unit, const struct samples *ours, const struct samples *theirs)
{
	if (as_json) {
		printf("{\"bench\":\"%s\",\"unit\":\"%s\"", name, unit);
		json_side(our_name, ours);
		if (theirs) {
			json_side(their_name, theirs);
			printf(",\"ratio\":%.3f", median_ratio(ours, theirs));
		}
		printf("}\n");
	} else {
		printf("%-44s %7.1f %s", name, median(ours), unit);
		if (theirs)
			printf(" %7.1f %s %8.3f", median(theirs), unit, median_ratio(ours, theirs));
		printf("\n");
	}
	fflush(stdout);
}

void verdict(bool ok, const char *name, const char *format, ...)
{
	va_list values;

	va_start(values, format);
	fprintf(verdicts(), "%s %s: ", ok ? "ok" : "not ok", name);
	vfprintf(verdicts(), format, values);
	fprintf(verdicts(), "\n");
	va_end(values);
	*(ok ? &passed : &failed) += 1;
}

void report_bar(const char *name, const struct samples *ours, const struct samples *theirs, double bar)
{
	double ratio = median_ratio(ours, theirs), low, high;

	if (!(bar > 0))
		return;
	middle_half(ours, theirs, &low, &high);
	verdict(ratio <= bar || low <= (bar < 1 ? bar : 1), name,
		"%.3f of the time of the %s (half of the rounds: %.3f to %.3f), and at most %.2f is wanted%s",
		ratio, their_name, low, high, bar, ratio > bar ? "; it EXCEEDS that" : "");
}

void skip(const char *name, const char *format, ...)
{
	va_list values;

	va_start(values, format);
	fprintf(verdicts(), "skip %s: ", name);
	vfprintf(verdicts(), format, values);
	fprintf(verdicts(), "\n");
	va_end(values);
	skipped++;
}

int report_end(void)
{
	fprintf(verdicts(), "%d passed, %d failed, %d skipped\n", passed, failed, skipped);
	return failed ? 1 : 0;
}
