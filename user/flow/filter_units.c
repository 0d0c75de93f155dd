// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
#include "flow/filter_units.h"

#include <stdbool.h>
#include <string.h>

#include "tcpstate/units.h"

struct unit {
	const char *name;
	__u64 size;
};

static const struct unit times[] = {
	{ "ns", 1 },
	{ "us", NS_PER_US },
	{ "ms", NS_PER_MS },
	{ "s", NS_PER_SECOND },
	{ "m", 60 * NS_PER_SECOND },
	{ "min", 60 * NS_PER_SECOND },
	{ "h", 3600 * NS_PER_SECOND },
	{ "d", 86400 * NS_PER_SECOND },
	{ 0 }
};

/* m is no million: elsewhere it is a thousandth. */
static const struct unit counts[] = {
	{ "", 1 }, { "B", 1 },
	{ "k", 1000 }, { "K", 1000 }, { "kB", 1000 }, { "KB", 1000 },
	{ "M", 1000000 }, { "MB", 1000000 },
	{ "G", 1000000000 }, { "GB", 1000000000 },
	{ "T", 1000000000000 }, { "TB", 1000000000000 },
	{ "Ki", 1ULL << 10 }, { "ki", 1ULL << 10 }, { "KiB", 1ULL << 10 },
	{ "Mi", 1ULL << 20 }, { "MiB", 1ULL << 20 },
	{ "Gi", 1ULL << 30 }, { "GiB", 1ULL << 30 },
	{ "Ti", 1ULL << 40 }, { "TiB", 1ULL << 40 },
	{ 0 }
};

static const char too_large[] = "is too large";
static const char not_whole[] = "is no whole number";

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static const struct unit *find(const struct unit *units, const char *name, size_t len)
{
	for (; units->name; units++)
		if (strlen(units->name) == len && !memcmp(units->name, name, len))
			return units;
	return NULL;
}

/* Digits, with a fraction perhaps: digits / divisor. Returns where they end. */
static const char *read_decimal(const char *p, const char *end, __u64 *digits, __u64 *divisor, const char **wrong)
{
	bool fraction = false;

	*digits = 0;
	*divisor = 1;
	for (; p < end && (is_digit(*p) || (*p == '.' && !fraction)); p++) {
		if (*p == '.') {
			fraction = true;
			continue;
		}
		if (__builtin_mul_overflow(*digits, 10, digits) || __builtin_add_overflow(*digits, *p - '0', digits) ||
		    (fraction && __builtin_mul_overflow(*divisor, 10, divisor)))
			*wrong = too_large;
	}
	return p;
}

/* One number and its unit, added to *sum. Returns where they end. */
static const char *read_part(const char *p, const char *end, const struct unit *units, const char *no_unit, __u64 *sum,
			     const char **wrong)
{
	__u64 digits, divisor;
	const char *after = read_decimal(p, end, &digits, &divisor, wrong), *unit = after;
	const struct unit *found;
	unsigned __int128 value;

	while (after < end && !is_digit(*after) && *after != '.')
		after++;
	if (*wrong)
		return end;
	found = find(units, unit, after - unit);
	if (!found && unit == after && !digits && units == times)
		found = &times[0]; /* 0 is 0 in any unit */
	if (!found) {
		*wrong = no_unit;
		return end;
	}
	value = (unsigned __int128)digits * found->size;
	if (value % divisor)
		*wrong = not_whole;
	else if (value / divisor > ~0ULL || __builtin_add_overflow(*sum, (__u64)(value / divisor), sum))
		*wrong = too_large;
	return after;
}

const char *duration_read(const char *text, size_t len, __u64 *ns)
{
	const char *end = text + len, *wrong = NULL;

	*ns = 0;
	if (!len || !is_digit(*text))
		return "is not a time, such as 500ms, 5s or 2m";
	while (text < end && !wrong)
		text = read_part(text, end, times, "needs a unit that is one of ns, us, ms, s, m, h and d, such as 500ms, 5s or 2m",
				 ns, &wrong);
	return wrong == not_whole ? "is not a whole number of nanoseconds" : wrong;
}

const char *count_read(const char *text, size_t len, __u64 *count)
{
	const char *end = text + len, *wrong = NULL;

	*count = 0;
	if (!len || !is_digit(*text))
		return "is not a number, such as 1000, 1k, 1.5M or 64Ki";
	text = read_part(text, end, counts, "is not a number, such as 1000, 1k, 1.5M or 64Ki", count, &wrong);
	return wrong ?: text < end ? "is not a number, such as 1000, 1k, 1.5M or 64Ki" : NULL;
}
