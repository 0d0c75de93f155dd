// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* watch: attach, print events until Ctrl-C, detach. */
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "hooks/hook.h"
#include "commands/command.h"
#include "base/error.h"
#include "flow/filter.h"
#include "live/monitor.h"
#include "options/parser.h"
#include "base/out.h"
#include "events/sink.h"
#include "flow/track_expression.h"
#include "base/clock.h"

static int watch(const struct options *options, const struct filter *filter, const struct track *track)
{
	const struct live_choice choice = options_live(options);
	struct wall_clock clock;
	struct sink sink;
	struct out out;
	int err = out_init(&out, STDOUT_FILENO);

	if (err)
		return fail(err, "out of memory while starting");
	wall_clock_init(&clock);
	if (options->json)
		json_sink(&sink, &out, &clock);
	else
		text_sink(&sink, &out, &clock);
	err = monitor_run(&choice, &sink, filter, track, NULL);
	out_free(&out);
	return err;
}

static int run_watch(const struct options *options)
{
	struct track *track = NULL;
	struct filter *filter;
	int err = filter_parse(options->words, options->events.types, &filter);

	if (!err && options->track) {
		track = malloc(sizeof(*track));
		err = track ? track_parse(options->track, track) : fail(-ENOMEM, "out of memory while starting");
	}
	err = err ?: attach_check(&options->hooks);
	err = err ?: watch(options, filter, track);
	free(track);
	filter_free(filter);
	return err;
}

const struct command watch_command = {
	.name = "watch",
	.words = "-i IFACE... [FILTER]",
	.summary = "attach to interfaces, print every change of state until Ctrl-C, detach",
	.help = "Attaches to the interfaces, prints what happens to the TCP connections that pass,\n"
		"and leaves the interfaces as they were. Packets go on unchanged.\n" FILTER_HELP
		"A change of state fits \"state S\" if it leads there.\n",
	.groups = (const struct option_group *const[]){
		&common_options, &hook_options, &event_options, &tracker_options, &pin_options, NULL },
	.run = run_watch,
};
