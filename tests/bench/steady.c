// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "scenarios.h"

#define SMALLEST_TABLE 131072 /* flows: the command's default */
#define CHUNK 300000          /* packets timed at once, at least */
#define FAST_SHARE 0.999      /* a set in ten thousand overflows at half load */

struct side {
	struct rig rig;
	struct samples parse;
	struct samples track;
	struct totals before;
	__u64 tracked;
	__u64 fast; /* of these, on the fast path */
};

static int set_up(struct side *side, const char *name, __u32 flows)
{
	int err = rig_open(&side->rig, name, flows > SMALLEST_TABLE ? flows : SMALLEST_TABLE);

	if (err)
		return err;
	err = establish(&side->rig, 0, flows);
	drive_steady(&side->rig, 0, flows, 0);
	return err ? err : rig_totals(&side->rig, &side->before);
}

/* One round of one side; the drive's own time is taken beside, so that noise hits both. */
static int measure(struct side *side, const struct frame *frame, __u32 chunk, bool parser)
{
	const __u32 warm_up = chunk / 2; /* the other tracker had the caches */
	double drive, parse = 0, track;
	int err;

	err = run_aside(&side->rig, PROGRAM_DRIVE, frame, chunk, &drive);
	if (!err && parser)
		err = run_aside(&side->rig, PROGRAM_PARSE, frame, chunk, &parse);
	if (!err && parser)
		add_sample(&side->parse, parse - drive);
	if (!err)
		err = run(&side->rig, PROGRAM_TRACK, frame, warm_up, &track);
	if (!err)
		err = run(&side->rig, PROGRAM_TRACK, frame, chunk, &track);
	if (err)
		return err;
	side->tracked += warm_up + chunk;
	add_sample(&side->track, track - drive);
	return 0;
}

static int take_totals(struct side *side)
{
	struct totals now;
	int err = rig_totals(&side->rig, &now);

	if (!err)
		side->fast += now.fast - side->before.fast;
	return err;
}

/* Did nearly every packet take the fast path? Else something else was measured. */
static void check_fast(const struct side *side, const char *object, __u32 flows)
{
	double share = (double)side->fast / side->tracked;
	char name[64];

	snprintf(name, sizeof(name), "%s-fast-path-%u", object, flows);
	verdict(share >= FAST_SHARE, name, "%.3f%% of %llu packets took it", share * 100, side->tracked);
}

/* Both are loaded, take turns, and go. Every other time theirs are loaded first: memory is not the same to both. */
static int run_opening(const struct contest *contest, struct side *ours, struct side *theirs, __u32 flows, int rounds,
		       int nth)
{
	const __u32 chunk = flows / 2 > CHUNK ? flows / 2 : CHUNK;
	struct side *order[2] = { nth & 1 ? theirs : ours, nth & 1 ? ours : theirs };
	const char *names[2] = { nth & 1 ? contest->theirs : contest->ours, nth & 1 ? contest->ours : contest->theirs };
	struct frame frame;
	int err;

	steady_frame(&frame);
	err = set_up(order[0], names[0], flows);
	if (!err)
		err = set_up(order[1], names[1], flows);
	for (int i = 0; i < rounds && !err; i++) {
		err = measure(order[i & 1], &frame, chunk, contest->parser);
		if (!err)
			err = measure(order[~i & 1], &frame, chunk, contest->parser);
	}
	if (!err)
		err = take_totals(ours);
	if (!err)
		err = take_totals(theirs);
	rig_close(&ours->rig);
	rig_close(&theirs->rig);
	return err;
}

int bench_steady(const struct contest *contest, __u32 flows, int rounds)
{
	struct side ours = {}, theirs = {};
	char name[64];
	int err = 0;

	for (int i = 0; i < contest->openings && !err; i++)
		err = run_opening(contest, &ours, &theirs, flows, rounds, i);
	if (err) {
		fprintf(stderr, "bench: %u steady flows: %s\n", flows, strerror(-err));
		return err;
	}
	snprintf(name, sizeof(name), "next segment, %u flow%s", flows, flows == 1 ? "" : "s");
	report_pair(name, "ns", &ours.track, &theirs.track);
	snprintf(name, sizeof(name), "parser alone, %u flow%s", flows, flows == 1 ? "" : "s");
	if (contest->parser)
		report_pair(name, "ns", &ours.parse, &theirs.parse);
	check_fast(&ours, contest->ours, flows);
	check_fast(&theirs, contest->theirs, flows);
	snprintf(name, sizeof(name), "%s-ratio-%u", contest->theirs, flows);
	report_bar(name, &ours.track, &theirs.track, contest->bar);
	return 0;
}
