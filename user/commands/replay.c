// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* replay: captures through the very program that runs on a NIC. */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "commands/command.h"
#include "commands/replay_parts.h"
#include "base/error.h"
#include "kernel/refusal.h"
#include "flow/filter.h"
#include "kernel/timeouts.h"
#include "options/parser.h"
#include "flow/track_expression.h"
#include "kernel/track_maps.h"

static volatile sig_atomic_t interrupted;

/* The first Ctrl-C ends the reading, and what there is gets printed; the second one ends us. */
static void on_signal(int number)
{
	interrupted = 1;
}

static void catch_signals(void)
{
	struct sigaction action = { .sa_handler = on_signal, .sa_flags = SA_RESETHAND };

	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
}

/* ---- options -------------------------------------------------------------- */

static void replay_defaults(struct options *options)
{
	options->kernel.ring_bytes = 4 << 20; /* it is drained whenever a part of it is full */
	options->kernel.replay = true;
	options->kernel.unconfirmed_events = EVENTS_UNLIMITED;
	options->takes_files = true;
	options->hooks.direction = DIRECTION_RX; /* a capture is a tap: both directions, and no end is ours */
	options->kernel.checksum = CHECKSUM_AUTO;
	options->events.types |= 1 << EVENT_FLOW;
}

/* The first word is a file; of the others, one that is not there may have been meant for a FILTER. */
static int check_files(const struct options *o)
{
	int inputs = 0;

	if (!o->file_count)
		return fail_usage("replay: of which capture? A file, or - for the standard input");
	for (int i = 0; i < o->file_count; i++) {
		const char *name = o->files[i], *near = i ? filter_word_near(name) : NULL;

		inputs += !strcmp(name, "-");
		if (near && access(name, F_OK))
			return fail_usage("replay: there is no file %s; did you mean \"%s\", with which a FILTER may begin?", name, near);
	}
	return inputs > 1 ? fail_usage("replay: - more than once, but there is only one standard input") : 0;
}

static int check_options(const struct options *o)
{
	int err = check_files(o);

	if (err)
		return err;
	if (o->kernel.zone == ZONE_IFINDEX)
		return fail_usage("replay: --zone ifindex: a capture has no interfaces of this machine; vlan or none will do");
	if (o->summary && o->events.count)
		return fail_usage("replay: --summary is of the whole capture; it does not go together with --count");
	if (o->only_flows && o->events_given)
		return fail_usage("replay: --flows is --events flow; one of the two is enough");
	return 0;
}

/* What is printed, and what is needed to print it. */
static void choose_events(struct session *s)
{
	struct options *o = &s->options;

	if (o->only_flows)
		o->events.types = 1 << EVENT_FLOW;
	else if (o->summary && !o->events_given)
		o->events.types = 0;
	s->printed = o->events.types;
	if (o->summary)
		o->events.types |= 1 << EVENT_FLOW | 1 << EVENT_TIME_WAIT;
}

/* ---- the command ----------------------------------------------------------- */

static __u64 two_msl_ns(const struct session *s)
{
	return kernel_timeout(&s->options.kernel, STATE_TIME_WAIT);
}

/* Once, when the first capture is there: this is what takes a second. */
static int load(struct session *s)
{
	struct options *o = &s->options;
	int err = check_permission();

	err = err ?: object_load(&s->object, &o->kernel, &o->hooks, o->events.types, NULL);
	if (err)
		return err;
	s->loaded = true;
	if (s->track)
		err = track_apply(&s->object.maps, s->track);
	s->replay.choice = options_replay(o);
	s->replay.object = &s->object;
	s->replay.dispatch = &s->dispatch;
	return err ?: replay_open(&s->replay);
}

/* What is wrong with the capture itself is said, and the next one's turn comes. Else a reported error. */
static int run_capture(struct session *s)
{
	int err;

	/* The columns are those of states. */
	if (s->options.summary || s->printed & 1 << EVENT_STATE)
		replay_first_sink(s)->start(replay_first_sink(s));
	err = replay_run(&s->replay);
	progress_end(s->replay.progress);
	if (err && err != -EBADMSG)
		return err;
	if (err)
		s->failed = true;
	else
		s->failed |= replay_report_unknown_links(s) != 0;
	if (replay_print_end(s))
		return -ENOBUFS;
	if (!s->out.error)
		out_flush(&s->out);
	if (err)
		fail(err, "%s: %s", s->capture.name, s->capture.error);
	return 0;
}

static int replay_file(struct session *s, const char *path)
{
	int err = capture_open(&s->capture, path);

	if (err == USAGE_ERROR)
		return err;
	if (err) {
		s->failed = true;
		return 0;
	}
	s->capture.stop = &interrupted;
	err = s->loaded ? 0 : load(s);
	err = err ?: replay_begin(&s->replay, &s->capture, progress_start(&s->progress, s->capture.size, s->printed));
	if (!err) {
		if (has_several(s)) {
			s->sink.file = s->options.json ? path : NULL;
			s->sink.date[0] = 0;
			replay_print_heading(s, s->capture.name);
		}
		if (s->options.summary) {
			summary_init(&s->summary, &s->sink, s->printed);
			dispatch_change(&s->dispatch, s->filter, &s->options.events, two_msl_ns(s));
		}
		err = run_capture(s);
		s->replayed++;
	}
	capture_close(&s->capture);
	s->capture = (struct capture){ .fd = -1 };
	return err;
}

static int replay_files(struct session *s)
{
	int err = 0;

	summary_init(&s->total, &s->sink, 0);
	dispatch_init(&s->dispatch, replay_first_sink(s), s->filter, &s->options.events, two_msl_ns(s));
	for (int i = 0; !err && i < s->options.file_count; i++) {
		if (interrupted || s->replay.full || s->out.error)
			break;
		err = replay_file(s, s->options.files[i]);
	}
	if (!err && s->replayed > 1 && s->options.summary)
		replay_print_total(s);
	return err ?: s->failed ? -EBADMSG : 0;
}

static int replay(struct session *s)
{
	int err = out_init(&s->out, STDOUT_FILENO);

	if (err)
		return fail(err, "out of memory while starting");
	replay_choose_sink(s);
	catch_signals();
	err = replay_files(s);
	if (!s->out.error)
		out_flush(&s->out);
	if (s->out.error == -EPIPE)
		err = 0; /* head(1) has seen enough */
	else if (s->out.error)
		err = fail(s->out.error, "writing the output: %s", strerror(-s->out.error));
	replay_close(&s->replay);
	object_close(&s->object);
	out_free(&s->out);
	return err;
}

static int run_replay(const struct options *options)
{
	struct session *s;
	int err = check_options(options);

	if (err)
		return err;
	s = calloc(1, sizeof(*s));
	if (!s)
		return fail(-ENOMEM, "out of memory while starting");
	s->options = *options;
	s->capture.fd = -1;
	choose_events(s);
	err = filter_parse(options->words, s->options.events.types, &s->filter);
	if (!err && filter_asks_whose(s->filter))
		err = fail_usage("filter: a capture does not say whose its connections are (process, pid, cgroup, container, pod)");
	if (!err && options->track) {
		s->track = malloc(sizeof(*s->track));
		err = s->track ? track_parse(options->track, s->track) : fail(-ENOMEM, "out of memory while starting");
	}
	err = err ?: replay(s);
	free(s->track);
	filter_free(s->filter);
	free(s);
	return err;
}

const struct command replay_command = {
	.name = "replay",
	.words = "FILE|-... [FILTER]",
	.summary = "the same program over captures, in the captures' time",
	.help = "Feeds a capture (pcap or pcapng; - is the standard input) through the program that\n"
		"runs on a NIC, and prints what it says, in the capture's own time. At the end come\n"
		"the records of the connections that are still there. Nothing is attached to any\n"
		"interface, but the kernel runs the program, so that takes root.\n"
		"Each of several captures is one of its own: the table is emptied between them, and\n"
		"a heading, or \"file\" in JSON, says which one it is. One that can't be read is told\n"
		"of, and does not stop the others. A FILTER begins at the first of its words; a\n"
		"capture of such a name is ./port.\n" FILTER_HELP
		"Such as: tcpdump -i eth0 -w - tcp | sudo xdp-tcpstate replay -\n"
		"         sudo xdp-tcpstate replay --summary captures/*.pcap\n",
	.groups = (const struct option_group *const[]){
		&common_options, &replay_options, &event_options, &tracker_options, NULL },
	.defaults = replay_defaults,
	.run = run_replay,
};
