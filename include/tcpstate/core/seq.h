/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* Sequence numbers: 32 bits, compared as signed differences (RFC 9293 3.4). */
#ifndef TCPSTATE_CORE_SEQ_H
#define TCPSTATE_CORE_SEQ_H

#include <stdbool.h>

#include "tcpstate/abi/segment.h"

static __always_inline bool seq_before(__u32 a, __u32 b)
{
	return (__s32)(a - b) < 0;
}

static __always_inline bool seq_after(__u32 a, __u32 b)
{
	return seq_before(b, a);
}

/* low <= seq <= high */
static __always_inline bool seq_between(__u32 low, __u32 seq, __u32 high)
{
	return high - low >= seq - low;
}

static __always_inline __u32 seq_max(__u32 a, __u32 b)
{
	return seq_before(a, b) ? b : a;
}

/* The number after the segment's last: SYN and FIN take one each. */
static __always_inline __u32 segment_end(const struct segment *s)
{
	return s->seq + s->len + !!(s->flags & TH_SYN) + !!(s->flags & TH_FIN);
}

/* The largest window there is: 65535 << 14 (RFC 7323 2.3). Beyond it, two numbers no longer compare. */
#define LARGEST_WINDOW (1u << 30)

/* TSvals wrap like sequence numbers (RFC 7323 5.2). */
static __always_inline bool ts_older(__u32 a, __u32 b)
{
	return (__s32)(a - b) < 0;
}

#endif
