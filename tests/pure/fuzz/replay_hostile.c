// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/*
 * replay-hostile MUTATIONS SEED CAPTURE...: the whole of replay, with the BPF
 * programs, over what becomes of these captures: cut at every byte, random
 * bytes, and mutations. Each ends in a result or in a sentence about what is
 * wrong; never in a crash (built with ASan and UBSan), never in a hang.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/error.h"
#include "kernel/timeouts.h"
#include "options/parser.h"
#include "base/out.h"
#include "replay/replay.h"
#include "events/sink.h"
#include "replay/summary.h"
#include "kernel/counter_sums.h"
#include "base/clock.h"

#define CAPTURE_MAX (32 << 10) /* fits a pipe */
#define CAPTURES_MAX 8
#define SECONDS_EACH 20

struct content {
	__u8 bytes[CAPTURE_MAX];
	size_t size;
};

static struct content captures[CAPTURES_MAX];
static int capture_count;
static struct object object;
static struct options options;
static int nowhere;
static char now_at[128]; /* which case this is */
static unsigned long runs, refused, damaged, whole;

static __u64 state;

/* xorshift64*: Vigna, 2016 */
static __u32 draw(void)
{
	state ^= state >> 12;
	state ^= state << 25;
	state ^= state >> 27;
	return state * 0x2545f4914f6cdd1dull >> 32;
}

static void on_alarm(int number)
{
	char text[200];
	int n = snprintf(text, sizeof(text), "HANGS: %s\n", now_at);

	n = write(STDERR_FILENO, text, n);
	abort();
}

/* ---- one capture ------------------------------------------------------------ */

static void replay_open_capture(struct capture *capture)
{
	static struct summary summary;
	static struct replay replay;
	static struct link_layer unused;
	struct wall_clock clock;
	struct dispatch dispatch;
	struct counters counters;
	struct sink sink;
	struct out out;
	int err;

	replay = (struct replay){ .choice = options_replay(&options), .object = &object, .dispatch = &dispatch, .capture = capture,
				  .link = unused };
	if (out_init(&out, nowhere))
		abort();
	wall_clock_of_capture(&clock);
	if (runs % 2)
		json_sink(&sink, &out, &clock);
	else
		text_sink(&sink, &out, &clock);
	summary_init(&summary, &sink, options.events.types);
	dispatch_init(&dispatch, &summary.sink, NULL, &options.events, kernel_timeout(&options.kernel, STATE_TIME_WAIT));
	if (replay_open(&replay))
		abort();
	summary.sink.start(&summary.sink);
	err = replay_run(&replay);
	if (err && (err != -EBADMSG || !capture->error[0])) {
		fprintf(stderr, "%s: error %d without a reason\n", now_at, err);
		abort();
	}
	if (replay_living(&replay) || tally_read(object.maps.counters, &counters))
		abort();
	const struct summary_frame_counts counts = { .replay = &replay.counts, .programs = &counters };

	if (runs % 2)
		summary_json(&summary, &counts);
	else
		summary_text(&summary, &counts);
	out_flush(&out);
	*(err ? &damaged : &whole) += 1;
	replay_close(&replay);
	out_free(&out);
}

/* As a file, or through a pipe. */
static int serve(const struct content *c)
{
	int fds[2];

	if (runs % 3) {
		fds[0] = memfd_create("capture", MFD_CLOEXEC);
		if (fds[0] < 0 || write(fds[0], c->bytes, c->size) != (ssize_t)c->size)
			abort();
		lseek(fds[0], 0, SEEK_SET);
	} else {
		if (pipe2(fds, O_CLOEXEC) || write(fds[1], c->bytes, c->size) != (ssize_t)c->size)
			abort();
		close(fds[1]);
	}
	return fds[0];
}

static void run(const struct content *c)
{
	struct capture capture = { .fd = -1 };
	int fd = serve(c);
	char path[64];

	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	alarm(SECONDS_EACH);
	if (capture_open(&capture, path))
		refused++;
	else
		replay_open_capture(&capture);
	alarm(0);
	capture_close(&capture);
	close(fd);
	runs++;
}

/* ---- what becomes of it -------------------------------------------------------- */

static void cut_everywhere(void)
{
	for (int i = 0; i < capture_count; i++) {
		struct content c = captures[i];

		for (c.size = 0; c.size <= captures[i].size; c.size++) {
			snprintf(now_at, sizeof(now_at), "capture %d, cut after %zu bytes", i, c.size);
			run(&c);
		}
	}
}

static void random_bytes(unsigned int count)
{
	for (unsigned int n = 0; n < count; n++) {
		const struct content *head = &captures[draw() % capture_count];
		struct content c = { .size = draw() % 2000 };

		for (size_t i = 0; i < c.size; i++)
			c.bytes[i] = draw();
		/* Half of them begin as a capture does. */
		if (n % 2 && c.size > 48)
			memcpy(c.bytes, head->bytes, draw() % 48);
		snprintf(now_at, sizeof(now_at), "random bytes %u", n);
		run(&c);
	}
}

/* Lengths, counts and times that somebody might trust. */
static __u32 absurd(void)
{
	static const __u32 numbers[] = { 0, 1, 3, 4, 11, 12, 13, 0x7f, 0xff, 0x7fff, 0xffff, 0x10000, 262144, 262145,
					 0x7fffffff, 0x80000000, 0xfffffffc, 0xffffffff };
	__u32 number = numbers[draw() % (sizeof(numbers) / sizeof(numbers[0]))];

	return draw() % 4 ? number : __builtin_bswap32(number);
}

static void mutate(struct content *c)
{
	size_t at = c->size ? draw() % c->size : 0, n, other;
	__u32 number;

	if (c->size < 8)
		return;
	switch (draw() % 6) {
	case 0: /* a bit */
		c->bytes[at] ^= 1 << draw() % 8;
		break;
	case 1: /* a byte */
		c->bytes[at] = draw();
		break;
	case 2: /* a number, where numbers are */
		number = absurd();
		at = at > c->size - 4 ? c->size - 4 : at & ~3ul;
		memcpy(c->bytes + at, &number, sizeof(number));
		break;
	case 3: /* a part left out */
		n = draw() % 64;
		n = n < c->size - at ? n : c->size - at;
		memmove(c->bytes + at, c->bytes + at + n, c->size - at - n);
		c->size -= n;
		break;
	case 4: /* a part twice */
		n = draw() % 200;
		n = n < c->size - at ? n : c->size - at;
		n = n < CAPTURE_MAX - c->size ? n : CAPTURE_MAX - c->size;
		memmove(c->bytes + at + n, c->bytes + at, c->size - at);
		c->size += n;
		break;
	case 5: /* a part of another place */
		n = draw() % 64;
		other = draw() % c->size;
		n = n < c->size - at ? n : c->size - at;
		n = n < c->size - other ? n : c->size - other;
		memmove(c->bytes + at, c->bytes + other, n);
		break;
	}
}

static void mutations(unsigned int count)
{
	for (unsigned int n = 0; n < count; n++) {
		struct content c = captures[n % capture_count];

		snprintf(now_at, sizeof(now_at), "mutation %u, of capture %u", n, n % capture_count);
		for (int i = 1 + draw() % 8; i; i--)
			mutate(&c);
		run(&c);
	}
}

/* The snapshot length: the fifth word of a pcap, the third of an interface's body. */
static void absurd_snaplens(void)
{
	for (int i = 0; i < capture_count; i++)
		for (int n = 0; n < 40; n++) {
			struct content c = captures[i];
			__u32 number = absurd();
			bool ng = c.bytes[0] == 0x0a;

			memcpy(c.bytes + (ng ? 28 + 12 : 16), &number, sizeof(number));
			snprintf(now_at, sizeof(now_at), "capture %d with the snapshot length %u", i, number);
			run(&c);
		}
}

/* ---- all of it -------------------------------------------------------------------- */

static void configure(void)
{
	options_init(&options);
	options.kernel.replay = true;
	options.hooks.direction = DIRECTION_RX;
	options.kernel.checksum = true;
	options.replay.drain = true;
	options.kernel.max_flows = 2048;
	options.events.types |= 1 << EVENT_FLOW;
}

static void read_capture(const char *path)
{
	struct content *c = &captures[capture_count++];
	FILE *file = fopen(path, "rb");

	if (!file) {
		fprintf(stderr, "replay-hostile: %s: %s\n", path, strerror(errno));
		exit(2);
	}
	c->size = fread(c->bytes, 1, sizeof(c->bytes) / 2, file);
	fclose(file);
}

int main(int argc, char **argv)
{
	if (argc < 4 || argc > 3 + CAPTURES_MAX) {
		fprintf(stderr, "usage: replay-hostile MUTATIONS SEED CAPTURE...\n");
		return 2;
	}
	state = strtoull(argv[2], NULL, 10) | 1;
	for (int i = 3; i < argc; i++)
		read_capture(argv[i]);
	configure();
	nowhere = open("/dev/null", O_WRONLY | O_CLOEXEC);
	signal(SIGALRM, on_alarm);
	object_messages(false);
	if (nowhere < 0 || object_load(&object, &options.kernel, &options.hooks, options.events.types, NULL))
		return 2;
	cut_everywhere();
	absurd_snaplens();
	random_bytes(300);
	mutations(strtoul(argv[1], NULL, 10));
	object_close(&object);
	options_free(&options);
	printf("%lu captures: %lu refused at once, %lu found damaged, %lu replayed to their end\n", runs, refused, damaged,
	       whole);
	return refused && damaged && whole ? 0 : 1;
}
