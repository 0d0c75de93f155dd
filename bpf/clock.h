/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* Time in ns: CLOCK_MONOTONIC live, the capture's in replay. */
#ifndef TCPSTATE_BPF_CLOCK_H
#define TCPSTATE_BPF_CLOCK_H

#include "maps.h"

/* Up to a tick (4 ms) behind, for nearly nothing: enough for "last seen". */
static __always_inline __u64 clock_coarse(void)
{
	return replay ? replay_ns : bpf_ktime_get_coarse_ns();
}

/* To the ns, for 30 ns: for events, and for what is measured. */
static __always_inline __u64 clock_precise(void)
{
	return replay ? replay_ns : bpf_ktime_get_ns();
}

#endif
