// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/*
 * numbers.h against a receiver that remembers every byte: segments of a stream
 * in random order, overlapping, some lost. The flow remembers one hole only,
 * and so may believe that less has arrived; it must never believe more.
 */
#include <string.h>

#include "unit.h"

#define STREAM 600
#define SEGMENTS 60

struct receiver {
	bool has[STREAM];
};

static __u32 below(__u32 n, __u64 *state)
{
	*state = *state * 6364136223846793005ull + 1442695040888963407ull;
	return ((*state >> 33) * n) >> 31;
}

/* How many bytes from the first on. */
static __u32 in_order(const struct receiver *r)
{
	__u32 n = 0;

	while (n < STREAM && r->has[n])
		n++;
	return n;
}

static void deliver(struct flow *f, struct history *h, struct receiver *r, __u32 isn, __u32 from, __u32 length)
{
	struct segment s = segment(TH_ACK, isn + 1 + from, 5001, length);

	note_bytes(f, h, 0, &s);
	memset(r->has + from, true, length);
}

static void one_stream(__u32 isn, __u64 seed)
{
	struct flow f = { .past[0].traits = END_HEARD, .end[0].next = isn + 1 };
	struct history h = { .first[0] = isn };
	struct receiver r = {};
	struct segment ack;

	for (int i = 0; i < SEGMENTS; i++) {
		__u32 from = below(STREAM, &seed), length = 1 + below(80, &seed);

		if (from + length > STREAM)
			length = STREAM - from;
		/* Mostly where it goes on, as streams do. */
		if (below(3, &seed) && f.end[0].next - isn - 1 + length <= STREAM)
			from = f.end[0].next - isn - 1;
		deliver(&f, &h, &r, isn, from, length);
		assert_false(seq_after(expected(&f, 0), isn + 1 + in_order(&r)));
		assert_false(seq_before(f.end[0].next, expected(&f, 0)));
		if (below(4, &seed))
			continue;
		/* The receiver says what it has: then so much has arrived, at the least. */
		ack = segment(TH_ACK, 5001, isn + 1 + in_order(&r), 0);
		note_ack(&f, &h, 1, &ack);
		assert_false(seq_before(expected(&f, 0), ack.ack));
		assert_false(seq_after(expected(&f, 0), isn + 1 + in_order(&r)));
	}
	/* All that is missing comes, in order; and then all is known to be there. */
	deliver(&f, &h, &r, isn, 0, STREAM);
	assert_int_equal(expected(&f, 0), isn + 1 + STREAM);
	assert_false(f.past[0].traits & END_HOLE);
}

static void never_believes_more_than_arrived(void **state)
{
	static const __u32 isns[] = { 1000, 0xffffff00, 0x7fffff00, 0xffffffff };

	for (__u64 seed = 1; seed <= 2000; seed++)
		one_stream(isns[seed % 4], seed * 0x9e3779b97f4a7c15ull);
}

/* A scale of 14 and a window of 65535 are the most there is (RFC 7323 2.3). */
static void windows_are_scaled(void **state)
{
	for (__u32 shift = 0; shift <= 14; shift++) {
		struct flow f = { .past[0].traits = END_HEARD };
		struct segment s = segment(TH_ACK, 1, 100, 0);
		struct history h = {};

		set_wscale(&f, 0, 14 - shift);
		set_wscale(&f, 1, shift);
		assert_int_equal(wscale_of(&f, 0), 14 - shift);
		assert_int_equal(wscale_of(&f, 1), shift);
		note_ack(&f, &h, 1, &s);
		assert_int_equal(f.end[1].edge, 100 + (65535u << shift));
		s.window = 1; /* it does not shrink */
		note_ack(&f, &h, 1, &s);
		assert_int_equal(f.end[1].edge, 100 + (65535u << shift));
	}
}

/* abi.h: counters of a byte stay at 255. */
static void small_counters_stay(void **state)
{
	struct flow f = established_flow(1000 * SECOND);
	const __u32 before = f.past[0].syns;

	for (__u32 i = 1; i <= 300; i++) {
		pass(&f, 0, segment(TH_SYN, 99000, 0, 0), 1000 * SECOND);
		pass(&f, 1, segment(TH_RST, 99000, 0, 0), 1000 * SECOND);
		assert_int_equal(f.past[0].syns, before + i < 255 ? before + i : 255);
		assert_int_equal(f.past[1].rsts, i < 255 ? i : 255);
	}
}

int test_numbers(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(never_believes_more_than_arrived),
		cmocka_unit_test(windows_are_scaled),
		cmocka_unit_test(small_counters_stay),
	};

	return cmocka_run_group_tests_name("numbers", tests, NULL, NULL);
}
