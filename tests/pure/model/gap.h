/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * RULES 35: after a gap wider than a window both ends' numbers have to be taken
 * anew, once each has acknowledged what the other sent behind it. Four segments
 * before that may be told as strays, and what they carry need not be believed.
 * As wide as a window is what uses up, unseen, all the room that the observer has
 * seen the receiver tell: what comes next lies beyond all that can be known.
 */
#ifndef TCPSTATE_MODEL_GAP_H
#define TCPSTATE_MODEL_GAP_H

#include "wire.h"

struct gap {
	bool wide;           /* and the numbers not yet taken anew */
	bool closed_inside;  /* a FIN or RST passed before they were */
	unsigned int count;  /* wide ones */
	bool told_edge[2];
	__u32 edge[2];       /* how far an end was seen to let the other send */
	bool sent[2], acked[2];
	__u32 sent_end[2];   /* behind the gap: what an end has sent, and whether it has been acknowledged */
};

void gap_begin(struct gap *g);
void gap_hide(struct gap *g, int x, const struct wire *w);
/* window: told by end x with this frame, in bytes. */
void gap_see(struct gap *g, int x, const struct wire *w, __u32 window);

#endif
