// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/*
 * TARGET-seeded [--only N] INPUTS SEED [FILE...]: a fuzzing target without
 * libFuzzer, the same in every run: each of the files, then INPUTS inputs, which
 * are random bytes, or one of the files changed. What breaks the target can
 * be had again with --only N, of which it tells.
 */
#include <sanitizer/common_interface_defs.h>
#include <signal.h>
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

#include "fuzz.h"

#define INPUT_MAX 2048
#define FILES_MAX 512

struct input {
	__u8 bytes[INPUT_MAX];
	size_t size;
};

static struct input files[FILES_MAX];
static size_t file_count;
static const char *now_at = "";
static char at_text[200];

/* ---- a generator that is the same everywhere: splitmix64 -------------------- */

static __u64 state;

static __u32 below(__u32 n)
{
	__u64 z = state += 0x9e3779b97f4a7c15ull;

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ull;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebull;
	return ((z >> 32) * n) >> 32;
}

/* ---- inputs -------------------------------------------------------------------- */

static void random_bytes(struct input *in)
{
	in->size = 1 + below(INPUT_MAX / 4);
	for (size_t i = 0; i < in->size; i++)
		in->bytes[i] = below(256);
}

static void change(struct input *in)
{
	size_t place = below(in->size), other = below(in->size), n;
	__u8 part[40];

	switch (below(5)) {
	case 0:
		in->bytes[place] ^= 1 << below(8);
		break;
	case 1:
		in->bytes[place] = below(256);
		break;
	case 2: /* cut */
		in->size = place + 1;
		break;
	case 3: /* out of the middle */
		n = 1 + below(8);
		if (place + n < in->size) {
			memmove(in->bytes + place, in->bytes + place + n, in->size - place - n);
			in->size -= n;
		}
		break;
	case 4: /* a part of it again, in front of all behind place */
		n = 1 + below(40);
		n = other + n < in->size ? n : in->size - other;
		n = in->size + n < INPUT_MAX ? n : INPUT_MAX - in->size;
		memcpy(part, in->bytes + other, n);
		memmove(in->bytes + place + n, in->bytes + place, in->size - place);
		memcpy(in->bytes + place, part, n);
		in->size += n;
		break;
	}
}

/* A copy of its own size, beyond which a sanitizer sees reads. */
static void run(const struct input *in)
{
	__u8 *copy = malloc(in->size ? in->size : 1);

	memcpy(copy, in->bytes, in->size);
	LLVMFuzzerTestOneInput(copy, in->size);
	free(copy);
}

static void run_number(__u32 n, __u64 seed)
{
	struct input in;

	snprintf(at_text, sizeof(at_text), "--only %u", n);
	now_at = at_text;
	state = seed << 32 | n;
	if (file_count && below(4)) {
		in = files[below(file_count)];
		for (__u32 changes = 1 + below(6); changes; changes--)
			change(&in);
	} else {
		random_bytes(&in);
	}
	run(&in);
}

/* ---- and the end ----------------------------------------------------------------- */

static void say_where(void)
{
	static const char text[] = "the input: ";

	if (write(STDERR_FILENO, text, sizeof(text) - 1) > 0 && write(STDERR_FILENO, now_at, strlen(now_at)) > 0)
		(void)!write(STDERR_FILENO, "\n", 1);
}

static void on_abort(int signal)
{
	say_where();
	_exit(1);
}

static void read_input(const char *path)
{
	struct input *in = &files[file_count++];
	FILE *file = fopen(path, "rb");

	if (!file) {
		perror(path);
		exit(2);
	}
	in->size = fread(in->bytes, 1, sizeof(in->bytes), file);
	fclose(file);
	if (!in->size)
		file_count--; /* nothing to change */
}

int main(int argc, char **argv)
{
	bool only = argc > 2 && !strcmp(argv[1], "--only");
	__u32 first = only ? strtoul(argv[2], NULL, 10) : 0;
	char **argument = argv + 1 + 2 * only;
	__u32 inputs;
	__u64 seed;

	if (argc - 2 * only < 3 || argc - 2 * only - 3 > FILES_MAX) {
		fprintf(stderr, "usage: %s [--only N] INPUTS SEED [FILE...]\n", argv[0]);
		return 2;
	}
	inputs = only ? first + 1 : strtoul(argument[0], NULL, 10);
	seed = strtoull(argument[1], NULL, 10);
	__sanitizer_set_death_callback(say_where);
	signal(SIGABRT, on_abort);
	for (char **path = argument + 2; *path; path++) {
		now_at = *path;
		read_input(*path);
		if (!only)
			run(&files[file_count ? file_count - 1 : 0]);
	}
	for (__u32 n = first; n < inputs; n++)
		run_number(n, seed);
	return 0;
}
