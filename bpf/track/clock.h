/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* Time in ns: CLOCK_MONOTONIC live, the capture's in replay. */
#ifndef TCPSTATE_BPF_TRACK_CLOCK_H
#define TCPSTATE_BPF_TRACK_CLOCK_H

#include "maps.h"

/* What CLOCK_MONOTONIC was when jiffies were 0; 0: not known yet. */
__u64 jiffies_epoch_ns;

/*
 * Jiffies count the ticks of CLOCK_MONOTONIC, so the difference stays; a tick
 * between the two readings makes it one tick wrong, until the next sweep.
 */
static __always_inline void clock_synchronize(void)
{
	if (tick_ns)
		jiffies_epoch_ns = bpf_ktime_get_coarse_ns() - bpf_jiffies64() * tick_ns;
}

/*
 * A tick or two (4 ms each) behind: enough for "last seen". bpf_jiffies64() is
 * no call, but one load (the verifier puts it in place); the other costs 12 ns,
 * a third of all that a packet costs.
 */
static __always_inline __u64 clock_coarse(void)
{
	if (replay)
		return replay_ns;
	return jiffies_epoch_ns ? bpf_jiffies64() * tick_ns + jiffies_epoch_ns : bpf_ktime_get_coarse_ns();
}

/* To the ns, for 30 ns: for events, and for what is measured. */
static __always_inline __u64 clock_precise(void)
{
	return replay ? replay_ns : bpf_ktime_get_ns();
}

#endif
