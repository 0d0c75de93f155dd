/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * What user space tells the frame generator. One BPF_PROG_TEST_RUN call runs
 * a program many times over one frame; the generator (drive.bpf.h) makes the
 * frame another flow's segment each time.
 */
#ifndef TCPSTATE_BENCH_DRIVE_H
#define TCPSTATE_BENCH_DRIVE_H

#include <linux/types.h>

/* Who sends the next frame of a flow. */
enum drive_sender { DRIVE_CLIENT = 0, DRIVE_SERVER = 1, DRIVE_IN_TURN = 2 };

struct drive {
	__u32 first;      /* number of the first flow; a flow's number gives its addresses, ports, ISNs */
	__u32 flows;      /* how many; a round visits each once, in pseudo-random order */
	__u32 mask;       /* the power of two at or above flows, less one */
	__u32 cursor;     /* where the order is */
	__u32 visited;    /* flows in this round */
	__u32 round;
	__u32 sender;     /* enum drive_sender */
	__u32 payload;    /* bytes in each segment, DRIVE_IN_TURN */
	__u32 seq_offset; /* from the sender's ISN, and */
	__u32 ack_offset; /* from the receiver's; unused with DRIVE_IN_TURN */
};

/* What the bench counts on. X(name, path to it in struct counters) */
#define BENCH_COUNTERS(X)                             \
	X(fast, count[COUNT_FAST])                    \
	X(opened, count[COUNT_FLOWS_OPENED])          \
	X(closed, count[COUNT_FLOWS_CLOSED])          \
	X(events, count[COUNT_EVENTS])                \
	X(no_flow, passed_over[PASSED_NO_FLOW])

/*
 * Where things lie in an object's maps, told by the object itself: one that
 * was built from an earlier commit has other structs. Offsets and sizes in bytes.
 */
struct layout {
	__u32 flow_size;
	__u32 history_size;
	__u32 settings_size;
	__u32 timeouts;    /* of struct settings: an array of u64, by state */
	__u32 unconfirmed; /* u64 */
	__u32 wanted;      /* u32: the events */
	__u32 budget;      /* u32: how many of them a second; 0: earlier ones have none */
	__u32 counters_size;
#define X(name, path) __u32 name;
	BENCH_COUNTERS(X)
#undef X
};

#endif
