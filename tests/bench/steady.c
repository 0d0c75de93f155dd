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
	struct counters before;
	__u64 tracked;
};

static int set_up(struct side *side, const char *name, __u32 flows)
{
	int err = rig_open(&side->rig, name, flows > SMALLEST_TABLE ? flows : SMALLEST_TABLE);

	if (err)
		return err;
	err = establish(&side->rig, 0, flows);
	drive_steady(&side->rig, 0, flows, 0);
	return err ? err : rig_counters(&side->rig, &side->before);
}

/* One round of one side; the drive's own time is taken beside, so that noise hits both. */
static int measure(struct side *side, const struct frame *frame, __u32 chunk)
{
	const __u32 warm_up = chunk / 2; /* the other tracker had the caches */
	double drive, parse, track;
	int err;

	err = run_aside(&side->rig, PROGRAM_DRIVE, frame, chunk, &drive);
	if (!err)
		err = run_aside(&side->rig, PROGRAM_PARSE, frame, chunk, &parse);
	if (!err)
		err = run(&side->rig, PROGRAM_TRACK, frame, warm_up, &track);
	if (!err)
		err = run(&side->rig, PROGRAM_TRACK, frame, chunk, &track);
	if (err)
		return err;
	side->tracked += warm_up + chunk;
	add_sample(&side->parse, parse - drive);
	add_sample(&side->track, track - drive);
	return 0;
}

/* Did nearly every packet take the fast path? Else something else was measured. */
static int check_fast(const struct side *side, __u32 flows)
{
	struct counters now;
	int err = rig_counters(&side->rig, &now);
	char name[64];
	double share;

	if (err)
		return err;
	share = (double)(now.count[COUNT_FAST] - side->before.count[COUNT_FAST]) / side->tracked;
	snprintf(name, sizeof(name), "%s-fast-path-%u", side->rig.name, flows);
	verdict(share >= FAST_SHARE, name, "%.3f%% of %llu packets took it", share * 100, side->tracked);
	return 0;
}

int bench_steady(__u32 flows, int rounds, double bar)
{
	struct side table = {}, hash = {};
	struct side *order[2] = { &table, &hash };
	const __u32 chunk = flows / 2 > CHUNK ? flows / 2 : CHUNK;
	struct frame frame;
	char name[64];
	int err;

	steady_frame(&frame);
	err = set_up(&table, "table", flows);
	if (!err)
		err = set_up(&hash, "hash", flows);
	for (int i = 0; i < rounds && !err; i++) {
		err = measure(order[i & 1], &frame, chunk);
		if (!err)
			err = measure(order[~i & 1], &frame, chunk);
	}
	if (err)
		goto out;
	snprintf(name, sizeof(name), "next segment, %u flow%s", flows, flows == 1 ? "" : "s");
	report_pair(name, "ns", &table.track, &hash.track);
	snprintf(name, sizeof(name), "parser alone, %u flow%s", flows, flows == 1 ? "" : "s");
	report_pair(name, "ns", &table.parse, &hash.parse);
	err = check_fast(&table, flows);
	if (!err)
		err = check_fast(&hash, flows);
	if (bar > 0) {
		double ratio = median_ratio(&table.track, &hash.track);

		snprintf(name, sizeof(name), "ratio-%u", flows);
		verdict(ratio <= bar, name, "%.3f of the hash map's time, and at most %.2f is wanted", ratio, bar);
	}
out:
	if (err)
		fprintf(stderr, "bench: %u steady flows: %s\n", flows, strerror(-err));
	rig_close(&table.rig);
	rig_close(&hash.rig);
	return err;
}
