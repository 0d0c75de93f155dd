// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/*
 * What a packet costs: the whole program by BPF_PROG_TEST_RUN, less the time
 * of the program that only makes the frames, beside the same tracker on a
 * BPF_MAP_TYPE_HASH, and beside itself as it was in an earlier commit. See drive.h for how the frames are made.
 */
#include <getopt.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include <bpf/libbpf.h>

#include "scenarios.h"

#define DEFAULT_ROUNDS 9
#define MAX_FLOWS (1 << 22)
#define BAR 0.5 /* of the hash map's time, at 100,000 flows and at a million */
#define BASELINE_BAR 1.05

static const char usage[] =
	"usage: bench [--json] [--rounds N] [--flows N | --baseline] [--hash-room N]\n"
	"  --json      results as NDJSON on stdout, verdicts on stderr\n"
	"  --rounds N  how often table and hash map take turns (default 9, at most 64)\n"
	"  --flows N   established flows only, and this many of them\n"
	"  --baseline  only what today's object costs beside that of an earlier commit\n"
	"  --hash-room N  entries of the hash map for each flow of --max-flows (default 1; 2: as many as\n"
	"              the table has slots)\n";

static int quiet(enum libbpf_print_level level, const char *format, va_list args)
{
	return level == LIBBPF_WARN ? vfprintf(stderr, format, args) : 0;
}

static __u64 memory_available(void)
{
	FILE *file = fopen("/proc/meminfo", "r");
	unsigned long long kib = 0;
	char line[128];

	while (file && fgets(line, sizeof(line), file))
		if (sscanf(line, "MemAvailable: %llu kB", &kib) == 1)
			break;
	if (file)
		fclose(file);
	return kib << 10;
}

/* Half as much again as the tables need: others want to live. */
static bool fits(const char *name, __u32 flows)
{
	__u64 need = rig_bytes(flows) * 3 / 2, have = memory_available();

	if (need <= have)
		return true;
	skip(name, "%u flows need %llu MiB of free memory, and there are %llu", flows, need >> 20, have >> 20);
	return false;
}

static int bench_steadily(const struct contest *contest, __u32 flows, int rounds)
{
	char name[64];

	snprintf(name, sizeof(name), "%s-%u", contest->theirs, flows);
	return fits(name, flows) ? bench_steady(contest, flows, rounds) : 0;
}

/* Today's object beside that of an earlier commit. */
static const char not_built[] = "it was not built: the history here does not reach back to its commit (an archive, a shallow clone)";

static int bench_baseline(int rounds)
{
	struct contest contest = { .ours = "table", .theirs = "baseline", .bar = BASELINE_BAR };
	int err;

	if (!rig_exists("baseline")) {
		skip("baseline", not_built);
		return 0;
	}
	report_heading("beside the baseline, per packet", "today", "baseline");
	/* Loading anew draws luck with addresses again; it matters less where there are many, and filling takes long. */
	contest.openings = 2;
	err = bench_steadily(&contest, 1, rounds);
	contest.openings = 4;
	err = err ?: bench_steadily(&contest, 100000, (rounds + 3) / 4);
	contest.openings = 1;
	if (!err && fits("baseline-slow-path", 524288))
		err = bench_slow_path(&contest, rounds);
	return err ?: bench_steadily(&contest, 1000000, rounds);
}

static int bench_all(int rounds)
{
	const struct contest any = { "table", "hash", 1, 0, true };
	struct contest contest = { "table", "hash", 3, BAR, true };
	int err;

	if (!rig_exists("hash")) {
		skip("hash map", not_built);
		return 0;
	}
	report_heading("per packet, net of making the frame", "table", "hash");
	err = bench_steadily(&any, 1, rounds);
	err = err ?: bench_steadily(&contest, 100000, (rounds + 2) / 3);
	contest.openings = 1;
	err = err ?: bench_steadily(&contest, 1000000, rounds);
	report_heading("the rest, per packet", "table", "hash");
	if (!err && fits("slow-path", 524288))
		err = bench_slow_path(&any, rounds);
	if (!err && fits("flood", 131072))
		err = bench_flood(rounds);
	if (!err && fits("sweep", 524288))
		err = bench_sweep();
	return err ?: bench_baseline(rounds);
}

static int bench_one(__u32 flows, int rounds)
{
	const struct contest any = { "table", "hash", 1, 0, true };

	if (!rig_exists("hash")) {
		skip("hash map", not_built);
		return 0;
	}
	report_heading("per packet, net of making the frame", "table", "hash");
	return bench_steadily(&any, flows, rounds);
}

/* Others' work on this machine is not to be measured: one CPU, whose caches are ours for as long as can be. */
static void have_a_cpu(void)
{
	cpu_set_t one;
	int cpu = sched_getcpu();

	CPU_ZERO(&one);
	CPU_SET(cpu < 0 ? 0 : cpu, &one);
	if (setpriority(PRIO_PROCESS, 0, -20) || sched_setaffinity(0, sizeof(one), &one))
		perror("bench: the CPU is shared with others");
}

int main(int argc, char **argv)
{
	static const struct option options[] = {
		{ "json", no_argument, NULL, 'j' },
		{ "rounds", required_argument, NULL, 'r' },
		{ "flows", required_argument, NULL, 'f' },
		{ "baseline", no_argument, NULL, 'b' },
		{ "hash-room", required_argument, NULL, 'e' },
		{ "help", no_argument, NULL, 'h' },
		{},
	};
	int rounds = DEFAULT_ROUNDS, flows = 0, option;
	bool wrong = false, baseline = false;

	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
		switch (option) {
		case 'j':
			report_json(true);
			break;
		case 'r':
			rounds = atoi(optarg);
			break;
		case 'f':
			flows = atoi(optarg);
			wrong |= flows < 1 || flows > MAX_FLOWS;
			break;
		case 'b':
			baseline = true;
			break;
		case 'e':
			rig_hash_room = atoi(optarg);
			wrong |= rig_hash_room < 1 || rig_hash_room > 8;
			break;
		case 'h':
			fputs(usage, stdout);
			return 0;
		default:
			fputs(usage, stderr);
			return 2;
		}
	}
	if (wrong || optind < argc || (flows && baseline) || rounds < 1 || rounds > MAX_SAMPLES) {
		fputs(usage, stderr);
		return 2;
	}
	libbpf_set_print(quiet);
	have_a_cpu();
	if (baseline ? bench_baseline(rounds) : flows ? bench_one(flows, rounds) : bench_all(rounds))
		verdict(false, "bench", "could not be run to its end");
	return report_end();
}
