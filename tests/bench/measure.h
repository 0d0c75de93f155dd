/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* What the measurements are made of. All return 0 or a negative errno, unless they say otherwise. */
#ifndef TCPSTATE_BENCH_MEASURE_H
#define TCPSTATE_BENCH_MEASURE_H

#include "rig.h"

#define MAX_SAMPLES 64

/* Times of one thing, in ns. */
struct samples {
	double value[MAX_SAMPLES];
	int count;
};

void add_sample(struct samples *s, double value);
double median(const struct samples *s);

/* Median of a's samples over b's of the same round: what disturbs both cancels out. */
double median_ratio(const struct samples *a, const struct samples *b);

/* Between which the middle half of these ratios lies: how far the median is to be believed. */
void middle_half(const struct samples *a, const struct samples *b, double *low, double *high);

/* A program over one step of the connections first..first+flows-1, each once; *ns: a packet. */
int run_step(struct rig *rig, enum rig_program program, const struct step *step, __u32 first, __u32 flows,
	     double *ns);

/* Takes connections first..first+flows-1 through their handshakes. */
int establish(struct rig *rig, __u32 first, __u32 flows);

/* From here on the generator makes the next segments of established flows, from this round on. */
void drive_steady(struct rig *rig, __u32 first, __u32 flows, __u32 round);

/* Runs a program of the steady drive and leaves the drive where it was, so that no flow misses a segment. */
int run_aside(struct rig *rig, enum rig_program program, const struct frame *frame, __u32 times, double *ns);

/* As rig_run(), but an aborted program is an error: -EPROTO. */
int run(struct rig *rig, enum rig_program program, const struct frame *frame, __u32 times, double *ns);

#endif
