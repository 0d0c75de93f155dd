// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
#include <stdio.h>
#include <string.h>

#include "scenarios.h"
#include "tcpstate/abi.h"

#define MAX_CONNECTIONS 131072 /* the command's default */
#define CONFIRMED 65536        /* what the flood must not push out */
#define MOST_ROUNDS 5
#define FLOOD (1u << 22)       /* numbers of the flood's SYNs, all of them different */

/* SYNs as many as the table has slots. */
static int flood(struct rig *rig, int nth, double *ns)
{
	const __u32 slots = rig->sets * SET_WAYS;
	double drive, track = 0;
	int err = run_step(rig, PROGRAM_DRIVE, &connection[0], FLOOD + nth * slots, slots, &drive);

	if (!err)
		err = run_step(rig, PROGRAM_TRACK, &connection[0], FLOOD + nth * slots, slots, &track);
	*ns = track - drive;
	return err;
}

static int check(struct rig *rig)
{
	struct totals before, after;
	struct frame frame;
	double ns;
	int err = rig_totals(rig, &before);

	steady_frame(&frame);
	drive_steady(rig, 0, CONFIRMED, 0);
	if (!err)
		err = run(rig, PROGRAM_TRACK, &frame, CONFIRMED, &ns);
	if (!err)
		err = rig_totals(rig, &after);
	if (err)
		return err;
	verdict(after.fast - before.fast == CONFIRMED, "flood-keeps-confirmed",
		"%llu of %d established flows are still known, of %llu opened",
		after.fast - before.fast, CONFIRMED, after.opened);
	return 0;
}

int bench_flood(int rounds)
{
	const int last = 2 + (rounds > MOST_ROUNDS ? MOST_ROUNDS : rounds);
	struct samples syn = {};
	struct rig rig;
	double ns;
	int nth = 0, err = rig_open(&rig, "table", MAX_CONNECTIONS);

	if (!err)
		err = establish(&rig, 0, CONFIRMED);
	/* Twice, and every set is full. */
	while (!err && nth < 2)
		err = flood(&rig, nth++, &ns);
	while (!err && nth < last) {
		err = flood(&rig, nth++, &ns);
		add_sample(&syn, ns);
	}
	if (!err) {
		report_pair("SYN of a flood, into a full table", "ns", &syn, NULL);
		err = check(&rig);
	}
	if (err)
		fprintf(stderr, "bench: flood: %s\n", strerror(-err));
	rig_close(&rig);
	return err;
}
