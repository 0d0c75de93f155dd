/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * Another world: a run of another schedule, held against what the observer saw in
 * the first one. A frame that passes and was not seen there is missed here. Where
 * both look the same, the tracker says the same, whatever the ends were.
 */
#ifndef TCPSTATE_MODEL_WORLD_H
#define TCPSTATE_MODEL_WORLD_H

#include "likely.h"

/* All that the observer sees of a run, in order. */
struct trace {
	unsigned int count;
	struct sighting {
		struct wire wire;
		__u64 time;
		__u8 from;
	} seen[FRAMES];
};

enum demand {
	DEMAND_NONE,   /* of another kind: no world excuses it */
	DEMAND_STATE,  /* after a frame */
	DEMAND_END,    /* at the end, once nothing happens any more */
	DEMAND_STRAY,  /* none of a segment that its receiver took */
	DEMAND_LATE,   /* the same, and it was told as one that comes too late */
	DEMANDS
};

/* What was demanded, and not met. */
struct question {
	enum demand demand;
	unsigned int frame;   /* of the trace: it is about this one */
	unsigned int count;   /* of the trace's frames: what had been seen when the tracker's word was given, or all of it */
	unsigned int mishaps; /* that there had been */
	__u8 told[2];        /* enum state */
};

/* Of a schedule, with so many frames, until then: one lost, held back or doubled; an end that forgets. */
unsigned int mishaps_of(const struct schedule *s, unsigned int frames, __u64 now);

struct world {
	bool is_alike;         /* all that was seen is seen here */
	bool agrees;           /* and what the tracker said is true here, with no more mishaps than there were */
	unsigned int matched;  /* frames of the trace, until it was not alike */
	unsigned int mishaps;
	unsigned int frames;   /* that were sent */
	__u64 sent[FRAMES], passes[FRAMES]; /* when */
	const struct trace *trace;
	__u64 history;         /* a hash of all that happened */
};

void world_try(struct world *w, const struct schedule *s, const struct trace *trace, const struct question *q);

#endif
