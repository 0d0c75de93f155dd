// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/*
 * run-scenarios [--native | --bpf] [--trace] FILE...: every file in all its variants.
 * run-scenarios [--native | --bpf] --random COUNT SEED: made-up ones; one that fails is shown as a file.
 * run-scenarios --bad FILE...: files that must be refused, with the error that their second line has.
 * run-scenarios --pcap OUT FILE: as a capture.
 *
 * Without --native or --bpf both engines run, and must agree after every step.
 * With SCENARIOS_NATIVE_ONLY the BPF engine is not even compiled in.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "capture.h"
#include "play.h"
#include "random.h"

struct run {
	struct cast cast;
	const struct scenario *s;
	int variants;
	char error[ERROR_TEXT];
};

static int passed, failed, skipped;

static bool visit(const struct variant *v, void *arg)
{
	struct run *run = arg;

	run->variants++;
	return play(&run->cast, run->s, v, run->error);
}

static void run_file(struct run *run, const char *path)
{
	struct scenario s;

	if (!scenario_read(&s, path, run->error)) {
		printf("not ok %s: %s\n", path, run->error);
		failed++;
		return;
	}
	run->s = &s;
	run->variants = 0;
	if (variants_of(&s, visit, run)) {
		printf("ok %s (%d ways)\n", s.name, run->variants);
		passed++;
	} else {
		printf("not ok %s: %s\n", s.name, run->error);
		failed++;
	}
	fflush(stdout);
	scenario_free(&s);
}

static void run_random(struct run *run, unsigned long long count, unsigned long long seed)
{
	struct scenario s;

	for (unsigned long long i = 0; i < count; i++) {
		random_scenario(&s, seed + i);
		run->s = &s;
		if (!variants_of(&s, visit, run)) {
			printf("not ok random-%llu: %s\n", seed + i, run->error);
			scenario_write(&s, stdout);
			failed++;
			scenario_free(&s);
			return;
		}
		scenario_free(&s);
	}
	printf("ok random (%llu scenarios, %d ways)\n", count, run->variants);
	passed++;
}

/* The second line (behind the licence), without its "# " and the newline. */
static bool second_line(const char *path, char text[ERROR_TEXT])
{
	FILE *file = fopen(path, "r");
	bool good = file && fgets(text, ERROR_TEXT, file) && fgets(text, ERROR_TEXT, file) &&
		    !strncmp(text, "# ", 2);

	if (file)
		fclose(file);
	if (good) {
		memmove(text, text + 2, strlen(text) - 1);
		text[strcspn(text, "\n")] = 0;
	}
	return good;
}

static void refuse_file(const char *path)
{
	char expected[ERROR_TEXT], error[ERROR_TEXT];
	const size_t prefix = strlen(path) + 1; /* "FILE:" */
	struct scenario s;

	if (!second_line(path, expected)) {
		printf("not ok %s: its second line does not say what is wrong with it\n", path);
		failed++;
	} else if (scenario_read(&s, path, error)) {
		printf("not ok %s: it is taken for a scenario\n", path);
		scenario_free(&s);
		failed++;
	} else if (strncmp(error + prefix, expected, strlen(expected))) {
		printf("not ok %s: refused because \"%s\"\n", path, error + prefix);
		failed++;
	} else {
		printf("ok %s: %s\n", path, expected);
		passed++;
	}
}

static int done(void)
{
	printf("%d passed, %d failed, %d skipped\n", passed, failed, skipped);
	return failed || !passed;
}

static int write_capture(const char *out, const char *path)
{
	char error[ERROR_TEXT];
	struct scenario s;
	int err;

	if (!scenario_read(&s, path, error)) {
		fprintf(stderr, "run-scenarios: %s\n", error);
		return 1;
	}
	err = capture_write(&s, out);
	if (err)
		fprintf(stderr, "run-scenarios: %s: %s\n", out, strerror(errno));
	scenario_free(&s);
	return err ? 1 : 0;
}

static int usage(void)
{
	fprintf(stderr, "usage: run-scenarios [--native | --bpf] [--trace] FILE...\n"
			"       run-scenarios [--native | --bpf] --random COUNT SEED\n"
			"       run-scenarios --bad FILE...\n"
			"       run-scenarios --pcap OUT FILE\n");
	return 2;
}

static void add_engine(struct run *run, const struct engine *engine)
{
	if (engine->open(run->error)) {
		printf("skip %s: %s\n", engine->name, run->error);
		skipped++;
	} else {
		run->cast.engine[run->cast.engines++] = engine;
	}
}

int main(int argc, char **argv)
{
	bool native = true, bpf = true, bad = false, random = false;
	struct run run = {};
	int i;

	for (i = 1; i < argc && !strncmp(argv[i], "--", 2); i++) {
		if (!strcmp(argv[i], "--pcap") && argc == i + 3)
			return write_capture(argv[i + 1], argv[i + 2]);
		if (!strcmp(argv[i], "--native"))
			bpf = false;
		else if (!strcmp(argv[i], "--bpf"))
			native = false;
		else if (!strcmp(argv[i], "--bad"))
			bad = true;
		else if (!strcmp(argv[i], "--random"))
			random = true;
		else if (!strcmp(argv[i], "--trace"))
			run.cast.trace = stdout;
		else
			return usage();
	}
	if (i == argc || (!native && !bpf) || (random && argc != i + 2))
		return usage();
	if (bad) {
		for (; i < argc; i++)
			refuse_file(argv[i]);
		return done();
	}
	if (native) {
		add_engine(&run, &engine_native);
		add_engine(&run, &engine_slow);
	}
#ifndef SCENARIOS_NATIVE_ONLY
	if (bpf)
		add_engine(&run, &engine_bpf);
#endif
	if (run.cast.engines && random)
		run_random(&run, strtoull(argv[i], NULL, 0), strtoull(argv[i + 1], NULL, 0));
	for (; run.cast.engines && !random && i < argc; i++)
		run_file(&run, argv[i]);
	for (int e = 0; e < run.cast.engines; e++)
		run.cast.engine[e]->close();
	return done();
}
