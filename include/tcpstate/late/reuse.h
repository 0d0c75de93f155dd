/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * What is learnt of hosts rather than of connections: how soon a host reuses a
 * tuple in TIME_WAIT, and whether several clocks stand behind one address
 * (RULES 28). Pure; several CPUs may be at one entry.
 */
#ifndef TCPSTATE_LATE_REUSE_H
#define TCPSTATE_LATE_REUSE_H

#include "tcpstate/core/judge.h"

/* A host has given a tuple in TIME_WAIT to a new incarnation, after waited_ms. */
static __always_inline void count_reuse(struct host_reuse *host, __u8 reuse, __u32 waited_ms)
{
	__sync_fetch_and_add(&host->count[reuse & 3], 1);
	/* Two CPUs at once may keep the longer of two short waits: it is a statistic. */
	if (waited_ms < host->shortest_ms)
		host->shortest_ms = waited_ms;
}

/*
 * The ACK that completes a handshake, with a timestamp: of the clock that the SYN's was of. One host's clock grows
 * from connection to connection (Linux: one offset per pair of addresses, one clock). An older value than that of
 * the connection before it means another machine behind the same address, or a clock that was set. Two CPUs at once
 * may take two of one host in the wrong order: a few ticks, so those are not counted.
 *
 * Not the SYN: anybody can send one in somebody's name, but only who hears the SYN-ACK can acknowledge it.
 */
#define PAIR_SLACK_TICKS 100

static __always_inline void count_pair_opening(struct pair_clock *pair, __u32 tsval, __u64 now)
{
	__u32 behind = pair->tsval - tsval;

	__sync_fetch_and_add(&pair->syns, 1);
	if ((__s32)behind > PAIR_SLACK_TICKS && now - pair->time < PAWS_IDLE_NS) {
		__sync_fetch_and_add(&pair->backwards, 1);
		if (behind > pair->worst)
			pair->worst = behind;
	}
	/* Follow whoever spoke last, so that each switch from one machine to another counts. */
	pair->tsval = tsval;
	pair->time = now;
}

#endif
