/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* The timewait report, as text and as JSON. */
#ifndef TCPSTATE_USER_COMMANDS_TIMEWAIT_PRINT_H
#define TCPSTATE_USER_COMMANDS_TIMEWAIT_PRINT_H

#include "kernel/host_maps.h"
#include "findings/time_waits.h"

struct report;

struct timewait {
	struct waits waits;
	struct counters counters;
	struct known_host *hosts; /* that reused a tuple in TIME_WAIT, the soonest first */
	size_t host_count;
};

/* 0 or negative errno. */
int timewait_text(struct report *report, const struct timewait *timewait);
int timewait_json(struct report *report, const struct timewait *timewait);

#endif
