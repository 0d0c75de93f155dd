// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
#include <errno.h>
#include <linux/bpf.h>
#include <stdlib.h>
#include <string.h>

#include "measure.h"

/*
 * Handshakes under way at one time: few enough that no embryo gives way to
 * another, and many, as each run of an XDP program waits for RCU (the
 * kernel enters it into the XDP dispatcher and takes it out again).
 */
#define ESTABLISH_BATCH 16384

void add_sample(struct samples *s, double value)
{
	if (s->count < MAX_SAMPLES)
		s->value[s->count++] = value;
}

static int by_value(const void *a, const void *b)
{
	double difference = *(const double *)a - *(const double *)b;

	return difference < 0 ? -1 : difference > 0;
}

double median(const struct samples *s)
{
	struct samples sorted = *s;

	if (!s->count)
		return 0;
	qsort(sorted.value, sorted.count, sizeof(double), by_value);
	return (sorted.value[(sorted.count - 1) / 2] + sorted.value[sorted.count / 2]) / 2;
}

static struct samples ratios_of(const struct samples *a, const struct samples *b)
{
	struct samples ratios = {};

	for (int i = 0; i < a->count && i < b->count; i++)
		if (b->value[i] > 0)
			add_sample(&ratios, a->value[i] / b->value[i]);
	return ratios;
}

double median_ratio(const struct samples *a, const struct samples *b)
{
	struct samples ratios = ratios_of(a, b);

	return median(&ratios);
}

void middle_half(const struct samples *a, const struct samples *b, double *low, double *high)
{
	struct samples ratios = ratios_of(a, b);

	qsort(ratios.value, ratios.count, sizeof(double), by_value);
	*low = ratios.value[ratios.count / 4];
	*high = ratios.value[ratios.count * 3 / 4];
}

static void drive_over(struct rig *rig, __u32 first, __u32 flows)
{
	__u32 mask = 0;

	while (mask < flows - 1)
		mask = mask << 1 | 1;
	*rig->drive = (struct drive){ .first = first, .flows = flows, .mask = mask };
}

void drive_steady(struct rig *rig, __u32 first, __u32 flows, __u32 round)
{
	drive_over(rig, first, flows);
	rig->drive->sender = DRIVE_IN_TURN;
	rig->drive->payload = STEADY_PAYLOAD;
	rig->drive->round = round;
}

int run(struct rig *rig, enum rig_program program, const struct frame *frame, __u32 times, double *ns)
{
	int err = rig_run(rig, program, frame, times, ns);

	return err < 0 ? err : err == XDP_ABORTED ? -EPROTO : 0;
}

int run_aside(struct rig *rig, enum rig_program program, const struct frame *frame, __u32 times, double *ns)
{
	struct drive saved = *rig->drive;
	int err = run(rig, program, frame, times, ns);

	*rig->drive = saved;
	return err;
}

/* Sets the generator to one step of these connections. */
static void drive_step(struct rig *rig, const struct step *step, __u32 first, __u32 flows)
{
	drive_over(rig, first, flows);
	rig->drive->sender = step->sender;
	rig->drive->seq_offset = step->seq;
	rig->drive->ack_offset = step->ack;
}

int run_step(struct rig *rig, enum rig_program program, const struct step *step, __u32 first, __u32 flows,
	     double *ns)
{
	struct frame frame;

	step_frame(step, &frame);
	drive_step(rig, step, first, flows);
	return run(rig, program, &frame, flows, ns);
}

int establish(struct rig *rig, __u32 first, __u32 flows)
{
	double ns;
	int err = 0;

	for (__u32 done = 0; done < flows && !err; done += ESTABLISH_BATCH) {
		__u32 batch = flows - done < ESTABLISH_BATCH ? flows - done : ESTABLISH_BATCH;

		for (int i = 0; i < HANDSHAKE_STEPS && !err; i++)
			err = run_step(rig, PROGRAM_TRACK, &connection[i], first + done, batch, &ns);
	}
	return err;
}
