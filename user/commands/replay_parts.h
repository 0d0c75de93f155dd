/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* One run of the command replay, over one capture after the other. */
#ifndef TCPSTATE_USER_COMMANDS_REPLAY_PARTS_H
#define TCPSTATE_USER_COMMANDS_REPLAY_PARTS_H

#include "base/clock.h"
#include "base/out.h"
#include "events/sink.h"
#include "kernel/counter_sums.h"
#include "options/parser.h"
#include "replay/progress.h"
#include "replay/replay.h"
#include "replay/summary.h"

struct filter;
struct track;

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

static inline bool has_several(const struct session *s)
{
	return s->options.file_count > 1;
}

/* The events' sink, by the options; and the first that they come to, which is the summary where one is wanted. */
void replay_choose_sink(struct session *session);
struct sink *replay_first_sink(struct session *session);

/* A heading between captures, as tail(1) prints it; JSON has the file's name in each object instead. */
void replay_print_heading(struct session *session, const char *name);

/* A capture has ended: what is still there, its summary, and what was not told. 0 or a reported error. */
int replay_print_end(struct session *session);

/* The summary of all captures together, after each has had its own. */
void replay_print_total(struct session *session);

/* 0; or a reported error: there was nothing in it that replay reads. */
int replay_report_unknown_links(const struct session *session);

#endif
