// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/*
 * flood [--seconds N] [--slots N,N...] [NAME...]: each flood at the highest rate that
 * BPF_PROG_TEST_RUN makes, in real time, while 300 connections a second open, talk and close.
 * Fifty others have been talking since before the flood, and go on. The table is full of it
 * before the first of the connections begins.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "kinds.h"
#include "lookup.h"
#include "real.h"

#define BURST 32              /* frames of the flood between two looks at the clock */
#define LAST_MS 700           /* how long a connection takes, and a little more */
#define MOST_LOST_PER_MILLE 1 /* the bar: 99.9 % */

/* The daemon's: once a second, one step after the other. */
struct sweeper {
	__u64 next;
	bool sweeping;
};

static void sweep(struct rig *rig, struct sweeper *sweeper, __u64 now)
{
	if (!sweeper->sweeping && now < sweeper->next)
		return;
	if (!sweeper->sweeping)
		sweeper->next = now + SECOND_NS;
	sweeper->sweeping = rig_sweep(rig) > 0;
}

static void send_burst(struct rig *rig, struct flood *flood)
{
	struct wire wire;

	for (int i = 0; i < BURST; i++) {
		flood_next(flood, &wire);
		rig_frame(rig, &wire);
	}
}

/* So that the first real one meets what the hundredth second would bring. */
static void fill(struct rig *rig, struct flood *flood, struct real *real)
{
	unsigned long script = 0;

	while (flood->kind->script[script].flags)
		script++;
	for (unsigned long frames = 0; frames < 2ul * rig->sets * SET_WAYS * script; frames += BURST) {
		real_run(real, now_ns(), false);
		send_burst(rig, flood);
	}
}

/* Those that talk have done so for a while: of less than eight packets a peer that vanishes is known by nothing. */
static void let_talk(struct real *real)
{
	const __u64 end = now_ns() + SECOND_NS;

	while (now_ns() < end) {
		real_run(real, now_ns(), false);
		usleep(1000);
	}
}

static int clear(struct rig *rig)
{
	int err = 0;

	for (__u32 set = 0; !err && set < rig->sets; set++)
		err = rig_clear(rig, set);
	return err;
}

static bool report(const struct kind *kind, const struct rig *rig, const struct real_tally *t, double rate)
{
	const bool holds = t->ended && t->lost * 1000 <= t->ended * MOST_LOST_PER_MILLE && !t->talkers_lost;

	printf("%s %s %u: %s, %.0f a second: %lu connections, %lu from their SYN, %lu from their SYN-ACK, %.2f %% tracked; "
	       "%lu of %d that talk lost%s%s\n",
	       holds ? "ok" : "not ok", kind->name, rig->sets * SET_WAYS, kind->what, rate, t->ended, t->from_syn,
	       t->from_syn_ack, t->ended ? 100.0 * (t->from_syn + t->from_syn_ack) / t->ended : 0, t->talkers_lost, TALKERS,
	       t->why[0] ? "; the first: " : "", t->why);
	fflush(stdout);
	return holds;
}

static bool run_flood(struct rig *rig, const struct kind *kind, unsigned long seconds)
{
	struct sweeper sweeper = {};
	struct real_tally tally;
	struct flood flood;
	struct real *real;
	unsigned long frames = 0;
	__u64 begin, now;

	flood_begin(&flood, kind);
	if (clear(rig)) {
		printf("not ok %s: the table cannot be cleared\n", kind->name);
		return false;
	}
	real = real_begin(rig, (seconds + 1) * REAL_A_SECOND, now_ns());
	if (!real) {
		printf("not ok %s: no memory\n", kind->name);
		return false;
	}
	let_talk(real);
	fill(rig, &flood, real);
	begin = now = now_ns();
	while (now < begin + seconds * SECOND_NS) {
		real_run(real, now, now + LAST_MS * 1000000ull < begin + seconds * SECOND_NS);
		send_burst(rig, &flood);
		frames += BURST;
		sweep(rig, &sweeper, now);
		now = now_ns();
	}
	tally = real_end(real);
	return report(kind, rig, &tally, frames * 1e9 / (now - begin));
}

static bool is_wanted(const struct kind *kind, char **names, int count)
{
	for (int i = 0; i < count; i++)
		if (!strcmp(names[i], kind->name))
			return true;
	return !count;
}

int main(int argc, char **argv)
{
	unsigned long seconds = 3, passed = 0, failed = 0;
	char defaults[] = "16384", *tables = defaults;
	int at = 1;

	for (; at + 1 < argc && argv[at][0] == '-'; at += 2) {
		if (!strcmp(argv[at], "--seconds"))
			seconds = strtoul(argv[at + 1], NULL, 10);
		else if (!strcmp(argv[at], "--slots"))
			tables = argv[at + 1];
		else
			return fprintf(stderr, "usage: flood [--seconds N] [--slots N,N...] [NAME...]\n"), 2;
	}
	for (char *slots = strtok(tables, ","); slots; slots = strtok(NULL, ",")) {
		struct rig rig;

		if (rig_open(&rig, strtoul(slots, NULL, 10) / SET_WAYS, true) || lookup_begin(&rig))
			return 1;
		for (const struct kind *kind = kinds; kind->name; kind++)
			if (is_wanted(kind, argv + at, argc - at))
				run_flood(&rig, kind, seconds) ? passed++ : failed++;
		rig_close(&rig);
	}
	printf("%lu passed, %lu failed, 0 skipped\n", passed, failed);
	return failed > 0;
}
