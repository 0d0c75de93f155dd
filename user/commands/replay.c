// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* replay: captures through the very program that runs on a NIC. */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "commands/command.h"
#include "base/error.h"
#include "kernel/refusal.h"
#include "flow/filter.h"
#include "kernel/timeouts.h"
#include "options/parser.h"
#include "base/out.h"
#include "replay/progress.h"
#include "replay/replay.h"
#include "events/sink.h"
#include "replay/summary.h"
#include "kernel/counter_sums.h"
#include "flow/track_expression.h"
#include "kernel/track_maps.h"
#include "base/clock.h"

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

struct session {
	struct options options;    /* with the events that are needed, beside those that are printed */
	__u32 printed;             /* 1 << enum event_type */
	struct filter *filter;
	struct track *track;
	struct out out;
	struct wall_clock clock;
	struct sink sink;
	struct summary summary;    /* between the events and the sink, if it is wanted */
	struct summary total;      /* of several captures */
	struct counters total_counters;
	struct replay_counts total_counts;
	int replayed;              /* captures, so far */
	bool failed;               /* one could not be read, or not to its end; it was said */
	struct object object;
	bool loaded;
	struct dispatch dispatch;
	struct capture capture;    /* of one after the other */
	struct progress progress;
	struct replay replay;
};

static bool has_several(const struct session *s)
{
	return s->options.file_count > 1;
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

/* ---- output --------------------------------------------------------------- */

static void choose_sink(struct session *s)
{
	wall_clock_of_capture(&s->clock);
	if (s->options.json)
		json_sink(&s->sink, &s->out, &s->clock);
	else
		text_sink(&s->sink, &s->out, &s->clock);
	s->sink.dates = true;
}

static struct sink *first_sink(struct session *s)
{
	return s->options.summary ? &s->summary.sink : &s->sink;
}

/* As tail(1) does it. */
static void print_heading(struct session *s, const char *name)
{
	if (s->options.json)
		return;
	if (s->replayed)
		out_char(&s->out, '\n');
	out_format(&s->out, "==> %s <==\n", name);
}

/* Only where --unconfirmed-events was asked for. */
static void tell_left_out(struct session *s, const struct counters *counters)
{
	for (unsigned int reason = 0; reason < LEFT_OUT_COUNT; reason++)
		for (unsigned int kind = 0; kind < EVENT_TYPES; kind++) {
			struct lost_event event = { s->replay.now, kind, LEFT_OUT + reason, counters->left_out[reason][kind] };

			if (event.count)
				s->sink.lost(&s->sink, &event);
		}
}

/* Nothing may be lost: there is all the time in the world to drain the ring. */
static int report_lost(struct session *s, const struct counters *counters)
{
	int err = 0;

	for (unsigned int reason = 0; reason < LOST_COUNT; reason++)
		for (unsigned int kind = 0; kind < EVENT_TYPES; kind++) {
			struct lost_event lost = { s->replay.now, kind, reason, counters->lost[reason][kind] };

			if (!lost.count)
				continue;
			s->sink.lost(&s->sink, &lost);
			err = -ENOBUFS;
		}
	return err ? fail(err, "%s: events were lost between the programs and the output", s->capture.name) : 0;
}

static void print_summary(struct session *s, const struct summary *summary, const struct summary_frame_counts *counts)
{
	if (s->options.json)
		summary_json(summary, counts);
	else
		summary_text(summary, counts);
}

static int print_end(struct session *s)
{
	struct counters counters;
	const struct summary_frame_counts counts = {
		.replay = &s->replay.counts,
		.programs = &counters,
		.senders = s->options.kernel.checksum == CHECKSUM_AUTO ? &s->replay.checksums.senders : NULL,
	};
	int err = 0;

	if (s->options.events.types & 1 << EVENT_FLOW)
		err = replay_living(&s->replay);
	if (err)
		return err;
	err = tally_read(s->object.maps.counters, &counters);
	if (err)
		return fail(err, "reading the programs' counters: %s", strerror(-err));
	if (s->options.summary)
		print_summary(s, &s->summary, &counts);
	if (s->options.summary && has_several(s)) {
		summary_add(&s->total, &s->summary);
		tally_add(&s->total_counters, &counters);
		replay_add(&s->total_counts, &s->replay.counts);
	}
	tell_left_out(s, &counters);
	return report_lost(s, &counters);
}

/* Of each file its own, and at last of all together. */
static void print_total(struct session *s)
{
	const struct summary_frame_counts counts = {
		.replay = &s->total_counts,
		.programs = &s->total_counters,
		.captures = s->replayed,
	};
	char heading[48];

	snprintf(heading, sizeof(heading), "all %d captures", s->replayed);
	s->sink.file = NULL;
	print_heading(s, heading);
	print_summary(s, &s->total, &counts);
}

static int report_unknown_links(const struct session *s)
{
	const struct replay_counts *c = &s->replay.counts;

	if (!c->unknown_link)
		return 0;
	if (c->unknown_link == c->packets)
		return fail(-EINVAL, "%s: its link type, %s, is none that replay reads: Ethernet, Linux cooked (SLL, SLL2), raw IP, BSD null and loop, PPP",
			    s->capture.name, link_name(c->unknown_link_type));
	notice("%s: %llu of %llu packets were passed over: their link type, such as %s, is none that replay reads", s->capture.name,
	       c->unknown_link, c->packets, link_name(c->unknown_link_type));
	return 0;
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
		first_sink(s)->start(first_sink(s));
	err = replay_run(&s->replay);
	progress_end(s->replay.progress);
	if (err && err != -EBADMSG)
		return err;
	if (err)
		s->failed = true;
	else
		s->failed |= report_unknown_links(s) != 0;
	if (print_end(s))
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
			print_heading(s, s->capture.name);
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
	dispatch_init(&s->dispatch, first_sink(s), s->filter, &s->options.events, two_msl_ns(s));
	for (int i = 0; !err && i < s->options.file_count; i++) {
		if (interrupted || s->replay.full || s->out.error)
			break;
		err = replay_file(s, s->options.files[i]);
	}
	if (!err && s->replayed > 1 && s->options.summary)
		print_total(s);
	return err ?: s->failed ? -EBADMSG : 0;
}

static int replay(struct session *s)
{
	int err = out_init(&s->out, STDOUT_FILENO);

	if (err)
		return fail(err, "out of memory while starting");
	choose_events(s);
	choose_sink(s);
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
	err = filter_parse(options->words, &s->filter);
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
