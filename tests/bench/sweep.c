// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
#include <linux/bpf.h>
#include <stdio.h>
#include <string.h>

#include "scenarios.h"

#define MAX_CONNECTIONS 524288 /* for a million slots */
#define OFFERED (1u << 20)     /* as many flows as slots: nearly all sets fill */
#define SWEEPS 16              /* in so many, every confirmed flow is looked at once */

/* One sweep over the whole table; *us: how long. */
static int sweep(struct rig *rig, double *us)
{
	struct frame frame;
	double ns;
	int ret;

	steady_frame(&frame);
	*us = 0;
	do {
		ret = rig_run(rig, PROGRAM_SWEEP, &frame, 1, &ns);
		*us += ns / 1000;
	} while (ret == XDP_TX);
	return ret < 0 ? ret : 0;
}

static int sweeps(struct rig *rig, struct samples *all)
{
	double us;
	int err = 0;

	for (int i = 0; i < SWEEPS && !err; i++) {
		err = sweep(rig, &us);
		add_sample(all, us);
	}
	return err;
}

/* Lets all flows expire. *ns: time of the sweeps for each. */
static int expire_all(struct rig *rig, struct samples *each)
{
	struct samples all = {};
	struct totals sum;
	double us = 0;
	int err = rig_set_timeouts(rig, 1);

	if (!err)
		err = sweeps(rig, &all);
	if (!err)
		err = rig_totals(rig, &sum);
	if (err)
		return err;
	for (int i = 0; i < all.count; i++)
		us += all.value[i];
	verdict(sum.closed == sum.opened, "sweep-expires-all", "%llu of %llu flows", sum.closed, sum.opened);
	if (sum.closed)
		add_sample(each, us * 1000 / sum.closed);
	return 0;
}

int bench_sweep(void)
{
	struct samples empty = {}, full = {}, expired = {};
	struct rig rig;
	int err = rig_open(&rig, "table", MAX_CONNECTIONS);

	if (!err)
		err = sweeps(&rig, &empty);
	if (!err)
		err = establish(&rig, 0, OFFERED);
	if (!err)
		err = sweeps(&rig, &full);
	if (!err)
		err = expire_all(&rig, &expired);
	if (!err) {
		report_pair("sweep of 1,048,576 slots, empty", "us", &empty, NULL);
		report_pair("sweep of 1,048,576 slots, confirmed flows", "us", &full, NULL);
		report_pair("expiry of a flow by the sweep", "ns", &expired, NULL);
	} else {
		fprintf(stderr, "bench: sweep: %s\n", strerror(-err));
	}
	rig_close(&rig);
	return err;
}
