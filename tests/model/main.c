// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/*
 * model [--random N SEED] [--exhaustive] [--pairs] [--doubles] [--seed S] [--show] [--max-failures N]
 *
 * Two endpoints of the tests' own talk over a network that loses, delays and
 * doubles, past an observer that misses and swaps; the tracker is held against
 * what the endpoints were. See judge.h, expect.c and evidence.h for what is
 * asked of it.
 */
#include <stdlib.h>
#include <string.h>

#include "classes.h"
#include "exhaustive.h"

static unsigned long passed, failed, judged;

static void judge_one(const struct schedule *s, __u64 seed, bool shows)
{
	struct verdict v;

	judge_schedule(s, &v);
	judged += v.judged;
	if (!v.failed) {
		passed++;
	} else {
		failed++;
		classes_add(s, &v, seed);
	}
	if (shows) {
		judge_show(s, &v, stdout);
	}
}

static void judge_basic(const struct schedule *s)
{
	judge_one(s, 0, false);
}

static int usage(void)
{
	fprintf(stderr, "usage: model [--random N SEED] [--exhaustive] [--pairs] [--doubles] [--seed S] [--show] [--max-failures N]\n");
	return 2;
}

int main(int argc, char **argv)
{
	unsigned long count = 0, most = 20;
	bool doubles = false, shows = false, all = false, pairs = false;
	__u64 seed = 1;

	for (int i = 1; i < argc; i++) {
		if (!strcmp(argv[i], "--random") && i + 2 < argc) {
			count = strtoul(argv[++i], NULL, 0);
			seed = strtoull(argv[++i], NULL, 0);
		} else if (!strcmp(argv[i], "--seed") && i + 1 < argc) {
			count = 1;
			seed = strtoull(argv[++i], NULL, 0);
		} else if (!strcmp(argv[i], "--max-failures") && i + 1 < argc) {
			most = strtoul(argv[++i], NULL, 0);
		} else if (!strcmp(argv[i], "--exhaustive")) {
			all = true;
		} else if (!strcmp(argv[i], "--pairs")) {
			all = pairs = true;
		} else if (!strcmp(argv[i], "--doubles")) {
			doubles = true;
		} else if (!strcmp(argv[i], "--show")) {
			shows = true;
		} else {
			return usage();
		}
	}
	for (unsigned long i = 0; i < count; i++) {
		struct schedule s;

		schedule_random(&s, seed + i, doubles);
		judge_one(&s, seed + i, shows);
	}
	if (all)
		exhaustive(judge_basic, pairs, doubles);
	classes_print(stdout, most);
	printf("# end states held against the truth in %lu of %lu\n", judged, passed + failed);
	printf("%lu passed, %lu failed, 0 skipped\n", passed, failed);
	return failed > 0;
}
