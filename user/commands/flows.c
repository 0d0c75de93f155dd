// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* flows: the table of a running instance, like ss -tan with both ends' states. */
#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "flow/address.h"
#include "commands/command.h"
#include "base/error.h"
#include "flow/filter.h"
#include "flow/flow_order.h"
#include "flow/names.h"
#include "flow/services.h"
#include "options/parser.h"
#include "base/out.h"
#include "pins/reader.h"
#include "events/sink.h"
#include "findings/whose_look.h"
#include "base/style.h"
#include "flow/state_style.h"
#include "kernel/table.h"
#include "base/clock.h"

#define SERVICE_LONGEST 32
#define END_TEXT (ENDPOINT_TEXT + SERVICE_LONGEST)
#define STATE_WIDTH 12
#define TIME_WIDTH 6
#define PACKETS_WIDTH 13
#define BYTES_WIDTH 13

struct listing {
	const struct options *options;
	const struct filter *filter;
	struct whose_look whose;
	struct flow_list list;  /* --sort, --limit */
	struct out *out;
	struct sink sink;       /* --json */
	__u64 now;
	size_t width[2];        /* of the initiators' and responders' addresses */
	bool colour;
};

static bool is_chosen(const struct listing *l, const struct flow *f, const struct history *h)
{
	return filter_match_flow(l->filter, f, h, l->now, &l->whose.source);
}

/* ---- text: twice through the table, the first time for the widths --------- */

/* 10.0.0.1:443, or 10.0.0.1:https: where a service is, which is the responder's end. */
static size_t end_text(const struct listing *l, char text[END_TEXT], const struct flow *f, int role)
{
	unsigned int end = (f->initiator & 1) ^ role;
	const char *service = role && !l->options->numeric ? service_name(ntohs(f->key.port[end])) : NULL;
	size_t n = endpoint_text(text, &f->key, end);

	if (!service || strlen(service) > SERVICE_LONGEST)
		return n;
	while (text[n - 1] != ':')
		n--;
	strcpy(text + n, service);
	return n + strlen(service);
}

static int measure(void *arg, const struct flow *f, const struct history *h)
{
	struct listing *l = arg;
	char text[END_TEXT];

	if (!is_chosen(l, f, h))
		return 0;
	for (int role = 0; role < 2; role++) {
		size_t len = end_text(l, text, f, role);

		if (len > l->width[role])
			l->width[role] = len;
	}
	return 0;
}

/* At most 6 characters: 999, 1.2K, 45M */
static size_t number_text(char text[8], __u64 value)
{
	static const char units[] = "KMGTPE";
	__u64 tenths = value * 10;
	int unit = -1;
	size_t n;

	if (value < 10000)
		return decimal(text, value);
	for (; tenths >= 10000; tenths /= 1000)
		unit++;
	n = decimal(text, tenths / 10);
	if (tenths < 100) {
		text[n++] = '.';
		text[n++] = '0' + tenths % 10;
	}
	text[n++] = units[unit];
	return n;
}

/* initiator/responder */
static void pair_cell(struct listing *l, __u64 initiator, __u64 responder, size_t width)
{
	char text[24];
	size_t n = number_text(text, initiator);

	text[n++] = '/';
	n += number_text(text + n, responder);
	out_cell_right(l->out, text, n, width, STYLE_PLAIN, false);
	out_text(l->out, "  ");
}

static void duration_cell(struct listing *l, __u64 ns)
{
	char text[DURATION_TEXT];
	size_t n = duration_text(text, ns);

	out_cell_right(l->out, text, n, TIME_WIDTH, STYLE_PLAIN, false);
	out_text(l->out, "  ");
}

static __u64 since(const struct listing *l, __u64 then)
{
	return l->now > then ? l->now - then : 0;
}

static void end_cells(struct listing *l, const struct flow *f, unsigned int end, int role)
{
	const char *state = state_name(f->state[end]);
	char text[END_TEXT];
	size_t n = end_text(l, text, f, role);

	out_cell(l->out, text, n, l->width[role] + 2, STYLE_PLAIN, false);
	out_cell(l->out, state, strlen(state), STATE_WIDTH + 2, state_style(f->state[end]), l->colour);
}

/* Behind the rest of the row, whose both ends are, as far as that is known. */
static void whose_cells(struct listing *l, const struct flow *f)
{
	const struct whose_life life = whose_life_of(f);
	struct whose whose[2];
	char text[WHOSE_TEXT];

	l->whose.source.find(l->whose.source.arg, &life, whose);
	for (unsigned int role = 0; role < 2; role++) {
		const struct whose *w = &whose[(f->initiator & 1) ^ role];

		if (w->unknown)
			continue;
		if (l->out->data[l->out->len - 1] != ' ')
			out_text(l->out, "  ");
		out_format(l->out, "%s: %s", role ? "responder" : "initiator", whose_text(text, w));
	}
}

static int print_row(void *arg, const struct flow *f, const struct history *h)
{
	struct listing *l = arg;
	unsigned int initiator = f->initiator & 1;
	char context[CONTEXT_TEXT];

	if (!is_chosen(l, f, h))
		return 0;
	end_cells(l, f, initiator, 0);
	end_cells(l, f, !initiator, 1);
	duration_cell(l, since(l, f->start));
	duration_cell(l, since(l, f->last_seen));
	pair_cell(l, packets_of(f, initiator), packets_of(f, !initiator), PACKETS_WIDTH);
	pair_cell(l, f->end[initiator].bytes, f->end[!initiator].bytes, BYTES_WIDTH);
	if (context_text(context, &f->key)) {
		out_char(l->out, '(');
		out_text(l->out, context);
		out_text(l->out, ")  ");
	}
	if (f->traits & FLOW_GUESSED_ROLES)
		out_text(l->out, "roles guessed");
	if (seeded_ends(f))
		out_text(l->out, f->traits & FLOW_GUESSED_ROLES ? ", seeded" : "seeded");
	whose_cells(l, f);
	while (l->out->data[l->out->len - 1] == ' ')
		l->out->len--;
	out_char(l->out, '\n');
	return out_line(l->out);
}

static void print_heads(struct listing *l)
{
	const struct {
		const char *text;
		size_t width;
		bool right;
	} heads[] = {
		{ "INITIATOR", l->width[0], false },    { "STATE", STATE_WIDTH, false },
		{ "RESPONDER", l->width[1], false },    { "STATE", STATE_WIDTH, false },
		{ "AGE", TIME_WIDTH, true },            { "IDLE", TIME_WIDTH, true },
		{ "PACKETS", PACKETS_WIDTH, true },     { "BYTES", BYTES_WIDTH, true },
	};

	for (unsigned int i = 0; i < sizeof(heads) / sizeof(heads[0]); i++) {
		if (i)
			out_text(l->out, "  ");
		(heads[i].right ? out_cell_right : out_cell)(l->out, heads[i].text, strlen(heads[i].text),
							     heads[i].width, STYLE_BOLD, l->colour);
	}
	out_char(l->out, '\n');
}

/* ---- json ------------------------------------------------------------------ */

static int print_object(void *arg, const struct flow *f, const struct history *h)
{
	struct listing *l = arg;
	struct flow_record record = { .type = EVENT_FLOW, .time = l->now, .flow = *f, .history = *h };

	if (is_chosen(l, f, h))
		l->sink.flow(&l->sink, &record);
	return l->out->error;
}

/* ---- the command ----------------------------------------------------------- */

static int take_into_list(void *arg, const struct flow *f, const struct history *h)
{
	struct listing *l = arg;

	return is_chosen(l, f, h) ? flow_list_add(&l->list, f, h) : 0;
}

/* Sorted, or a part of it: they are in memory. Else as they lie in the table. */
static bool is_listed(const struct listing *l)
{
	return l->list.order.column || l->list.limit;
}

static int each(struct listing *l, const struct running *running, table_visit *visit)
{
	int err = 0;

	if (!is_listed(l))
		return table_each(&running->maps, running->instance.sets, visit, l);
	for (size_t i = 0; !err && i < l->list.count; i++)
		err = visit(l, &l->list.rows[i].flow, &l->list.rows[i].history);
	return err;
}

static int make_list(struct listing *l, const struct running *running)
{
	int err;

	l->list.now = l->now;
	err = table_each(&running->maps, running->instance.sets, take_into_list, l);
	if (!err)
		flow_list_finish(&l->list);
	return err;
}

static int list(struct listing *l, const struct running *running, bool json)
{
	int err;

	l->now = monotonic_ns();
	l->sink.two_msl_ns = running_timeout(running, STATE_TIME_WAIT);
	err = is_listed(l) ? make_list(l, running) : 0;
	if (err || json)
		return err ?: each(l, running, print_object);
	l->width[0] = l->width[1] = strlen("INITIATOR");
	l->colour = wants_colour(STDOUT_FILENO);
	err = each(l, running, measure);
	if (err)
		return err;
	if (!is_listed(l))
		l->now = monotonic_ns();
	print_heads(l);
	err = each(l, running, print_row);
	if (!err && l->list.offered > l->list.count)
		out_format(l->out, "... and %llu more (--limit %zu)\n", l->list.offered - l->list.count, l->list.limit);
	return err;
}

static int run_flows(const struct options *options)
{
	struct listing listing = {};
	struct wall_clock clock;
	struct running running;
	struct filter *filter;
	struct out out;
	int err = filter_parse(options->words, FILTER_FLOWS, &filter);

	if (err)
		return err;
	err = running_open(&running, options->pin_dir);
	if (err)
		goto out_filter;
	err = out_init(&out, STDOUT_FILENO);
	if (err) {
		fail(err, "out of memory while starting");
		goto out_running;
	}
	wall_clock_init(&clock);
	wall_clock_follow(&clock, running.instance.wall_offset);
	whose_look_open(&listing.whose, &running, true);
	listing.options = options;
	listing.list.order = options->flow_order;
	listing.list.limit = options->limit;
	listing.filter = filter;
	listing.out = &out;
	json_sink(&listing.sink, &out, &clock);
	listing.sink.whose = &listing.whose.source;
	err = list(&listing, &running, options->json);
	err = err ?: out_flush(&out);
	if (err == -EPIPE)
		err = 0;
	else if (err)
		fail(err, out.error ? "writing the output: %s" : "reading the flow table: %s", strerror(-err));
	if (!err && !running.alive)
		notice("the xdp-tcpstate that filled this table (pid %u) is gone; \"xdp-tcpstate detach\" cleans up",
		       running.instance.pid);
	whose_look_close(&listing.whose);
	flow_list_free(&listing.list);
	out_free(&out);
out_running:
	running_close(&running);
out_filter:
	filter_free(filter);
	return err;
}

/* All of them, unless asked for less. */
static void flows_defaults(struct options *options)
{
	options->limit = 0;
}

const struct command flows_command = {
	.name = "flows",
	.words = "[FILTER]",
	.summary = "the connections of a running watch or daemon, like ss",
	.help = "Lists the connections that a running instance (run, or watch --pin) follows:\n"
		"both ends with their states; packets and bytes as initiator/responder.\n" FILTER_HELP
		"  and: xdp-tcpstate flows --sort bytes --limit 10 'age > 5m and retransmits > 0'\n",
	.groups = (const struct option_group *const[]){ &common_options, &listing_options, &reader_options, NULL },
	.defaults = flows_defaults,
	.run = run_flows,
};
