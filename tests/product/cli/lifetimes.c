// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* The limits of lifetime buckets against lifetime_bucket(), and quantiles against sorted values. */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

#include "tcpstate/late/stray.h"

#include "flow/lifetimes.h"

#define VALUES 1000

static int by_value(const void *one, const void *other)
{
	const __u32 *a = one, *b = other;

	return *a < *b ? -1 : *a > *b;
}

static bool is_in_its_bucket(__u32 ms)
{
	__u32 bucket = lifetime_bucket(ms);

	return bucket < LIFETIME_BUCKETS && ms < lifetime_bucket_limit(bucket) &&
	       (!bucket || ms >= lifetime_bucket_limit(bucket - 1));
}

static bool is_near(__u32 estimate, __u32 value)
{
	__u32 off = estimate > value ? estimate - value : value - estimate;

	return off <= 1 || off * 4 <= value;
}

int main(void)
{
	__u64 buckets[LIFETIME_BUCKETS] = {};
	unsigned int failed = 0, wrong = 0;
	__u32 values[VALUES], ms = 1;

	for (__u32 i = 0; i < 20000000; i += 1 + i / 1000)
		failed += !is_in_its_bucket(i);
	printf("%s every ms lies within the limits of its bucket\n", failed ? "not ok" : "ok");
	for (int i = 0; i < VALUES; i++) {
		ms = ms * 1103515245 + 12345;
		values[i] = ms % (i % 3 ? 300 : 60000);
		buckets[lifetime_bucket(values[i])]++;
	}
	qsort(values, VALUES, sizeof(values[0]), by_value);
	for (unsigned int part = 1; part <= 1000; part++)
		wrong += !is_near(lifetimes_quantile(buckets, part), values[part * VALUES / 1000 - 1]);
	printf("%s quantiles are within 25 %% of the sorted values'\n", wrong ? "not ok" : "ok");
	return failed || wrong;
}
