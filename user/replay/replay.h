/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * A capture through the program that runs on a NIC, by BPF_PROG_TEST_RUN, in
 * the capture's own time. Every flow expires at its own deadline, before the
 * next packet is looked at; so events come in the order of their times, and a
 * year without a packet costs no more than a second.
 */
#ifndef TCPSTATE_USER_REPLAY_REPLAY_H
#define TCPSTATE_USER_REPLAY_REPLAY_H

#include "events/dispatch.h"
#include "kernel/object.h"
#include "kernel/ring.h"
#include "replay/capture.h"
#include "replay/checksums.h"
#include "replay/choice.h"
#include "replay/deadlines.h"
#include "replay/doubles.h"
#include "replay/link_layer.h"
#include "replay/queue.h"

struct progress;

/* What the programs can't count, since it never reaches them. */
struct replay_counts {
	__u64 packets;
	__u64 bytes;               /* on the wire */
	__u64 first, last;         /* times of the capture; last: the newest */
	__u64 out_of_order;        /* packets whose time was before an earlier one's in the capture */
	__u64 late;                /* of these, fed behind one with a later time: they came too late to be put in order */
	__u64 sums_taken, sums_left_out; /* --checksum auto: wrong checksums that count as right; that don't */
	__u64 paths_learnt;        /* that turned out to have every packet twice (replay/doubles.h) */
	__u64 short_frames;        /* too short for their link header */
	__u64 unknown_link;        /* of a link type that is not known */
	int unknown_link_type;     /* the first such */
};

struct replay {
	struct replay_choice choice;
	struct object *object;
	struct dispatch *dispatch;
	struct capture *capture;   /* the one that is being replayed */
	struct progress *progress; /* NULL: none is shown */
	struct ring ring;
	__u32 ring_free;           /* bytes that can come before it must be drained */
	struct deadlines deadlines;
	struct link_layer link;
	struct checksums checksums;
	struct doubles doubles;
	struct queue queue;
	__u64 newest;              /* time of a packet that was read */
	__u64 now;
	bool full;                 /* --count has been reached */
	bool over;                 /* --duration has */
	int idle_error;            /* of what was fed while nothing came */
	struct replay_counts counts;
};

/* choice, object and dispatch are set; the rest is 0. 0 or a reported error. */
int replay_open(struct replay *replay);
void replay_close(struct replay *replay);

/* Before each capture: all that is of the one before is forgotten, in the programs, too. 0 or a reported error. */
int replay_begin(struct replay *replay, struct capture *capture, struct progress *progress);

/*
 * To the end of the capture, and with --drain beyond it. 0; a reported error;
 * or -EBADMSG: the capture is damaged (capture->error), and what came before
 * has been replayed.
 */
int replay_run(struct replay *replay);

/* The records of the flows that are still alive, by their starts. 0 or a reported error. */
int replay_living(struct replay *replay);

/* Adds a capture's counts to those of all. */
void replay_add(struct replay_counts *sum, const struct replay_counts *more);

#endif
