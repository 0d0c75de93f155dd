// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
#include "top/numbers.h"

#include <stdio.h>
#include <string.h>

const char *number_text(char text[NUMBER_TEXT], double value, bool known)
{
	static const char units[] = "KMGTPE";
	int unit = -1;

	if (!known)
		return strcpy(text, "-");
	/* 999.5 rounds to a fourth digit. */
	for (double limit = 9999.5; value >= limit && unit < 5; limit = 999.5) {
		value /= 1000;
		unit++;
	}
	if (value < 0.05)
		return strcpy(text, "0");
	if (value < 9.95 && (unit >= 0 || value != (double)(int)value))
		snprintf(text, NUMBER_TEXT, "%.1f", value);
	else
		snprintf(text, NUMBER_TEXT, "%.0f", value);
	if (unit >= 0)
		strncat(text, &units[unit], 1);
	return text;
}

const char *change_text(char text[NUMBER_TEXT], double value, bool known)
{
	double size = value < 0 ? -value : value;
	char number[NUMBER_TEXT];

	if (!known || size < 0.05)
		return strcpy(text, "");
	snprintf(text, NUMBER_TEXT, "%c%.6s", value < 0 ? '-' : '+', number_text(number, size, true));
	return text;
}

const char *pair_text(char text[PAIR_TEXT], double initiator, double responder, bool known)
{
	char one[NUMBER_TEXT], other[NUMBER_TEXT];

	if (!known)
		return strcpy(text, "-");
	snprintf(text, PAIR_TEXT, "%s/%s", number_text(one, initiator, true), number_text(other, responder, true));
	return text;
}

const char *group_end_text(char text[ENDPOINT_TEXT], const struct group_key *key, unsigned int end)
{
	struct flow_key one = { .port = { key->port[end] } };

	memcpy(one.addr[0], key->addr[end], 16);
	if (key->port[end])
		text[endpoint_text(text, &one, 0)] = 0;
	else
		text[address_text(text, key->addr[end])] = 0;
	return text;
}
