// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* halfopen: where the wire and the kernel's sockets do not agree. */
#include <stdio.h>

#include "flow/address.h"
#include "commands/command.h"
#include "base/text_grid.h"
#include "findings/half_open.h"
#include "flow/json_parts.h"
#include "flow/names.h"
#include "options/parser.h"
#include "commands/report_printer.h"
#include "base/clock.h"

#define FOREVER (~0ULL)

static const char *state_or(unsigned int state, const char *none)
{
	return state ? state_name(state) : none;
}

static void text_row(struct grid *grid, const struct half_open *half)
{
	char end[2][ENDPOINT_TEXT], age[DURATION_TEXT] = "?", process[WHOSE_TEXT];

	endpoint_text(end[0], &half->key, half->end);
	endpoint_text(end[1], &half->key, !half->end);
	if (half->for_ns != FOREVER)
		duration_text(age, half->for_ns);
	grid_cell(grid, "%s", half_open_name(half->kind));
	grid_cell(grid, "%s", end[0]);
	grid_cell(grid, "%s", end[1]);
	grid_cell(grid, "%s", state_or(half->wire, "not seen"));
	grid_cell(grid, "%s", state_or(half->kernel, "no socket"));
	grid_cell(grid, "%s", age);
	grid_cell(grid, "%u", half->retransmits);
	grid_cell(grid, "%s", whose_text(process, &half->whose));
}

static void text_legend(struct report *r, const struct half_open_list *found)
{
	bool there[HALF_OPEN_KINDS] = {};

	for (size_t i = 0; i < found->count; i++)
		there[found->list[i].kind] = true;
	out_char(&r->out, '\n');
	for (int kind = 0; kind < HALF_OPEN_KINDS; kind++)
		if (there[kind])
			out_format(&r->out, "%-14s  %s\n", half_open_name(kind), half_open_text(kind));
}

/* What the daemon's own audits have come to. */
static void text_audit(struct report *r)
{
	const struct audit_counts *audit = &r->look.running.instance.audit;

	if (!audit->rounds)
		return;
	out_format(&r->out, "audits: %llu, in which ends agreed with their sockets %llu times", audit->rounds, audit->agreements);
	for (int kind = 0; kind < AUDIT_KIND_COUNT; kind++)
		if (audit->disagreements[kind])
			out_format(&r->out, "; %llu times %s (%s)", audit->disagreements[kind], audit_kind_name(kind),
				   audit_kind_text(kind));
	out_char(&r->out, '\n');
}

static int print_text(struct report *r, const struct half_open_list *found)
{
	static const char *const heads[] = {
		"WHAT", "LOCAL END", "REMOTE END", "ON THE WIRE", "IN THE KERNEL", ">FOR", ">UNANSWERED", "PROCESS", NULL
	};
	size_t shown = report_limit(r, found->count);
	struct grid grid;
	int err = 0;

	report_heading(r, "CONNECTIONS THAT ONE END HAS GIVEN UP");
	if (!found->known) {
		out_text(&r->out, "unknown: the sockets of the local ends can't be read\n");
		return 0;
	}
	if (!found->count) {
		out_text(&r->out, "none\n");
	} else {
		grid_init(&grid, heads);
		for (size_t i = 0; i < shown; i++)
			text_row(&grid, &found->list[i]);
		err = report_grid(r, &grid, shown, found->count);
		text_legend(r, found);
	}
	out_format(&r->out, "%zu local end%s compared", found->compared, found->compared == 1 ? "" : "s");
	if (found->idle)
		out_format(&r->out, "; of %zu socket%s nothing is known, since silent from before the watch began",
			   found->idle, found->idle == 1 ? "" : "s");
	out_char(&r->out, '\n');
	text_audit(r);
	return err;
}

static void json_row(struct report *r, const struct half_open *half)
{
	struct out *out = &r->out;

	report_row(r, "connection");
	json_word(out, "what", half_open_name(half->kind));
	if (half->flow)
		json_id(out, "flow", half->flow);
	else
		json_null(out, "flow");
	json_endpoint(out, "local", half->key.addr[half->end], half->key.port[half->end]);
	json_endpoint(out, "remote", half->key.addr[!half->end], half->key.port[!half->end]);
	json_word_or_null(out, "wire", half->wire ? state_name(half->wire) : NULL);
	json_word_or_null(out, "kernel", half->kernel ? state_name(half->kernel) : NULL);
	if (half->for_ns != FOREVER)
		json_milliseconds(out, "for_ms", half->for_ns);
	else
		json_null(out, "for_ms");
	json_number_or_null(out, "unanswered", half->retransmits, half->kernel);
	json_number_or_null(out, "pid", half->whose.pid, half->whose.pid);
	json_string_or_null(out, "comm", half->whose.pid ? half->whose.comm : NULL);
	whose_json(out, &half->whose);
	report_row_end(r);
}

static int print_json(struct report *r, const struct half_open_list *found)
{
	struct out *out = &r->out;

	report_row(r, "total");
	json_number_or_null(out, "found", found->count, found->known);
	json_number_or_null(out, "compared", found->compared, found->known);
	json_number_or_null(out, "idle", found->idle, found->known);
	report_row_end(r);
	for (size_t i = 0; i < found->count; i++)
		json_row(r, &found->list[i]);
	return out->error;
}

static int run_halfopen(const struct options *options)
{
	struct half_open_list found = {};
	struct report report;
	int err = report_begin(&report, "halfopen", options);

	if (err)
		return err;
	err = halfopen_collect(&report.look, options->older_ns, &found);
	err = err ?: (options->json ? print_json : print_text)(&report, &found);
	halfopen_free(&found);
	return report_end(&report, err);
}

const struct command halfopen_command = {
	.name = "halfopen",
	.words = "[FILTER]",
	.summary = "connections that one end has given up: the wire against the kernel's sockets",
	.help = "Compares what a running instance (run, or watch --pin) has seen of connections whose\n"
		"one end is on this machine with the sockets that the kernel has of them, and lists\n"
		"those that do not agree, with the process that has the socket open.\n" FILTER_HELP,
	.groups = (const struct option_group *const[]){ &common_options, &lingering_options, &reader_options, NULL },
	.run = run_halfopen,
};
