/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* Holds the tracker against a run: what it must say after each frame, and at the end. */
#ifndef TCPSTATE_MODEL_JUDGE_H
#define TCPSTATE_MODEL_JUDGE_H

#include <stdio.h>

#include "run.h"
#include "tracked.h"
#include "world.h"

struct verdict {
	bool failed;
	bool far;        /* more than 2^30 bytes had gone one way */
	char fault[200]; /* what the tracker did, without what had been done to it */
	char slips[80];  /* what the observer did: "missed FIN,ACK" */
	char what[300];  /* of this one */
	unsigned int innocent;  /* of a stray: the number of its frame */
	unsigned int seen;      /* frames that the tracker was given */
	unsigned int passed;    /* frames that passed the observer, missed ones with them */
	__u64 fingerprint;      /* of all that was seen */
	__u8 truth[2], told[2]; /* enum state, at the end */
	unsigned int allowed[2];
	bool judged;            /* the end states were held against the truth */
	bool forgotten;         /* a flow was met anew behind its timeout: no more is asked than of one met in its middle */
	unsigned int slipped;   /* frames that the observer missed, or swapped */
	struct question question; /* of what failed */
};

void judge_schedule(const struct schedule *s, struct verdict *v);

/* What the observer saw of the schedule that was judged last. */
const struct trace *judge_trace(void);

/*
 * From now on it is not the tracker that is judged, but one that knows the endpoints: if that fails, what is asked
 * is wrong.
 */
void judge_the_truth(void);

/* The same, and the run is written as a scenario: with what it should expect, and what the tracker said. */
void judge_show(const struct schedule *s, struct verdict *v, FILE *to);

#endif
