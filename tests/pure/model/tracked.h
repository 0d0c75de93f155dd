/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* The tracker, as the judge sees it: it is given frames, and asked for states. */
#ifndef TCPSTATE_MODEL_TRACKED_H
#define TCPSTATE_MODEL_TRACKED_H

#include "schedule.h"

/* A stray that was told late: a segment was held in doubt, and refused by a later one. */
struct refusal {
	const char *stray;
	__u32 seq;
	__u8 from, flags;
};

struct opinion {
	bool has_flow;
	__u8 state[2];       /* enum state of the model */
	__u64 id;            /* of the incarnation */
	__u64 bytes[2];
	__u32 retransmits;   /* of both ends */
	const char *stray;   /* what this frame was told as; NULL: no stray */
	struct refusal refused; /* what an earlier one was told as, by this frame */
};

/* Forgets what was before. */
void tracked_begin(const struct schedule *s);

/* now: ns. place: where it passes the observer, who may see a frame at two of them. */
void tracked_see(int from, const struct wire *w, __u32 place, __u64 now, struct opinion *o);

/* Days pass. False: a flow is still there. */
bool tracked_ends(__u64 now);

#endif
