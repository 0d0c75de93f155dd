// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* seq.h: RFC 9293 3.4, with a reference that counts in 64 bits. */
#include "unit.h"

/* Where the number space is cut makes no difference, so every test runs from these. */
static const __u32 origins[] = { 0, 1, 1000, 0x7ffffff0, 0x7fffffff, 0x80000000, 0xfffffff0, 0xffffffff };
static const __s64 distances[] = { 0, 1, 2, 1460, 65535, 0x3fffffff, 0x7ffffffe, 0x7fffffff };

#define COUNT(array) (sizeof(array) / sizeof(*(array)))

static void before_and_after(void **state)
{
	for (size_t o = 0; o < COUNT(origins); o++) {
		for (size_t d = 0; d < COUNT(distances); d++) {
			__u32 a = origins[o], b = a + (__u32)distances[d];

			assert_int_equal(seq_before(a, b), distances[d] > 0);
			assert_int_equal(seq_after(b, a), distances[d] > 0);
			assert_false(seq_before(b, a));
			assert_false(seq_after(a, b));
			assert_int_equal(seq_max(a, b), b);
			assert_int_equal(seq_max(b, a), b);
			assert_int_equal(ts_older(a, b), distances[d] > 0);
			assert_false(ts_older(b, a));
		}
	}
}

/* Small ranges around every origin, compared with plain arithmetic. */
static void between(void **state)
{
	for (size_t o = 0; o < COUNT(origins); o++)
		for (__s64 low = -3; low <= 3; low++)
			for (__s64 high = low; high <= 3; high++)
				for (__s64 seq = -5; seq <= 5; seq++)
					assert_int_equal(seq_between(origins[o] + (__u32)low, origins[o] + (__u32)seq,
								     origins[o] + (__u32)high),
							 low <= seq && seq <= high);
}

static void a_range_across_the_wrap(void **state)
{
	assert_true(seq_between(0xfffffffe, 0xffffffff, 2));
	assert_true(seq_between(0xfffffffe, 0, 2));
	assert_true(seq_between(0xfffffffe, 2, 2));
	assert_false(seq_between(0xfffffffe, 3, 2));
	assert_false(seq_between(0xfffffffe, 0xfffffffd, 2));
}

/* Rule 4: SYN and FIN take one each, the rest nothing. */
static void segment_ends(void **state)
{
	for (size_t o = 0; o < COUNT(origins); o++) {
		for (unsigned int flags = 0; flags < 256; flags++) {
			struct segment s = segment(flags, origins[o], 0, 100);
			__u32 takes = 100 + ((flags & TH_SYN) ? 1 : 0) + ((flags & TH_FIN) ? 1 : 0);

			assert_int_equal(segment_end(&s), (__u32)(origins[o] + takes));
		}
	}
}

int test_seq(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(before_and_after),
		cmocka_unit_test(between),
		cmocka_unit_test(a_range_across_the_wrap),
		cmocka_unit_test(segment_ends),
	};

	return cmocka_run_group_tests_name("seq", tests, NULL, NULL);
}
