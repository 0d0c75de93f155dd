// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/*
 * What a packet costs: the whole program by BPF_PROG_TEST_RUN, less the time
 * of the program that only makes the frames, beside the same tracker on a
 * BPF_MAP_TYPE_HASH. See drive.h for how the frames are made.
 */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <bpf/libbpf.h>

#include "scenarios.h"

#define DEFAULT_ROUNDS 9
#define MAX_FLOWS (1 << 22)
#define BAR 0.5 /* of the hash map's time, at 100,000 flows and at a million */

static const char usage[] =
	"usage: bench [--json] [--rounds N] [--flows N] [--hash-room N]\n"
	"  --json      results as NDJSON on stdout, verdicts on stderr\n"
	"  --rounds N  how often table and hash map take turns (default 9, at most 64)\n"
	"  --flows N   established flows only, and this many of them\n"
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

static int bench_all(int rounds)
{
	static const struct {
		const char *name;
		__u32 flows;
		double bar;
	} steady[] = { { "ratio-1", 1, 0 }, { "ratio-100000", 100000, BAR }, { "ratio-1000000", 1000000, BAR } };
	int err = 0;

	report_heading("per packet, net of making the frame");
	for (size_t i = 0; i < sizeof(steady) / sizeof(steady[0]) && !err; i++)
		if (fits(steady[i].name, steady[i].flows))
			err = bench_steady(steady[i].flows, rounds, steady[i].bar);
	report_heading("the rest, per packet");
	if (!err && fits("slow-path", 524288))
		err = bench_slow_path(rounds);
	if (!err && fits("flood", 131072))
		err = bench_flood(rounds);
	if (!err && fits("sweep", 524288))
		err = bench_sweep();
	return err;
}

static int bench_one(__u32 flows, int rounds)
{
	report_heading("per packet, net of making the frame");
	return fits("steady", flows) ? bench_steady(flows, rounds, 0) : 0;
}

int main(int argc, char **argv)
{
	static const struct option options[] = {
		{ "json", no_argument, NULL, 'j' },
		{ "rounds", required_argument, NULL, 'r' },
		{ "flows", required_argument, NULL, 'f' },
		{ "hash-room", required_argument, NULL, 'e' },
		{ "help", no_argument, NULL, 'h' },
		{},
	};
	int rounds = DEFAULT_ROUNDS, flows = 0, option;
	bool wrong = false;

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
	if (wrong || optind < argc || rounds < 1 || rounds > MAX_SAMPLES) {
		fputs(usage, stderr);
		return 2;
	}
	libbpf_set_print(quiet);
	if (flows ? bench_one(flows, rounds) : bench_all(rounds))
		verdict(false, "bench", "could not be run to its end");
	return report_end();
}
