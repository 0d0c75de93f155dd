// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* nat: addresses behind which several clocks seem to stand (RULES 28). */
#include <stdlib.h>
#include <string.h>

#include "flow/address.h"
#include "commands/command.h"
#include "base/text_grid.h"
#include "kernel/host_maps.h"
#include "flow/json_parts.h"
#include "options/parser.h"
#include "commands/report_printer.h"

/* Keeps the pairs whose clocks went backwards, and returns how many those are. */
static size_t choose(struct known_pair *pairs, size_t count)
{
	size_t kept = 0;

	for (size_t i = 0; i < count; i++)
		if (pairs[i].clock.backwards)
			pairs[kept++] = pairs[i];
	return kept;
}

static int most_first(const void *one, const void *other)
{
	const struct known_pair *a = one, *b = other;

	if (a->clock.backwards != b->clock.backwards)
		return a->clock.backwards > b->clock.backwards ? -1 : 1;
	return memcmp(&a->key, &b->key, sizeof(a->key));
}

/*
 * Linux since commit 165573e41f2f (2026) has an offset for each pair of ports,
 * so that every other SYN is behind the one before it.
 */
static bool looks_random(const struct pair_clock *clock)
{
	return clock->syns >= 8 && clock->backwards * 100 >= clock->syns * 35 && clock->backwards * 100 <= clock->syns * 65;
}

static int print_text(struct report *r, const struct known_pair *pairs, size_t count)
{
	static const char *const heads[] = { "FROM", "TO", ">SYNS", ">BACKWARDS", ">WORST BY", "NOTE", NULL };
	size_t shown = report_limit(r, count);
	struct grid grid;

	report_heading(r, "TIMESTAMPS OF NEW CONNECTIONS THAT WENT BACKWARDS: several machines behind one address, or a clock that was set");
	if (!count) {
		out_text(&r->out, "none\n");
		return 0;
	}
	grid_init(&grid, heads);
	for (size_t i = 0; i < shown; i++) {
		char address[ADDRESS_TEXT];

		address[address_text(address, pairs[i].key.from)] = 0;
		grid_cell(&grid, "%s", address);
		address[address_text(address, pairs[i].key.to)] = 0;
		grid_cell(&grid, "%s", address);
		grid_cell(&grid, "%llu", pairs[i].clock.syns);
		grid_cell(&grid, "%llu", pairs[i].clock.backwards);
		grid_cell(&grid, "%u ticks", pairs[i].clock.worst);
		grid_cell(&grid, "%s", looks_random(&pairs[i].clock) ? "about half: an offset for each connection?" : "");
	}
	return report_grid(r, &grid, shown, count);
}

static int print_json(struct report *r, const struct known_pair *pairs, size_t count)
{
	struct out *out = &r->out;

	for (size_t i = 0; i < count; i++) {
		report_row(r, "pair");
		json_address(out, "from", pairs[i].key.from);
		json_address(out, "to", pairs[i].key.to);
		json_number(out, "syns", pairs[i].clock.syns);
		json_number(out, "backwards", pairs[i].clock.backwards);
		json_number(out, "worst", pairs[i].clock.worst);
		report_row_end(r);
	}
	return out->error;
}

static int run_nat(const struct options *options)
{
	struct known_pair *pairs = NULL;
	struct report report;
	size_t count = 0;
	int err = report_begin(&report, "nat", options);

	if (err)
		return err;
	err = pairs_read(report.look.running.maps.pairs, &pairs, &count);
	if (!err) {
		count = choose(pairs, count);
		qsort(pairs, count, sizeof(*pairs), most_first);
		err = (options->json ? print_json : print_text)(&report, pairs, count);
	}
	free(pairs);
	return report_end(&report, err);
}

const struct command nat_command = {
	.name = "nat",
	.summary = "addresses behind which several machines seem to be",
	.help = "Pairs of addresses whose timestamps went backwards from one completed handshake\n"
		"to the next, as seen by a running instance (run, or watch --pin). One host's\n"
		"clock only grows; so several machines stand behind the address (NAT), or its\n"
		"clock was set. Servers with tcp_tw_recycle (before Linux 4.12), or with strict\n"
		"PAWS per host, cut such clients off. A host that draws an offset for each\n"
		"connection (Linux since 2026) looks the same, but about half of its connections\n"
		"are behind the one before. SYNs alone, which anybody can forge, count for nothing.\n",
	.groups = (const struct option_group *const[]){ &common_options, &report_options, &reader_options, NULL },
	.run = run_nat,
};
