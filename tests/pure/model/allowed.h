/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* What may be told after a frame, and which frames may be told as strays, as far as an observer can know. */
#ifndef TCPSTATE_MODEL_ALLOWED_H
#define TCPSTATE_MODEL_ALLOWED_H

#include "evidence.h"
#include "likely.h"

/* What has passed so far, and what of it was seen. */
struct sight {
	const struct run *run;
	const struct likely *likely;
	const struct evidence *evidence; /* by life */
	__u8 life;                       /* the newest of which anything has passed */
};

/* Masks of the states that end x may be told to be in: where frames were missed, and where all was seen in order. */
unsigned int possible_states(const struct sight *s, int x);
unsigned int exact_states(const struct sight *s, int x);

/* Before it is seen: it is what it should be only to who knows more than the observer can. */
bool is_odd(const struct sight *s, const struct frame *f);

/* In bytes; a SYN's own is never scaled (RULES 9). */
__u32 told_window(const struct frame *f);

#endif
