// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* run: the daemon. */
#include "commands/command.h"
#include "daemon/daemon.h"
#include "options/parser.h"

static const struct option_group *const groups[] = {
	&common_options, &hook_options, &run_options, &event_options, &tracker_options, NULL
};

static int run_run(const struct options *options)
{
	return daemon_run(options, groups);
}

const struct command run_command = {
	.name = "run",
	.words = "-i IFACE... [FILTER]",
	.summary = "the daemon: metrics, a page, an event log; goes on where one before it was killed",
	.help = "Attaches to the interfaces, follows the TCP connections that pass, serves metrics\n"
		"for Prometheus and a page for people, and writes events where it is told to.\n"
		"Packets go on unchanged.\n\n"
		"Its maps, programs and hooks are pinned. Where it is killed, the programs go on\n"
		"tracking, and the next run with the same --pin goes on with them: no connection,\n"
		"no counter is lost. SIGTERM and \"xdp-tcpstate detach\" end it and leave nothing.\n"
		"SIGHUP opens the events file anew and reads --config again: timeouts, events,\n"
		"track and filter change while it runs.\n" FILTER_HELP,
	.groups = groups,
	.run = run_run,
};
