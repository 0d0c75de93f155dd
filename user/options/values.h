/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* What an option's value may be. Each returns 0, or USAGE_ERROR that it has reported. */
#ifndef TCPSTATE_USER_OPTIONS_VALUES_H
#define TCPSTATE_USER_OPTIONS_VALUES_H

#include <linux/types.h>

struct options;

/* A whole number from low to high. name is the option's, for the message. */
int parse_number(const char *name, const char *value, __u64 low, __u64 high, __u64 *result);

/* Bytes: a number, with K, M or G behind it for KiB, MiB or GiB. */
int parse_size(const char *name, const char *value, __u64 *bytes);

/* Seconds, also with a fraction, into nanoseconds. */
int parse_seconds(const char *name, const char *value, __u64 *ns);

/* One of several words; choices ends with a NULL word. */
struct choice {
	const char *word;
	int value;
};
int parse_choice(const char *name, const char *value, const struct choice *choices, int *result);

/* --limit N and --older SECONDS, which several commands have. */
int set_limit(struct options *options, const char *value);
int set_older(struct options *options, const char *value);

#endif
