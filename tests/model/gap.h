/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * RULES 35: after a gap wider than a window both ends' numbers have to be taken
 * anew, once each has acknowledged what the other sent behind it. Four segments
 * before that may be told as strays, and what they carry need not be believed.
 */
#ifndef TCPSTATE_MODEL_GAP_H
#define TCPSTATE_MODEL_GAP_H

#include "wire.h"

struct gap {
	bool wide;           /* and the numbers not yet taken anew */
	bool closed_inside;  /* a FIN or RST passed before they were */
	unsigned int count;  /* wide ones */
	__u32 hidden[2];     /* payload that was not seen, since the last one */
	__u32 window[2];     /* the smallest that an end has told */
	bool sent[2], acked[2];
	__u32 sent_end[2];   /* behind the gap: what an end has sent, and whether it has been acknowledged */
};

void gap_begin(struct gap *g);
/* window: told by end x with this frame, in bytes. */
void gap_hide(struct gap *g, int x, const struct wire *w);
void gap_window(struct gap *g, int x, __u32 window);
void gap_see(struct gap *g, int x, const struct wire *w);

#endif
