// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/*
 * race [--rounds N] [--seconds N] [NAME...]: each stress N rounds, or as many as there is time for.
 * A round is two CPUs that run segments (or a sweep) at once, released by a barrier, each a few
 * hundred ns early or late by turns; then one CPU looks at what has become of the flow.
 */
#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "race.h"

#define SPINS 4000      /* before a CPU is given away: the other thread may be waiting for this one */
#define MOST_DELAY 192  /* in turns of an empty loop */

static struct {
	struct race *race;
	atomic_ulong called, here, started, done;
	__u64 began[2], ended[2];
	__u32 delay[2];
	atomic_bool over;
} meeting;

static void wait_for(atomic_ulong *counter, unsigned long round)
{
	for (unsigned int spins = 0; atomic_load_explicit(counter, memory_order_acquire) < round; spins++)
		if (spins > SPINS)
			sched_yield();
}

static void shoot(int cpu)
{
	const struct shots *shots = &meeting.race->shots[cpu];

	for (volatile __u32 i = 0; i < meeting.delay[cpu]; i++)
		;
	meeting.began[cpu] = now_ns();
	if (shots->sweeps)
		rig_sweep(&meeting.race->rig);
	for (__u32 i = 0; i < shots->frames; i++)
		rig_frame(&meeting.race->rig, &shots->frame[i]);
	meeting.ended[cpu] = now_ns();
}

static void *peer(void *unused)
{
	for (unsigned long round = 1;; round++) {
		wait_for(&meeting.called, round);
		if (meeting.over)
			return NULL;
		atomic_store(&meeting.here, round);
		wait_for(&meeting.started, round);
		shoot(1);
		atomic_store(&meeting.done, round);
	}
}

void race_run(struct race *race)
{
	static unsigned long round;
	static __u32 random = 1;

	round++;
	random = random * 1664525 + 1013904223;
	meeting.race = race;
	meeting.delay[0] = (random >> 8) % MOST_DELAY;
	meeting.delay[1] = (random >> 20) % MOST_DELAY;
	atomic_store(&meeting.called, round);
	wait_for(&meeting.here, round);
	atomic_store(&meeting.started, round);
	shoot(0);
	wait_for(&meeting.done, round);
	race->together += meeting.began[0] < meeting.ended[1] && meeting.began[1] < meeting.ended[0];
	race->shots[0].frames = race->shots[1].frames = 0;
	race->shots[0].sweeps = race->shots[1].sweeps = false;
}

void race_shoot(struct race *race, int cpu, const struct pair *pair, const struct sent *sent)
{
	struct shots *shots = &race->shots[cpu];

	wire_build(&shots->frame[shots->frames++], pair, sent);
}

void race_send(struct race *race, const struct pair *pair, const struct sent *sent)
{
	struct wire wire;

	wire_build(&wire, pair, sent);
	rig_frame(&race->rig, &wire);
}

/* Of the stresses before. */
static unsigned long pairs_before;

struct pair race_pair(unsigned long round)
{
	round += pairs_before;
	return (struct pair){
		.addr = { 0x0a000001 + (round >> 14), 0xc0000201 },
		.port = { 40000 + (round & 0x3fff), 80 },
	};
}

void race_open(struct race *race, const struct pair *pair)
{
	race_send(race, pair, &(struct sent){ CLIENT, TH_SYN, 0, CLIENT_FIRST - 1, 0 });
	race_send(race, pair, &(struct sent){ SERVER, TH_SYN | TH_ACK, 0, SERVER_FIRST - 1, CLIENT_FIRST });
	race_send(race, pair, &(struct sent){ CLIENT, TH_ACK, 0, CLIENT_FIRST, SERVER_FIRST });
}

bool race_fail(struct race *race, const char *format, ...)
{
	va_list args;

	if (race->why[0])
		return false;
	va_start(args, format);
	vsnprintf(race->why, sizeof(race->why), format, args);
	va_end(args);
	return false;
}

bool race_expect_one(struct race *race, const struct pair *pair, struct flow *flow, __u32 *client)
{
	struct flow_key key;
	int found;

	wire_key(pair, &key, client);
	found = rig_find(&race->rig, SET, &key, flow);
	return found == 1 || race_fail(race, "%d flows of one key", found);
}

/* As if nothing had been before: the object stays, as loading it takes the verifier a second. */
static int begin(struct race *race, const struct stress *stress)
{
	int err;

	pairs_before += 2 * race->rounds + SET_WAYS;
	race->rounds = race->failed = race->together = 0;
	race->why[0] = 0;
	rig_drain(&race->rig, NULL, NULL);
	err = rig_clear(&race->rig, SET) ?: rig_configure(&race->rig, 0, 0);
	return err ?: stress->begin ? stress->begin(race) : 0;
}

/* Returns whether it held. */
static bool run_stress(struct race *race, const struct stress *stress, unsigned long rounds, unsigned long seconds)
{
	const int err = begin(race, stress);
	const __u64 last = now_ns() + (seconds ? seconds : 86400) * SECOND_NS;

	while (!err && race->rounds < rounds && (now_ns() < last || !race->together))
		race->failed += !stress->round(race, race->rounds++);
	if (!err && stress->end)
		race->failed += !stress->end(race);
	printf("%s %s: %s: %lu of %lu rounds failed, both CPUs at once in %lu%s%s\n",
	       err || race->failed || !race->together ? "not ok" : "ok", stress->name, stress->what, race->failed,
	       race->rounds, race->together, race->failed ? "; the first: " : "", race->why);
	fflush(stdout);
	return !err && !race->failed && race->together;
}

static int pin(pthread_t thread, int cpu)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	return pthread_setaffinity_np(thread, sizeof(set), &set);
}

/* The first two CPUs that this process may use. */
static int pin_both(pthread_t other)
{
	cpu_set_t allowed;
	int cpus[2], found = 0;

	if (sched_getaffinity(0, sizeof(allowed), &allowed))
		return -errno;
	for (int cpu = 0; cpu < CPU_SETSIZE && found < 2; cpu++)
		if (CPU_ISSET(cpu, &allowed))
			cpus[found++] = cpu;
	return found < 2 ? -ENODEV : pin(pthread_self(), cpus[0]) ?: pin(other, cpus[1]);
}

static bool is_wanted(const struct stress *stress, char **names, int count)
{
	for (int i = 0; i < count; i++)
		if (!strcmp(names[i], stress->name))
			return true;
	return !count;
}

int main(int argc, char **argv)
{
	const struct stress *const all[] = { claim_stresses, count_stresses, close_stresses, sweep_stresses, time_stresses };
	unsigned long rounds = 20000, seconds = 0, passed = 0, failed = 0;
	static struct race race;
	pthread_t other;
	int at = 1;

	for (; at + 1 < argc && argv[at][0] == '-'; at += 2) {
		if (!strcmp(argv[at], "--rounds"))
			rounds = strtoul(argv[at + 1], NULL, 10);
		else if (!strcmp(argv[at], "--seconds"))
			seconds = strtoul(argv[at + 1], NULL, 10);
		else
			return fprintf(stderr, "usage: race [--rounds N] [--seconds N] [NAME...]\n"), 2;
	}
	/* Where others work, too, two threads seldom run at once: both go first, and so are done soon. */
	setpriority(PRIO_PROCESS, 0, -20);
	if (pthread_create(&other, NULL, peer, NULL))
		return 1;
	if (pin_both(other)) {
		printf("skip race: two CPUs are needed\n0 passed, 0 failed, 1 skipped\n");
		return 0;
	}
	if (rig_open(&race.rig, 1, false))
		return 1;
	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		for (const struct stress *stress = all[i]; stress->name; stress++)
			if (is_wanted(stress, argv + at, argc - at))
				run_stress(&race, stress, rounds, seconds) ? passed++ : failed++;
	rig_close(&race.rig);
	printf("%lu passed, %lu failed, 0 skipped\n", passed, failed);
	return failed > 0;
}
