// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* track: what a running instance tracks, shown or changed. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "commands/command.h"
#include "base/error.h"
#include "base/json.h"
#include "options/parser.h"
#include "base/out.h"
#include "pins/owner.h"
#include "flow/track_expression.h"
#include "kernel/track_maps.h"

static void print(const struct options *options, struct out *out, const struct track *track)
{
	if (options->json) {
		json_open(out);
		json_word(out, "event", "track");
		json_track(out, track);
		json_close_line(out);
	} else {
		out_text(out, "tracking ");
		track_text(out, track);
		out_char(out, '\n');
	}
}

static int change(const struct running *running, const struct track *track)
{
	int lock = pins_lock_changes(running->dir_fd, running->dir), err;

	if (lock < 0)
		return lock;
	err = track_apply(&running->maps, track);
	close(lock);
	return err;
}

static int run_track(const struct options *options)
{
	struct track *track = malloc(sizeof(*track));
	struct running running;
	struct out out = {};
	int err;

	if (!track || out_init(&out, STDOUT_FILENO)) {
		err = fail(-ENOMEM, "out of memory while starting");
		goto out;
	}
	err = options->words[0] ? track_parse(options->words, track) : 0;
	err = err ?: running_open(&running, options->pin_dir);
	if (err)
		goto out;
	if (options->words[0])
		err = change(&running, track);
	else if ((err = track_read(&running.maps, track)))
		fail(err, "reading what is tracked: %s", strerror(-err));
	if (!err) {
		print(options, &out, track);
		out_flush(&out);
	}
	running_close(&running);
out:
	out_free(&out);
	free(track);
	return err;
}

const struct command track_command = {
	.name = "track",
	.words = "[EXPRESSION]",
	.summary = "show or change what a running instance tracks",
	.help = "Shows, or with an expression changes, which connections a running instance\n"
		"(run, or watch --pin) follows at all. The kernel programs decide by it, so what is\n"
		"not chosen costs next to nothing.\n\n"
		"EXPRESSION: all, or one or both of \"net A/B,C/D...\" and \"port N,N-M...\" joined by\n"
		"and; either end may be the one that fits. With not before one, neither end may. Such as:\n"
		"  xdp-tcpstate track 'net 10.0.0.0/8 and port 443,8000-8100'\n"
		"  xdp-tcpstate track not port ssh\n\n"
		"The change comes in three steps: what is new is added, then the choice flips, then\n"
		"what only the old one had is removed; so at no moment is anything missed that the\n"
		"old or the new choice wants. Connections already in the table stay there, and are\n"
		"followed, until they end or their time runs out.\n",
	.groups = (const struct option_group *const[]){ &common_options, &reader_options, NULL },
	.run = run_track,
};
