// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
#include "options/values.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "options/parser.h"

int parse_number(const char *name, const char *value, __u64 low, __u64 high, __u64 *result)
{
	char *end;

	errno = 0;
	*result = strtoull(value, &end, 10);
	if (errno || end == value || *end || value[0] == '-' || *result < low || *result > high)
		return fail_usage("--%s %s: expected a number from %llu to %llu", name, value, low, high);
	return 0;
}

int parse_size(const char *name, const char *value, __u64 *bytes)
{
	static const char units[] = "KMG";
	const char *unit;
	int shift = 0;
	char *end;

	errno = 0;
	*bytes = strtoull(value, &end, 10);
	unit = *end ? strchr(units, *end) : NULL;
	if (unit) {
		shift = 10 * (unit - units + 1);
		end++;
	}
	if (errno || value[0] < '0' || value[0] > '9' || *end || *bytes > ~0ULL >> 1 >> shift)
		return fail_usage("--%s %s: expected a number of bytes, such as 500M or 2G", name, value);
	*bytes <<= shift;
	return 0;
}

int parse_seconds(const char *name, const char *value, __u64 *ns)
{
	char *end;
	double seconds;

	errno = 0;
	seconds = strtod(value, &end);
	if (errno || end == value || *end || !isfinite(seconds) || seconds < 0.001 || seconds > 1e9)
		return fail_usage("--%s %s: expected seconds, such as 30 or 0.5", name, value);
	*ns = seconds * 1e9;
	return 0;
}

int parse_choice(const char *name, const char *value, const struct choice *choices, int *result)
{
	char list[128] = "";

	for (const struct choice *c = choices; c->word; c++) {
		size_t len = strlen(list);

		if (!strcmp(value, c->word)) {
			*result = c->value;
			return 0;
		}
		snprintf(list + len, sizeof(list) - len, "%s%s", len ? ", " : "", c->word);
	}
	return fail_usage("--%s %s: expected one of %s", name, value, list);
}

int set_limit(struct options *o, const char *value)
{
	__u64 number;
	int err = parse_number("limit", value, 1, ~0U, &number);

	if (!err)
		o->limit = number;
	return err;
}

int set_older(struct options *o, const char *value)
{
	return parse_seconds("older", value, &o->older_ns);
}
