// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* What replay prints beside the events: headings, summaries, and what was lost or not read. */
#include "commands/replay_parts.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "replay/link_layer.h"

void replay_choose_sink(struct session *s)
{
	wall_clock_of_capture(&s->clock);
	if (s->options.json)
		json_sink(&s->sink, &s->out, &s->clock);
	else
		text_sink(&s->sink, &s->out, &s->clock);
	s->sink.dates = true;
}

struct sink *replay_first_sink(struct session *s)
{
	return s->options.summary ? &s->summary.sink : &s->sink;
}

/* tail(1) prints such headings between files. */
void replay_print_heading(struct session *s, const char *name)
{
	if (s->options.json)
		return;
	if (s->replayed)
		out_char(&s->out, '\n');
	out_format(&s->out, "==> %s <==\n", name);
}

/* A replay leaves events out only if --unconfirmed-events asks for that. */
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

int replay_print_end(struct session *s)
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

/* Each capture has had its own summary before. */
void replay_print_total(struct session *s)
{
	const struct summary_frame_counts counts = {
		.replay = &s->total_counts,
		.programs = &s->total_counters,
		.captures = s->replayed,
	};
	char heading[48];

	snprintf(heading, sizeof(heading), "all %d captures", s->replayed);
	s->sink.file = NULL;
	replay_print_heading(s, heading);
	print_summary(s, &s->total, &counts);
}

int replay_report_unknown_links(const struct session *s)
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
