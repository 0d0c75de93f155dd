/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* What is measured. Each returns 0, or a negative errno after it has said why. */
#ifndef TCPSTATE_BENCH_SCENARIOS_H
#define TCPSTATE_BENCH_SCENARIOS_H

#include "report.h"

/* Two objects that take turns, so that what disturbs one disturbs the other. */
struct contest {
	const char *ours, *theirs; /* as rig_open() knows them */
	int openings;              /* how often both are loaded anew: luck with addresses is drawn again */
	double bar;                /* most that ours may take of the time of theirs; 0: anything */
	bool parser;               /* what the parser takes alone, too */
};

/* Established flows in random order, each packet the next in order. */
int bench_steady(const struct contest *contest, __u32 flows, int rounds);

/* Whole connections, lone resets, retransmissions, events. */
int bench_slow_path(const struct contest *contest, int rounds);

/* SYNs into a full table, which must not cost a confirmed flow. */
int bench_flood(int rounds);

/* The sweep over a million slots: empty, full of confirmed flows, and all of them expired. */
int bench_sweep(void);

#endif
