// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
#include "flow/lifetimes.h"

/* Four to a power of two: bucket 4 * (log - 1) + q starts at (4 + q) quarters of 1 << log. */
__u32 lifetime_bucket_limit(unsigned int bucket)
{
	unsigned int log = bucket / 4 + 1, quarter = bucket % 4;

	if (bucket < 4)
		return bucket + 1;
	return (5 + quarter) << (log - 2);
}

__u64 lifetimes_count(const __u64 buckets[LIFETIME_BUCKETS])
{
	__u64 sum = 0;

	for (unsigned int i = 0; i < LIFETIME_BUCKETS; i++)
		sum += buckets[i];
	return sum;
}

static __u32 first_of(unsigned int bucket)
{
	return bucket ? lifetime_bucket_limit(bucket - 1) : 0;
}

__u32 lifetimes_quantile(const __u64 buckets[LIFETIME_BUCKETS], unsigned int thousandths)
{
	__u64 rank = (lifetimes_count(buckets) * thousandths + 999) / 1000, before = 0;

	for (unsigned int i = 0; i < LIFETIME_BUCKETS; i++) {
		__u64 width = lifetime_bucket_limit(i) - 1 - first_of(i);

		/* The n-th of m in a bucket is in the middle of its n-th part. */
		if (rank && before + buckets[i] >= rank)
			return first_of(i) + width * (2 * (rank - before) - 1) / (2 * buckets[i]);
		before += buckets[i];
	}
	return 0;
}

void lifetimes_longest(const __u64 buckets[LIFETIME_BUCKETS], __u32 *from, __u32 *to)
{
	*from = *to = 0;
	for (unsigned int i = 0; i < LIFETIME_BUCKETS; i++) {
		if (!buckets[i])
			continue;
		*from = first_of(i);
		*to = lifetime_bucket_limit(i) - 1;
	}
}
