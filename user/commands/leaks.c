// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* leaks: ends that linger in CLOSE_WAIT or FIN_WAIT_2, and whose they are. */
#include <arpa/inet.h>
#include <stdio.h>

#include "flow/address.h"
#include "commands/command.h"
#include "base/text_grid.h"
#include "flow/json_parts.h"
#include "findings/half_closed.h"
#include "flow/names.h"
#include "options/parser.h"
#include "commands/report_printer.h"
#include "base/clock.h"

#define LEAK_END_TEXT (2 * ENDPOINT_TEXT)

/* 10.0.0.1:80, or 10.0.0.1 -> 10.0.0.2:80 */
static void end_text(char text[LEAK_END_TEXT], const struct leak_key *key)
{
	struct flow_key peer = { .port = { key->peer_port } };
	size_t n;

	if (!key->initiator) {
		peer.port[0] = key->port;
		__builtin_memcpy(peer.addr[0], key->addr, 16);
		endpoint_text(text, &peer, 0);
		return;
	}
	n = address_text(text, key->addr);
	n += sprintf(text + n, " -> ");
	__builtin_memcpy(peer.addr[0], key->peer, 16);
	endpoint_text(text + n, &peer, 0);
}

static void process_text(char text[64], const struct leak *leak)
{
	if (leak->key.pid)
		snprintf(text, 64, "%s (%u)", leak->comm, leak->key.pid);
	else if (leak->gone)
		snprintf(text, 64, "no socket any more");
	else if (leak->orphans)
		snprintf(text, 64, "none has it open");
	else
		snprintf(text, 64, "-");
}

static int print_text(struct report *r, const struct leak_list *leaks)
{
	static const char *const heads[] = { "STATE", "END", "WHERE", ">CONNECTIONS", ">OLDEST", "PROCESS", NULL };
	size_t shown = report_limit(r, leaks->count);
	char age[DURATION_TEXT];
	struct grid grid;

	duration_text(age, r->options->older_ns);
	report_heading(r, "HALF CLOSED FOR MORE THAN %s (CLOSE_WAIT: the application has not closed; FIN_WAIT_2: its peer has not)",
		       age);
	if (!leaks->count) {
		out_text(&r->out, "none\n");
		return 0;
	}
	grid_init(&grid, heads);
	for (size_t i = 0; i < shown; i++) {
		const struct leak *leak = &leaks->list[i];
		char end[LEAK_END_TEXT], process[64];

		end_text(end, &leak->key);
		process_text(process, leak);
		duration_text(age, r->look.now - leak->since);
		grid_cell(&grid, "%s", state_name(leak->key.state));
		grid_cell(&grid, "%s", end);
		grid_cell(&grid, "%s", leak->key.local ? "local" : "remote");
		grid_cell(&grid, "%llu", leak->count);
		grid_cell(&grid, "%s", age);
		grid_cell(&grid, "%s", process);
	}
	return report_grid(r, &grid, shown, leaks->count);
}

static int print_json(struct report *r, const struct leak_list *leaks)
{
	struct out *out = &r->out;

	for (size_t i = 0; i < leaks->count; i++) {
		const struct leak *leak = &leaks->list[i];

		report_row(r, "end");
		LITERAL(out, ",\"state\":");
		out_word(out, state_name(leak->key.state));
		LITERAL(out, ",\"role\":");
		out_word(out, leak->key.initiator ? "initiator" : "responder");
		bool_or_null(out, ",\"local\":", leak->key.local, true);
		json_endpoint(out, "end", leak->key.addr, leak->key.port);
		if (leak->key.initiator)
			json_endpoint(out, "peer", leak->key.peer, leak->key.peer_port);
		else
			LITERAL(out, ",\"peer\":null");
		number_or_null(out, ",\"count\":", leak->count, true);
		LITERAL(out, ",\"oldest_ms\":");
		out_milliseconds(out, r->look.now - leak->since);
		number_or_null(out, ",\"pid\":", leak->key.pid, leak->key.pid);
		LITERAL(out, ",\"comm\":");
		if (leak->key.pid)
			out_json_string(out, leak->comm);
		else
			LITERAL(out, "null");
		number_or_null(out, ",\"orphans\":", leak->orphans, true);
		number_or_null(out, ",\"gone\":", leak->gone, true);
		report_row_end(r);
	}
	return out->error;
}

static int run_leaks(const struct options *options)
{
	struct leak_list leaks = {};
	struct local_ends ends;
	struct report report;
	int err = report_begin(&report, "leaks", options);

	if (err)
		return err;
	err = local_ends_read(&report.look, &ends);
	if (!err) {
		__u64 older = options->older_ns < report.look.now ? options->older_ns : report.look.now;

		err = leaks_collect(&report.look, &ends, report.look.now - older, &leaks);
		err = err ?: (options->json ? print_json : print_text)(&report, &leaks);
		leaks_free(&leaks);
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
