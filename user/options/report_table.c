// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* The options of reports on a running instance. */
#include "options/values.h"
#include "options/parser.h"

static int set_flow_sort(struct options *o, const char *value)
{
	return flow_order_parse(value, &o->flow_order);
}

static int set_numeric(struct options *o, const char *value)
{
	o->numeric = true;
	return 0;
}

const struct option_group listing_options = {
	"How they are listed", (const struct option_def[]){
	{ 's', "sort", "COLUMN",
	  "packets, bytes, retransmits, strays, lifetime, age, duration, idle: the largest\n"
	  "first; initiator, responder, state; -COLUMN, or COLUMN:asc or COLUMN:desc,\n"
	  "turns it round", set_flow_sort },
	{ 0, "limit", "N", "at most N of them, also in JSON (default: all)", set_limit },
	{ 'n', "numeric", NULL, "ports as numbers, and not by the names of their services", set_numeric },
	{ 0 } }
};

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
