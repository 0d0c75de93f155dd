/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* The histogram of strays' lifetimes, whose buckets lifetime_bucket() of stray.h chooses. */
#ifndef TCPSTATE_USER_FLOW_LIFETIMES_H
#define TCPSTATE_USER_FLOW_LIFETIMES_H

#include "tcpstate/abi.h"

/* The first ms that is above the bucket; of the last one the limit is nominal: it holds all that is longer. */
__u32 lifetime_bucket_limit(unsigned int bucket);

__u64 lifetimes_count(const __u64 buckets[LIFETIME_BUCKETS]);

/*
 * The ms that this many of a thousand are not above, where those of a bucket
 * are taken as evenly spread over it: off by a quarter at the very most.
 */
__u32 lifetimes_quantile(const __u64 buckets[LIFETIME_BUCKETS], unsigned int thousandths);

/* The longest lies in the last bucket that is in use: from where to where? */
void lifetimes_longest(const __u64 buckets[LIFETIME_BUCKETS], __u32 *from, __u32 *to);

#endif
