/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * What a person wants to know first of a capture: what became of its
 * connections, who closed them, what is left, how long handshakes took, what
 * could not be followed. It is a sink: events go through it on their way.
 */
#ifndef TCPSTATE_USER_REPLAY_SUMMARY_H
#define TCPSTATE_USER_REPLAY_SUMMARY_H

#include "flow/conn_state.h"
#include "base/histogram.h"
#include "events/sink.h"

struct replay_counts;
struct senders;

struct summary {
	struct sink sink;              /* first: the sink's functions get this */
	struct sink *next;
	__u32 passed_on;               /* 1 << enum event_type: which events next shall have */

	__u64 connections, living;
	__u64 packets, bytes;          /* that belong to connections; bytes of payload */
	__u64 one_sided, guessed;
	__u64 conn_state[CONN_STATE_COUNT];
	__u64 closed[CLOSER_COUNT][CLOSE_HOWS];
	__u64 left[2][STATE_SLOTS];    /* of those that live: initiators, responders */
	__u64 syn_retransmits, retransmits, out_of_order, zero_windows;
	__u64 waits[2], both_wait;     /* connections in which initiators, responders, both ends came to wait */
	__u64 wait_expired, wait_reused, wait_reset, wait_evicted, wait_denied;
	struct histogram syn_to_synack, synack_to_ack;
};

/* What the programs and the replay counted beside the connections. */
struct summary_frame_counts {
	const struct replay_counts *replay;
	const struct counters *programs;
	const struct senders *senders; /* NULL: no wrong checksum was judged by what came of it; or of all captures together */
	int captures;                  /* that all of it is of, where that is more than one */
};

/* next gets those events that are in passed_on. */
void summary_init(struct summary *summary, struct sink *next, __u32 passed_on);

/* Frames passed over for this enum passed_over; those that never reached the programs belong to a reason of theirs, too. */
__u64 summary_passed_over(const struct summary_frame_counts *counts, unsigned int reason);

/* Adds a capture's figures to those of all. */
void summary_add(struct summary *summary, const struct summary *more);

void summary_text(const struct summary *summary, const struct summary_frame_counts *counts);
void summary_json(const struct summary *summary, const struct summary_frame_counts *counts);

#endif
