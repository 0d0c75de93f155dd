// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* leaks: ends that linger in CLOSE_WAIT or FIN_WAIT_2, and whose they are. */
#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

#include "flow/address.h"
#include "commands/command.h"
#include "base/text_grid.h"
#include "flow/json_parts.h"
#include "findings/half_closed.h"
#include "findings/local_ends.h"
#include "findings/look.h"
#include "flow/names.h"
#include "options/parser.h"
#include "commands/report_printer.h"
#include "base/clock.h"

#define LEAK_END_TEXT (2 * ENDPOINT_TEXT)

/* 10.0.0.1:80, or 10.0.0.1 -> 10.0.0.2:80 */
static void end_text(char text[LEAK_END_TEXT], const struct group_key *key)
{
	struct flow_key ends = { .port = { key->port[0], key->port[1] } };
	size_t n = 0;

	memcpy(ends.addr, key->addr, sizeof(ends.addr));
	if (key->role) {
		n = address_text(text, key->addr[0]);
		n += sprintf(text + n, " -> ");
	}
	n += endpoint_text(text + n, &ends, key->role);
	text[n] = 0;
}

static void process_text(char text[WHOSE_TEXT], const struct half_closed_group *leak)
{
	if (leak->key.pid)
		whose_text(text, &leak->whose);
	else if (leak->gone)
		snprintf(text, WHOSE_TEXT, "no socket any more");
	else if (leak->orphans)
		snprintf(text, WHOSE_TEXT, "none has it open");
	else
		snprintf(text, WHOSE_TEXT, "-");
}

static int print_text(struct report *r, const struct half_closed *leaks)
{
	static const char *const heads[] = { "STATE", "END", "WHERE", ">CONNECTIONS", ">OLDEST", "PROCESS", NULL };
	size_t shown = report_limit(r, leaks->groups.count);
	char age[DURATION_TEXT];
	struct grid grid;

	duration_text(age, r->options->older_ns);
	report_heading(r, "HALF CLOSED FOR MORE THAN %s (CLOSE_WAIT: the application has not closed; FIN_WAIT_2: its peer has not)",
		       age);
	if (!leaks->groups.count) {
		out_text(&r->out, "none\n");
		return 0;
	}
	grid_init(&grid, heads);
	for (size_t i = 0; i < shown; i++) {
		const struct half_closed_group *leak = half_closed_at(leaks, i);
		char end[LEAK_END_TEXT], process[WHOSE_TEXT];

		end_text(end, &leak->key);
		process_text(process, leak);
		duration_text(age, r->look.now - leak->since);
		grid_cell(&grid, "%s", state_name(leak->key.state));
		grid_cell(&grid, "%s", end);
		grid_cell(&grid, "%s", leak->local ? "local" : "remote");
		grid_cell(&grid, "%llu", leak->count);
		grid_cell(&grid, "%s", age);
		grid_cell(&grid, "%s", process);
	}
	return report_grid(r, &grid, shown, leaks->groups.count);
}

static int print_json(struct report *r, const struct half_closed *leaks)
{
	struct out *out = &r->out;

	for (size_t i = 0; i < leaks->groups.count; i++) {
		const struct half_closed_group *leak = half_closed_at(leaks, i);

		report_row(r, "end");
		json_word(out, "state", state_name(leak->key.state));
		json_word(out, "role", leak->key.role ? "initiator" : "responder");
		json_bool(out, "local", leak->local);
		json_endpoint(out, "end", leak->key.addr[0], leak->key.port[0]);
		if (leak->key.role)
			json_endpoint(out, "peer", leak->key.addr[1], leak->key.port[1]);
		else
			json_null(out, "peer");
		json_number(out, "count", leak->count);
		json_milliseconds(out, "oldest_ms", r->look.now - leak->since);
		json_number_or_null(out, "pid", leak->key.pid, leak->key.pid);
		json_string_or_null(out, "comm", leak->key.pid ? leak->whose.comm : NULL);
		json_number(out, "orphans", leak->orphans);
		json_number(out, "gone", leak->gone);
		if (leak->local || whose_tells(&leak->whose))
			whose_json(out, &leak->whose);
		report_row_end(r);
	}
	return out->error;
}

/* ---- what the table and the kernel say ------------------------------------- */

struct search {
	const struct local_ends *ends;
	struct half_closed *leaks;
};

static void find_owner(void *arg, const struct flow_row *row, unsigned int end, struct end_owner *owner)
{
	const struct local_ends *ends = arg;
	const struct local_socket *socket = sockets_find(&ends->sockets, row->key, end);

	const struct whose_life life = whose_life_of_row(row);

	local_end_whose(ends, &life, end, socket, &owner->whose);
	owner->orphan = socket && !socket->inode;
	owner->gone = ends->known && is_local_end(row, end) && !socket;
}

static int look_at(void *arg, const struct flow *f, const struct history *h)
{
	const struct search *s = arg;
	const struct flow_row row = flow_row_of(f, h, &s->ends->host.addresses);

	return half_closed_add(s->leaks, &row, find_owner, (void *)s->ends);
}

static int run_leaks(const struct options *options)
{
	struct half_closed leaks = {};
	struct local_ends ends;
	struct report report;
	int err = report_begin(&report, "leaks", options);

	if (err)
		return err;
	err = local_ends_read(&report.look, &ends);
	if (!err) {
		struct search search = { &ends, &leaks };

		half_closed_clear(&leaks, half_closed_before(report.look.now, options->older_ns));
		err = look_flows(&report.look, look_at, &search);
		half_closed_sort(&leaks);
		err = err ?: (options->json ? print_json : print_text)(&report, &leaks);
		half_closed_free(&leaks);
		local_ends_free(&ends);
	}
	return report_end(&report, err);
}

const struct command leaks_command = {
	.name = "leaks",
	.words = "[FILTER]",
	.summary = "ends that linger in CLOSE_WAIT or FIN_WAIT_2, and whose they are",
	.help = "Ends that have been half closed for some time, as a running instance (started with\n"
		"--pin) sees them: the oldest first, by their address and port, and where the end is\n"
		"on this machine with the process that has its socket open. Many of CLOSE_WAIT are a\n"
		"program that forgets to close.\n" FILTER_HELP,
	.groups = (const struct option_group *const[]){ &common_options, &lingering_options, &reader_options, NULL },
	.run = run_leaks,
};
