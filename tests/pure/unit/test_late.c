// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* sender_clock.h, stray.h, reuse.h: what is computed of late segments. */
#include "unit.h"

#include "tcpstate/late/reuse.h"

/* A clock of so many ticks in 1000 s, looked at for this long; its first TSval near the wrap. */
static struct sender_clock clock_of(__u64 millirate, __u64 ns)
{
	const __u64 start = 5000 * SECOND;
	const __u32 first = 0xfffffff0;

	return (struct sender_clock){
		.first_time = start,
		.time = start + ns,
		.first_tsval = first,
		.tsval = first + (__u32)(ns / 1000 * millirate / 1000000000),
	};
}

static __u32 learnt(__u64 millirate, __u64 ns)
{
	struct sender_clock c = clock_of(millirate, ns);

	return tick_rate(&c, c.tsval, c.time);
}

static void usual_clocks(void **state)
{
	static const __u32 rates[] = { 1, 10, 100, 250, 1000 };

	for (int i = 0; i < 5; i++)
		for (int percent = -10; percent <= 10; percent++)
			assert_int_equal(learnt(rates[i] * (1000 + 10 * percent), 100 * SECOND), rates[i]);
}

static void unusual_clocks(void **state)
{
	static const __u32 rates[] = { 2, 5, 20, 50, 150, 400, 600, 2000, 10000, 1000000 };

	for (int i = 0; i < 10; i++)
		assert_int_equal(learnt(rates[i] * 1000, 100 * SECOND), 0);
}

/* Until enough has been seen; and a clock that stands still, or was never seen, has no rate. */
static void clocks_not_yet_known(void **state)
{
	const struct sender_clock never = {};

	assert_int_equal(learnt(1000 * 1000, SECOND / 20), 0);
	assert_int_equal(learnt(1000, 4 * SECOND), 0);
	assert_int_equal(learnt(0, 100 * SECOND), 0);
	assert_int_equal(tick_rate(&never, 5000, 5000 * SECOND), 0);
	assert_int_equal(learnt(1000 * 1000, SECOND), 1000);
	assert_int_equal(learnt(1000, 10 * SECOND), 1);
}

static void lifetimes(void **state)
{
	struct segment s = segment(TH_ACK, 1000, 2000, 100);
	struct history h = { .clock = { clock_of(1000 * 1000, 10 * SECOND) } };
	const __u64 now = h.clock[0].time + 2 * SECOND;

	assert_true(lifetime_of(&h, 0, &s, now) == LIFETIME_UNKNOWN); /* no timestamp */
	s.traits = SEG_TIMESTAMP;
	s.tsval = h.clock[0].tsval;
	assert_int_equal(lifetime_of(&h, 0, &s, now), 2000);
	s.tsval -= 500;
	assert_int_equal(lifetime_of(&h, 0, &s, now), 2500);
	s.tsval += 1500; /* sent a second after the newest */
	assert_int_equal(lifetime_of(&h, 0, &s, now), 1000);
	s.tsval += 5000; /* of the future: clocks are not that exact */
	assert_int_equal(lifetime_of(&h, 0, &s, now), 0);
	assert_true(lifetime_of(&h, 1, &s, now) == LIFETIME_UNKNOWN);
}

/* Buckets grow, none is left out, and none is wider than a quarter of what it holds. */
static void lifetime_buckets(void **state)
{
	__u32 before = 0, first = 0;

	for (__u32 ms = 1; ms < 1u << 22; ms++) {
		__u32 bucket = lifetime_bucket(ms);

		assert_true(bucket == before || bucket == before + 1);
		if (bucket != before)
			first = ms;
		assert_true(ms - first <= first / 4);
		before = bucket;
	}
	assert_true(lifetime_bucket((1u << 25) - 1) < LIFETIME_BUCKETS);
}

static void clocks_of_pairs(void **state)
{
	struct pair_clock pair = { .time = 1000 * SECOND, .syns = 1, .tsval = 100 };

	count_pair_opening(&pair, 60, 1001 * SECOND); /* two CPUs: a few ticks */
	assert_int_equal(pair.backwards, 0);
	count_pair_opening(&pair, 0xfffff000, 1002 * SECOND); /* behind, across the wrap */
	assert_int_equal(pair.backwards, 1);
	assert_int_equal(pair.worst, 60 + 0x1000);
	count_pair_opening(&pair, 60, 1003 * SECOND);
	assert_int_equal(pair.backwards, 1);
	assert_int_equal(pair.syns, 4);
}

int test_late(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(usual_clocks),
		cmocka_unit_test(unusual_clocks),
		cmocka_unit_test(clocks_not_yet_known),
		cmocka_unit_test(lifetimes),
		cmocka_unit_test(lifetime_buckets),
		cmocka_unit_test(clocks_of_pairs),
	};

	return cmocka_run_group_tests_name("late", tests, NULL, NULL);
}
