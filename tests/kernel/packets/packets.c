// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/*
 * packets [--perf] [WORD]: the table of fixtures (those whose name contains
 * WORD) through the parser: natively, under XDP, at tc. Then, of every frame,
 * every beginning of it, and the frame with random bytes changed: natively
 * (where a sanitizer watches), under XDP and at tc the same must come out. Last,
 * packets at tc whose headers lie outside the linear part.
 * --perf: what each fixture costs in the kernel instead, net of an empty program.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "expect.h"

#define RANDOM_CHANGES 200 /* a frame */

static const struct {
	const char *name;
	const struct fixture *fixtures;
} tables[] = {
	{ "link", link_fixtures },
	{ "ip", ip_fixtures },
	{ "tunnel", tunnel_fixtures },
	{ "tcp", tcp_fixtures },
	{ "icmp", icmp_fixtures },
	{ "invalid", invalid_fixtures },
};

static int passed, failed, skipped;
static bool kernel; /* BPF programs can be run */

static void report(const char *table, const char *name, const char *where, const char *why)
{
	if (why) {
		printf("not ok %s: %s: %s%s%s\n", table, name, where, *where ? ": " : "", why);
		failed++;
	} else {
		printf("ok %s: %s\n", table, name);
		passed++;
	}
}

/* The frame of a fixture as it is captured: size bytes of wire_size. */
struct captured {
	struct frame_builder frame;
	size_t size, wire_size;
};

static void capture(struct captured *c, const struct fixture *x)
{
	build_frame(&c->frame, x->layers, x->changes, x->checksum);
	if (x->no_ip_checksum)
		set_ip_checksums(&c->frame, IP_CHECKSUM_ZERO);
	if (x->broken.width)
		c->frame.bytes[c->frame.begin[x->broken.layer] + x->broken.at] ^= x->broken.value;
	c->wire_size = c->frame.size + x->padding;
	c->size = c->wire_size - x->cut;
}

static bool runs_at(const struct fixture *x, enum hook hook)
{
	return x->only == 0 || x->only & hook;
}

/* Live, a hook of lo. Of a capture, what the program was told, and the TTL. */
static const char *place_differs(const struct fixture *x, enum hook hook, const struct outcome *out)
{
	__u32 place = 1 << 2 | (hook == HOOK_XDP ? 1 : x->leaves ? 3 : 2);

	if (x->cut)
		place = TEST_PLACE + out->packet.seg.ttl * 0x9e3779b1u;
	return out->err || out->packet.place == place ? NULL : "seen at another place";
}

/*
 * The same bytes by every parser: all must make the same of them. should is
 * what that is, or NULL: whatever the native walk says. Gives why not, and where.
 */
static const char *parse_everywhere(const struct fixture *x, const __u8 *bytes, size_t size, size_t wire_size,
				    const struct outcome *should, const char **where)
{
	static const struct {
		enum hook hook;
		const char *name;
		size_t may_refuse; /* smaller frames: kernels differ in what BPF_PROG_TEST_RUN takes */
	} in_kernel[] = { { HOOK_XDP, "XDP", 14 }, { HOOK_TC, "tc", 14 + 40 } };
	struct outcome walked = parse_natively(x, NATIVE_WALK_ONLY, bytes, size, wire_size);
	struct outcome plain = parse_natively(x, NATIVE_PLAIN_FIRST, bytes, size, wire_size), out;
	const char *why;
	int err;

	*where = "native walk";
	if (!should)
		should = &walked;
	why = outcomes_differ(&walked, should);
	if (why)
		return why;
	*where = "native";
	why = outcomes_differ(&plain, should);
	if (why)
		return why;
	for (int i = 0; kernel && i < 2; i++) {
		if (!runs_at(x, in_kernel[i].hook))
			continue;
		*where = in_kernel[i].name;
		err = parse_in_kernel(x, in_kernel[i].hook, bytes, size, wire_size, &out);
		if (err == -EINVAL && size < in_kernel[i].may_refuse)
			continue;
		if (err)
			return strerror(-err);
		why = outcomes_differ(&out, should) ?: place_differs(x, in_kernel[i].hook, &out);
		if (why)
			return why;
	}
	return NULL;
}

static void test_fixture(const char *table, const struct fixture *x)
{
	struct outcome should = expected_outcome(x);
	const char *where, *why;
	struct captured c;

	capture(&c, x);
	why = parse_everywhere(x, c.frame.bytes, c.size, c.wire_size, &should, &where);
	report(table, x->name, where, why);
}

/* A whole segment in a whole frame. */
static bool is_whole(const struct fixture *x, const struct captured *c)
{
	/* one whose IP packet reaches into the padding has a beginning that is no frame */
	if (x->padding && x->changes[0].width)
		return false;
	return !x->passed_over && !x->cut && !x->leaves && !x->verify_checksum && !x->gso_size &&
	       /* the frame's length is the segment's: */ x->len < 1500 && c->wire_size == c->frame.size + x->padding;
}

static const char *test_beginnings(const struct fixture *x, const char **where)
{
	static const struct outcome cut_off = { .err = -1 - PASSED_TRUNCATED }, no_frame = { .err = -1 - PASSED_BAD_LENGTH };
	struct fixture in_file = *x;
	struct outcome should = expected_outcome(x);
	const struct outcome *must;
	static char text[500];
	const char *why;
	struct captured c;

	capture(&c, x);
	in_file.cut = 1;
	for (size_t size = 0; size < c.size; size++) {
		/* On a wire, the packet is longer than its frame as soon as it has said how long it is. */
		must = size < c.frame.ip_length_told ? &cut_off : size < c.frame.size ? &no_frame : &should;
		why = parse_everywhere(x, c.frame.bytes, size, size, is_whole(x, &c) ? must : NULL, where);
		if (!why) {
			/* In a file, it is the same segment, or cut off; options may be cut in between. */
			must = size < c.frame.tcp_told ? &cut_off : size < c.frame.headers ? NULL : &should;
			why = parse_everywhere(&in_file, c.frame.bytes, size, c.wire_size, is_whole(x, &c) ? must : NULL,
					       where);
		}
		if (why) {
			snprintf(text, sizeof(text), "%s: first %zu bytes: %s", x->name, size, why);
			return text;
		}
	}
	return NULL;
}

/* xorshift; the same numbers in every run */
static __u32 random_number(void)
{
	static __u32 state = 2463534242;

	state ^= state << 13;
	state ^= state >> 17;
	state ^= state << 5;
	return state;
}

static const char *test_random_changes(const struct fixture *x, const char **where)
{
	struct captured original, c;
	const char *why;

	capture(&original, x);
	for (int round = 0; original.size > 0 && round < RANDOM_CHANGES; round++) {
		c = original;
		for (__u32 changes = 1 + random_number() % 3; changes > 0; changes--) {
			/* most bytes that matter are in front */
			size_t range = random_number() % 2 && c.size > 64 ? 64 : c.size;

			c.frame.bytes[random_number() % range] = random_number();
		}
		/* else nearly all of them are told by the sum alone */
		if (round % 2)
			set_ip_checksums(&c.frame, IP_CHECKSUM_ZERO);
		why = parse_everywhere(x, c.frame.bytes, c.size, c.size, NULL, where);
		if (why) {
			static char text[500];

			snprintf(text, sizeof(text), "%s: round %d: %s", x->name, round, why);
			return text;
		}
	}
	return NULL;
}

static void test_all(const char *what, const char *(*test)(const struct fixture *, const char **), const char *word)
{
	const char *where = "", *why = NULL;

	for (size_t t = 0; t < sizeof(tables) / sizeof(tables[0]); t++) {
		for (const struct fixture *x = tables[t].fixtures; x->name && !why; x++)
			if (strstr(x->name, word))
				why = test(x, &where);
		report(tables[t].name, what, where, why);
		why = NULL;
	}
}

/* Wherever the linear part of the packet ends, the parser has to get at the headers. */
static const char *test_scattered(const struct fixture *x)
{
	static const size_t linear[] = { 14, 15, 34, 40, 66, 100, 300 };
	static char text[500];
	struct outcome should = expected_outcome(x), out;
	const char *why;
	struct captured c;
	int err;

	capture(&c, x);
	for (size_t i = 0; i < sizeof(linear) / sizeof(linear[0]); i++) {
		err = parse_scattered(x, c.frame.bytes, c.size, linear[i], &out);
		why = err ? strerror(-err) : outcomes_differ(&out, &should);
		if (why) {
			snprintf(text, sizeof(text), "%zu bytes linear: %s", linear[i], why);
			return text;
		}
	}
	return NULL;
}

static int measure(const char *word)
{
	__u32 with[2], without[2];
	struct captured c;
	int err;

	printf("%-60s %8s %8s\n", "ns a frame", "XDP", "tc");
	for (size_t t = 0; t < sizeof(tables) / sizeof(tables[0]); t++) {
		for (const struct fixture *x = tables[t].fixtures; x->name; x++) {
			if (x->only || !strstr(x->name, word))
				continue;
			capture(&c, x);
			err = time_in_kernel(x, HOOK_XDP, c.frame.bytes, c.size, &with[0], &without[0]);
			if (!err)
				err = time_in_kernel(x, HOOK_TC, c.frame.bytes, c.size, &with[1], &without[1]);
			if (err) {
				fprintf(stderr, "packets: %s: %s\n", x->name, strerror(-err));
				return 1;
			}
			printf("%-60s %8d %8d\n", x->name, (int)(with[0] - without[0]), (int)(with[1] - without[1]));
		}
	}
	return 0;
}

int main(int argc, char **argv)
{
	bool perf = argc > 1 && strcmp(argv[1], "--perf") == 0;
	const char *word = argc > 1 + perf ? argv[1 + perf] : "";
	int err = open_kernel_parsers();

	kernel = !err;
	if (perf) {
		if (err)
			fprintf(stderr, "packets: BPF programs cannot be loaded (%s): --perf needs root\n", strerror(-err));
		return err ? 1 : measure(word);
	}
	if (err && err != -EPERM)
		report("kernel", "load", "", strerror(-err));
	if (err == -EPERM) {
		printf("skip XDP and tc: BPF programs cannot be loaded (not root?); native only\n");
		skipped++;
	}
	for (size_t t = 0; t < sizeof(tables) / sizeof(tables[0]); t++)
		for (const struct fixture *x = tables[t].fixtures; x->name; x++)
			if (strstr(x->name, word))
				test_fixture(tables[t].name, x);
	test_all("every beginning of every frame", test_beginnings, word);
	test_all("random changes to every frame", test_random_changes, word);
	for (const struct fixture *x = scattered_fixtures; kernel && x->name; x++)
		if (strstr(x->name, word))
			report("scattered", x->name, "tc", test_scattered(x));
	close_kernel_parsers();
	printf("%d passed, %d failed, %d skipped\n", passed, failed, skipped);
	return failed != 0;
}
