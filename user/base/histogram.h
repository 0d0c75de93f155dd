/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* Quantiles of any number of values in fixed space: exact below 2048, else to 0.05 %. */
#ifndef TCPSTATE_USER_BASE_HISTOGRAM_H
#define TCPSTATE_USER_BASE_HISTOGRAM_H

#include <linux/types.h>

#define HISTOGRAM_BITS 10 /* of a value that are kept, behind its highest one */
#define HISTOGRAM_PARTS (1u << HISTOGRAM_BITS)
#define HISTOGRAM_BUCKETS ((33 - HISTOGRAM_BITS) * HISTOGRAM_PARTS)

struct histogram {
	__u64 count;
	__u32 max;
	__u64 bucket[HISTOGRAM_BUCKETS];
};

void histogram_add(struct histogram *histogram, __u32 value);

/* Adds what is in more. */
void histogram_merge(struct histogram *histogram, const struct histogram *more);

/* The value that this many of a thousand are not above; 0 of an empty one. */
__u32 histogram_quantile(const struct histogram *histogram, unsigned int thousandths);

#endif
