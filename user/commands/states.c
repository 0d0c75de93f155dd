// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* states: connections by state, both ends, like netstat | awk. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "commands/command.h"
#include "base/error.h"
#include "base/json.h"
#include "findings/whose_look.h"
#include "flow/filter.h"
#include "flow/names.h"
#include "options/parser.h"
#include "base/out.h"
#include "pins/reader.h"
#include "base/style.h"
#include "flow/state_style.h"
#include "kernel/table.h"
#include "base/clock.h"

/* States are printed in the order of a connection's life. */
static const unsigned int order[] = {
	STATE_LISTEN, STATE_SYN_SENT, STATE_SYN_RECEIVED, STATE_ESTABLISHED, STATE_FIN_WAIT_1, STATE_FIN_WAIT_2,
	STATE_CLOSE_WAIT, STATE_CLOSING, STATE_LAST_ACK, STATE_TIME_WAIT, STATE_CLOSED,
};

struct census {
	const struct filter *filter;
	struct whose_look whose;
	__u64 now;
	__u64 initiators[STATE_SLOTS];
	__u64 responders[STATE_SLOTS];
	__u64 flows;
};

static int count_flow(void *arg, const struct flow *f, const struct history *h)
{
	struct census *c = arg;
	unsigned int initiator = f->initiator & 1;

	if (!filter_match_flow(c->filter, f, h, c->now, &c->whose.source))
		return 0;
	c->initiators[f->state[initiator] % STATE_SLOTS]++;
	c->responders[f->state[!initiator] % STATE_SLOTS]++;
	c->flows++;
	return 0;
}

static void print_json(struct out *out, const struct census *c)
{
	for (unsigned int i = 0; i < sizeof(order) / sizeof(order[0]); i++) {
		json_open(out);
		json_word(out, "state", state_name(order[i]));
		json_number(out, "initiator", c->initiators[order[i]]);
		json_number(out, "responder", c->responders[order[i]]);
		json_close_line(out);
	}
}

static void number_cell(struct out *out, __u64 value)
{
	char text[20];
	size_t n = decimal(text, value);

	out_cell_right(out, text, n, 11, STYLE_PLAIN, false);
}

static void print_text(struct out *out, const struct census *c)
{
	bool colour = wants_colour(STDOUT_FILENO);
	static const char head[] = "STATE          INITIATOR  RESPONDER";

	out_cell(out, head, strlen(head), 0, STYLE_BOLD, colour);
	out_char(out, '\n');
	for (unsigned int i = 0; i < sizeof(order) / sizeof(order[0]); i++) {
		unsigned int state = order[i];
		const char *name = state_name(state);

		if (!c->initiators[state] && !c->responders[state])
			continue;
		out_cell(out, name, strlen(name), 13, state_style(state), colour);
		number_cell(out, c->initiators[state]);
		number_cell(out, c->responders[state]);
		out_char(out, '\n');
	}
	out_format(out, "%llu connection%s\n", c->flows, c->flows == 1 ? "" : "s");
}

static int run_states(const struct options *options)
{
	struct census census = {};
	struct running running;
	struct filter *filter;
	struct out out;
	int err = filter_parse(options->words, FILTER_FLOWS, &filter);

	if (err)
		return err;
	census.filter = filter;
	err = running_open(&running, options->pin_dir);
	if (!err) {
		if (filter_asks_whose(filter))
			whose_look_open(&census.whose, &running, true);
		census.now = monotonic_ns();
		err = table_each(&running.maps, running.instance.sets, count_flow, &census);
		if (err)
			fail(err, "reading the flow table: %s", strerror(-err));
		whose_look_close(&census.whose);
		running_close(&running);
	}
	filter_free(filter);
	if (err)
		return err;
	if (out_init(&out, STDOUT_FILENO))
		return fail(-1, "out of memory while printing");
	(options->json ? print_json : print_text)(&out, &census);
	out_flush(&out);
	out_free(&out);
	return 0;
}

const struct command states_command = {
	.name = "states",
	.words = "[FILTER]",
	.summary = "how many connections are in which state, both ends",
	.help = "Counts the connections that a running instance (run, or watch --pin) follows by\n"
		"the state of either end.\n" FILTER_HELP,
	.groups = (const struct option_group *const[]){ &common_options, &reader_options, NULL },
	.run = run_states,
};
