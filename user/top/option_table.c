// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* The options of top. */
#include "options/values.h"
#include "options/parser.h"
#include "top/view.h"

static int set_interval(struct options *o, const char *value)
{
	return parse_seconds("interval", value, &o->interval_ns);
}

static int set_count(struct options *o, const char *value)
{
	return parse_number("count", value, 1, ~0ULL >> 1, &o->events.count);
}

static int set_sort(struct options *o, const char *value)
{
	static const struct choice choices[] = {
#define X(name, word) { word, SORT_##name },
		TOP_COLUMNS(X)
#undef X
		{ 0 }
	};

	return parse_choice("sort", value, choices, &o->sort_column);
}

static int set_group(struct options *o, const char *value)
{
	static const struct choice choices[] = {
#define X(name, word) { word, TOP_##name },
		TOP_GROUPINGS(X)
#undef X
		{ 0 }
	};

	return parse_choice("group", value, choices, &o->grouping);
}

const struct option_group top_options = {
	"How", (const struct option_def[]){
	{ 'd', "interval", "SECONDS", "between two looks (default 1; 0.1 at least)", set_interval },
	{ 'c', "count", "N", "stop after N looks", set_count },
	{ 's', "sort", "COLUMN",
	  "segments (default), bytes (both per second), total_packets, total_bytes,\n"
	  "retransmits, strays, age, idle, initiator, responder, connections", set_sort },
	{ 'g', "group", "HOW",
	  "the busiest connections (default), services (an address, and the address and\n"
	  "port it connects to) or addresses (pairs of them)", set_group },
	{ 0, "older", "SECONDS", "ends half closed for longer than this are leaks (default 60)", set_older },
	{ 0, "limit", "N", "with --json, at most N of each list (default 20)", set_limit },
	{ 0 } }
};
