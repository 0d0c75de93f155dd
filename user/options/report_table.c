// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* The options of reports on a running instance. */
#include "options/values.h"
#include "options/parser.h"

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
