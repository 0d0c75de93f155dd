/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* Where events go: the one interface that text, JSON and what comes later share. */
#ifndef TCPSTATE_USER_EVENTS_SINK_H
#define TCPSTATE_USER_EVENTS_SINK_H

#include <stdbool.h>

#include "flow/lost_event.h"
#include "tcpstate/abi.h"

struct out;
struct wall_clock;
struct whose_source;

struct sink {
	/* Before the first event: a header line, if there is one. */
	void (*start)(struct sink *sink);
	void (*state)(struct sink *sink, const struct event *event);
	void (*time_wait)(struct sink *sink, const struct wait_event *event);
	void (*stray)(struct sink *sink, const struct stray_event *event);
	void (*flow)(struct sink *sink, const struct flow_record *record);
	void (*lost)(struct sink *sink, const struct lost_event *event);

	struct out *out;
	struct wall_clock *clock;
	__u64 two_msl_ns;
	const struct whose_source *whose; /* of flows' records; NULL: nobody knows */
	const char *file;    /* JSON: the capture that events are of, where there are several; NULL: only one, or none */
	bool colour;         /* text on a terminal */
	int width[2];        /* text: of the initiator's and the responder's column */
	bool dates;          /* text: say when another day begins; those of a capture are not today */
	char date[11];       /* text: the day it is */
};

void text_sink(struct sink *sink, struct out *out, struct wall_clock *clock);
void json_sink(struct sink *sink, struct out *out, struct wall_clock *clock);

#endif
