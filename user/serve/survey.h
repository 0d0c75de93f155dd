/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * What only a walk over the whole table tells (findings/): how full the ports of
 * clients are, and which local ends linger half closed. It is
 * taken now and then by a thread of its own, so that neither a scrape nor the
 * loop that drains the events ever waits for it.
 */
#ifndef TCPSTATE_USER_SERVE_SURVEY_H
#define TCPSTATE_USER_SERVE_SURVEY_H

#include <stdbool.h>

#include "findings/half_closed.h"
#include "findings/port_pressure.h"
#include "tcpstate/abi.h"
#include "tcpstate/units.h"

struct maps;
struct survey;

#define SURVEY_EVERY_NS (10 * NS_PER_SECOND) /* at most that often, */
#define SURVEY_SHARE 20                      /* and for at most one part in 20 of the time */
#define SURVEY_OLDER_NS (60 * NS_PER_SECOND) /* what has been half closed for longer lingers */
#define SURVEY_ROWS 10

struct survey_result {
	__u64 time;            /* CLOCK_MONOTONIC, when it was begun; 0: none has been taken */
	__u64 cost_ns;
	__u64 lingering[STATE_SLOTS]; /* local ends, by state */
	int pair_count, lingering_count;
	struct port_pair pairs[SURVEY_ROWS];              /* where a wait keeps a port, the fullest first */
	struct half_closed_group longest[SURVEY_ROWS];    /* of local ends, the oldest first */
};

/* One walk, now, whose: NULL: nobody knows; by a thread that is in the network namespace that is watched. 0 or negative errno. */
int survey_take(struct survey_result *result, const struct maps *maps, __u32 sets, const struct whose_source *whose);

/* The thread. maps stay open as long as it lives. 0 or a reported error. */
int survey_start(struct survey **survey, const struct maps *maps, __u32 sets, const struct whose_source *whose);
/* The newest result. */
void survey_read(struct survey *survey, struct survey_result *result);
void survey_stop(struct survey *survey);

#endif
