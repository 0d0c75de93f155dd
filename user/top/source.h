/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* Where top's samples come from: the pins of a running instance. */
#ifndef TCPSTATE_USER_TOP_SOURCE_H
#define TCPSTATE_USER_TOP_SOURCE_H

#include "pins/reader.h"
#include "findings/status.h"
#include "findings/whose_look.h"
#include "top/sample.h"
#include "top/view.h"

enum owner_fate {
	OWNER_LIVES,
	OWNER_UNKNOWN,  /* there was none to begin with: what a crash left, or --keep-attached */
	OWNER_GONE,     /* has just died; another may adopt what it left */
	OWNER_ENDED,    /* and nobody will */
};

struct top_source {
	struct running running;
	struct whose_look whose;      /* as its owner knows it */
	struct status *status;        /* hooks and programs, now and then */
	__u64 status_time;
	int owner_fd;                 /* pidfd; -1: not watched */
	enum owner_fate fate;
	__u64 gone_since;

	__u64 read_ns;                /* how long the newest read took */
};

/* 0 or a reported error. */
int source_open(struct top_source *source, const char *dir);
void source_close(struct top_source *source);

/* A sample, and what the view needs to know beside it. 0 or negative errno. */
int source_read(struct top_source *source, struct top_sample *sample, struct top_view *view);

/*
 * How the owner fares. A graceful end takes the pins away; after a crash there
 * is a while for another to adopt them.
 */
enum owner_fate source_owner(struct top_source *source);

/* Frames and events that were lost, for whatever reason. */
__u64 losses_of(const struct counters *counters);

#endif
