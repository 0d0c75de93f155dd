// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* The options of reports on a running instance. */
#include "option_values.h"
#include "options.h"

static int set_limit(struct options *o, const char *value)
{
	__u64 number;
	int err = parse_number("limit", value, 1, ~0U, &number);

	if (!err)
		o->limit = number;
	return err;
}

static int set_older(struct options *o, const char *value)
{
	return parse_seconds("older", value, &o->older_ns);
}

const struct option_group report_options = {
	"How much", (const struct option_def[]){
	{ 0, "limit", "N", "at most N rows of each table (default 20); JSON has them all", set_limit },
	{ 0 } }
};

const struct option_group lingering_options = {
	"How much", (const struct option_def[]){
	{ 0, "limit", "N", "at most N rows (default 20); JSON has them all", set_limit },
	{ 0, "older", "SECONDS", "only what has been so for longer than this (default 1)", set_older },
	{ 0 } }
};
