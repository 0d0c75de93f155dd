// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "scenarios.h"
#include "tcpstate/abi.h"

#define MAX_CONNECTIONS 524288 /* what the tables are made for */
#define ESTABLISHED 65536      /* flows 0..: the background, and what is retransmitted */
#define BATCH 16384            /* connections opened and closed together */
#define UNKNOWN (1u << 25)     /* numbers of flows that never were */
#define MOST_ROUNDS 9          /* all that is opened here lingers in the table */
#define ALL_EVENTS (1u << EVENT_STATE | 1u << EVENT_FLOW)

struct costs {
	struct samples syn;
	struct samples connection; /* a packet, mean of its nine */
};

struct slow_side {
	struct rig rig;
	struct costs quiet;  /* nobody wants events */
	struct costs events; /* somebody takes them all */
	struct samples reset;
	struct samples retransmission;
	__u32 next;          /* number of the next new connection */
	__u64 drained;
};

/* Takes what has come out of the ring, and counts it. */
static int drain(struct slow_side *side)
{
	int count = rig_drain(&side->rig);

	if (count < 0)
		return count;
	side->drained += count;
	return 0;
}

/*
 * Opens and closes a batch of connections on both sides, who take turns with
 * every step: a disturbance of a second hits both.
 */
static int run_connections(struct slow_side *order[2], bool with_events)
{
	double drive[2], track, sum[2] = {};
	int err = 0;

	for (int i = 0; i < 2 && !err; i++)
		err = run_step(&order[i]->rig, PROGRAM_DRIVE, &connection[0], order[i]->next, BATCH, &drive[i]);
	for (int turn = 0; turn < 2 * CONNECTION_STEPS && !err; turn++) {
		const int i = turn % 2, nth = turn / 2;
		struct slow_side *side = order[i];
		struct costs *costs = with_events ? &side->events : &side->quiet;

		err = run_step(&side->rig, PROGRAM_TRACK, &connection[nth], side->next, BATCH, &track);
		sum[i] += track - drive[i];
		if (nth == 0)
			add_sample(&costs->syn, track - drive[i]);
		if (!err)
			err = drain(side);
	}
	for (int i = 0; i < 2; i++) {
		order[i]->next += BATCH;
		add_sample(with_events ? &order[i]->events.connection : &order[i]->quiet.connection,
			   sum[i] / CONNECTION_STEPS);
	}
	return err;
}

static int run_resets(struct slow_side *side)
{
	double drive, track;
	int err = run_step(&side->rig, PROGRAM_DRIVE, &lone_reset, UNKNOWN, BATCH, &drive);

	if (!err)
		err = run_step(&side->rig, PROGRAM_TRACK, &lone_reset, UNKNOWN, BATCH, &track);
	if (!err)
		add_sample(&side->reset, track - drive);
	return err;
}

/* Round 0 again, and again. */
static int run_retransmissions(struct slow_side *side, const struct frame *frame)
{
	double drive, track;
	int err;

	drive_steady(&side->rig, 0, ESTABLISHED, 0);
	err = run_aside(&side->rig, PROGRAM_DRIVE, frame, ESTABLISHED, &drive);
	if (!err)
		err = run(&side->rig, PROGRAM_TRACK, frame, ESTABLISHED, &track);
	if (!err)
		add_sample(&side->retransmission, track - drive);
	return err;
}

static int set_up(struct slow_side *side, const char *name, const struct frame *frame)
{
	double ns;
	int err = rig_open(&side->rig, name, MAX_CONNECTIONS);

	if (!err)
		err = establish(&side->rig, 0, ESTABLISHED);
	if (err)
		return err;
	side->next = ESTABLISHED;
	side->drained = 0;
	/* Both ends have sent data, and have acknowledged the other's. */
	drive_steady(&side->rig, 0, ESTABLISHED, 0);
	return run(&side->rig, PROGRAM_TRACK, frame, 4 * ESTABLISHED, &ns);
}

/* One round; the first of the two has the first turn in all of it. */
static int measure(struct slow_side *order[2], const struct frame *frame)
{
	int err = run_connections(order, false);

	for (int i = 0; i < 2 && !err; i++)
		err = rig_set_events(&order[i]->rig, ALL_EVENTS);
	if (!err)
		err = run_connections(order, true);
	for (int i = 0; i < 2 && !err; i++)
		err = rig_set_events(&order[i]->rig, 0);
	for (int i = 0; i < 2 && !err; i++)
		err = run_resets(order[i]);
	for (int i = 0; i < 2 && !err; i++)
		err = run_retransmissions(order[i], frame);
	return err;
}

/* Was it that what was measured? */
static int check(const struct slow_side *side, const char *object, int rounds)
{
	const __u64 connections = side->next;
	const __u64 fast = 4 * ESTABLISHED; /* in set_up() */
	struct totals sum;
	char name[64];
	int err = rig_totals(&side->rig, &sum);

	if (err)
		return err;
	snprintf(name, sizeof(name), "%s-connections", object);
	/* Once in a while a set overflows, and what was evicted is opened again by its next packet. */
	verdict(sum.opened >= connections && sum.opened - connections <= connections / 1000, name,
		"%llu opened, and %llu were to be", sum.opened, connections);
	snprintf(name, sizeof(name), "%s-resets", object);
	verdict(sum.no_flow == (__u64)rounds * BATCH, name, "%llu belonged to no flow, of %llu",
		sum.no_flow, (__u64)rounds * BATCH);
	snprintf(name, sizeof(name), "%s-retransmissions", object);
	verdict(sum.fast <= fast + (__u64)rounds * BATCH * 2 * 6, name,
		"%llu packets took the fast path: only those of the data", sum.fast);
	snprintf(name, sizeof(name), "%s-events", object);
	verdict(sum.events == side->drained && side->drained >= (__u64)rounds * BATCH * 6, name,
		"%llu emitted, %llu received", sum.events, side->drained);
	return 0;
}

static void report(const struct contest *contest, const struct slow_side *ours, const struct slow_side *theirs)
{
	const struct {
		const char *text, *name;
		const struct samples *ours, *theirs;
	} rows[] = {
		{ "SYN of a new flow", "syn", &ours->quiet.syn, &theirs->quiet.syn },
		{ "SYN of a new flow, and its event", "syn-event", &ours->events.syn, &theirs->events.syn },
		{ "connection of 9 packets, a packet", "connection", &ours->quiet.connection, &theirs->quiet.connection },
		{ "connection, and its events, a packet", "connection-events", &ours->events.connection,
		  &theirs->events.connection },
		{ "retransmission", "retransmission", &ours->retransmission, &theirs->retransmission },
		{ "RST of an unknown flow", "unknown-reset", &ours->reset, &theirs->reset },
	};
	struct samples emission = {};
	char name[64];

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		report_pair(rows[i].text, "ns", rows[i].ours, rows[i].theirs);
	for (int i = 0; i < ours->quiet.syn.count; i++)
		add_sample(&emission, ours->events.syn.value[i] - ours->quiet.syn.value[i]);
	/* Of two noisy differences a ratio says nothing. */
	report_pair("emission of an event", "ns", &emission, NULL);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		snprintf(name, sizeof(name), "%s-ratio-%s", contest->theirs, rows[i].name);
		report_bar(name, rows[i].ours, rows[i].theirs, contest->bar);
	}
}

/* Both are loaded, take turns, and go. last: with verdicts on what was measured. */
static int run_opening(const struct contest *contest, struct slow_side *ours, struct slow_side *theirs, int rounds, bool last)
{
	struct slow_side *order[2][2] = { { ours, theirs }, { theirs, ours } };
	struct frame frame;
	int err;

	steady_frame(&frame);
	err = set_up(ours, contest->ours, &frame);
	if (!err)
		err = set_up(theirs, contest->theirs, &frame);
	for (int i = 0; i < rounds && !err; i++)
		err = measure(order[i & 1], &frame);
	if (!err && last)
		report(contest, ours, theirs);
	if (!err && last)
		err = check(ours, contest->ours, rounds);
	if (!err && last)
		err = check(theirs, contest->theirs, rounds);
	rig_close(&ours->rig);
	rig_close(&theirs->rig);
	return err;
}

int bench_slow_path(const struct contest *contest, int rounds)
{
	struct slow_side ours = {}, theirs = {};
	int err = 0;

	rounds = rounds > MOST_ROUNDS ? MOST_ROUNDS : rounds;
	for (int i = 0; i < contest->openings && !err; i++)
		err = run_opening(contest, &ours, &theirs, rounds, i == contest->openings - 1);
	if (err)
		fprintf(stderr, "bench: slow path: %s\n", strerror(-err));
	return err;
}
