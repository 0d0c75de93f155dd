/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* What is measured. Each returns 0, or a negative errno after it has said why. */
#ifndef TCPSTATE_BENCH_SCENARIOS_H
#define TCPSTATE_BENCH_SCENARIOS_H

#include "report.h"

/* Established flows in random order, each packet the next in order: table beside hash. */
int bench_steady(__u32 flows, int rounds, double bar);

/* Whole connections, lone resets, retransmissions, events. */
int bench_slow_path(int rounds);

/* SYNs into a full table, which must not cost a confirmed flow. */
int bench_flood(int rounds);

/* The sweep over a million slots: empty, full of confirmed flows, and all of them expired. */
int bench_sweep(void);

#endif
