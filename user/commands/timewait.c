// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* timewait: who waits, what that does to the ports, how waits end, and how soon hosts reuse. */
#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "commands/command.h"
#include "kernel/host_maps.h"
#include "options/parser.h"
#include "commands/report_printer.h"
#include "kernel/counter_sums.h"
#include "commands/timewait_print.h"

static int soonest_first(const void *one, const void *other)
{
	const struct known_host *a = one, *b = other;

	if (a->reuse.shortest_ms != b->reuse.shortest_ms)
		return a->reuse.shortest_ms < b->reuse.shortest_ms ? -1 : 1;
	return memcmp(&a->key, &b->key, sizeof(a->key));
}

static int collect(struct report *r, struct timewait *t)
{
	int err = tally_read(r->look.running.maps.counters, &t->counters);

	err = err ?: waits_collect(&r->look, &t->waits);
	err = err ?: hosts_read(r->look.running.maps.reuses, &t->hosts, &t->host_count);
	if (!err && t->host_count)
		qsort(t->hosts, t->host_count, sizeof(*t->hosts), soonest_first);
	return err;
}

static int run_timewait(const struct options *options)
{
	struct timewait timewait = {};
	struct report report;
	int err = report_begin(&report, "timewait", options);

	if (err)
		return err;
	err = collect(&report, &timewait);
	err = err ?: (options->json ? timewait_json : timewait_text)(&report, &timewait);
	waits_free(&timewait.waits);
	free(timewait.hosts);
	return report_end(&report, err);
}

const struct command timewait_command = {
	.name = "timewait",
	.words = "[FILTER]",
	.summary = "who holds how many TIME_WAITs, and how soon clients run out of ports",
	.help = "What a running instance (run, or watch --pin) knows of TIME_WAIT: which ends wait;\n"
		"for each client and server, how much of the client's port range that takes, and when\n"
		"it runs dry at the present rate; how waits ended; and after how short a wait hosts\n"
		"have given a pair of ports to a new connection. The FILTER chooses among\n"
		"connections; how waits ended is of all.\n" FILTER_HELP,
	.groups = (const struct option_group *const[]){ &common_options, &report_options, &reader_options, NULL },
	.run = run_timewait,
};
