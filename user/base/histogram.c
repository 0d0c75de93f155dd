// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
#include "base/histogram.h"

/* A value of n bits keeps the first 11 of them; n > 11 tells how many were dropped. */
static unsigned int dropped_bits(__u32 value)
{
	unsigned int bits = 32 - __builtin_clz(value | 1);

	return bits > HISTOGRAM_BITS + 1 ? bits - HISTOGRAM_BITS - 1 : 0;
}

/* Values below 2048 are their own bucket; each further bit of length has 1024 more. */
static unsigned int bucket_of(__u32 value)
{
	unsigned int dropped = dropped_bits(value);

	return dropped * HISTOGRAM_PARTS + (value >> dropped);
}

static __u32 middle_of(unsigned int bucket)
{
	unsigned int dropped = bucket < 2 * HISTOGRAM_PARTS ? 0 : bucket / HISTOGRAM_PARTS - 1;
	__u32 low = (bucket - dropped * HISTOGRAM_PARTS) << dropped;

	return low + (dropped ? 1u << (dropped - 1) : 0);
}

void histogram_add(struct histogram *h, __u32 value)
{
	h->bucket[bucket_of(value)]++;
	h->count++;
	if (value > h->max)
		h->max = value;
}

void histogram_merge(struct histogram *h, const struct histogram *more)
{
	for (unsigned int i = 0; i < HISTOGRAM_BUCKETS; i++)
		h->bucket[i] += more->bucket[i];
	h->count += more->count;
	if (more->max > h->max)
		h->max = more->max;
}

__u32 histogram_quantile(const struct histogram *h, unsigned int thousandths)
{
	__u64 rank = (h->count * thousandths + 999) / 1000, seen = 0;

	for (unsigned int i = 0; i < HISTOGRAM_BUCKETS; i++) {
		seen += h->bucket[i];
		if (seen && seen >= rank)
			return middle_of(i) < h->max ? middle_of(i) : h->max;
	}
	return 0;
}
