/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* One run of a schedule: two ends, the network between them, and what passes the observer. */
#ifndef TCPSTATE_MODEL_RUN_H
#define TCPSTATE_MODEL_RUN_H

#include "endpoint.h"
#include "schedule.h"

#define FRAMES 1024

struct frame {
	struct wire wire;
	__u64 sent, passes, arrives; /* ns; NEVER: it does not */
	struct endpoint sender;      /* as it was when it had sent it */
	__u8 from;
	__u8 fate;                   /* enum fate, once it has arrived */
	bool arrived;
	bool seen;                   /* by the observer's eyes */
	bool is_again;               /* its sender had sent some of its numbers before */
	bool late;                   /* the network held it back, or it is its copy */
	__u16 original;              /* of a copy: which one it is a copy of; else its own number */
};

struct run;

/* Is told of each frame that passes the observer, in order. */
struct watcher {
	void (*passes)(void *arg, struct run *r, struct frame *f, __u64 now);
	void *arg;
};

struct run {
	const struct schedule *schedule;
	struct watcher watcher;
	struct endpoint end[2];
	struct frame frame[FRAMES];
	unsigned int frames;
	unsigned int mask_of[LIVES + 1][2]; /* by life and end: all states that it was in */
	__u64 now;
	__u64 last_pass[2], last_arrival[2];
	__u32 sent_up_to[2];
	__u8 sent_life[2];
	bool overflow;
	bool no_fins[2]; /* this end's are lost from now on */
	bool lost_behind; /* something was lost, or held back, behind the observer */
	bool disturbed;  /* something was lost, held back or doubled before it passed the observer */
	unsigned int event_count;
	struct event {
		__u64 at;
		__u32 order;
		__u16 kind, frame;
	} event[128];
	__u32 order;
};

/* What of the way lies before the observer, in ns. */
__u64 way_before(const struct schedule *s, int from);

void run_prepare(struct run *r, const struct schedule *s, struct watcher watcher);
void run_schedule(struct run *r);

#endif
