/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* A run in the language of tests/pure/scenarios, to be pasted into a file of its rules/. */
#ifndef TCPSTATE_MODEL_SHOW_H
#define TCPSTATE_MODEL_SHOW_H

#include <stdio.h>

#include "run.h"
#include "tracked.h"

/* "SYN,ACK" */
const char *flags_text(__u8 flags);
/* What kind of frame it is, without its numbers: "FIN,ACK+data". */
const char *wire_text(const struct wire *w);

/* How it came about, as comments; show_begin() prints it, too. */
void show_schedule(FILE *to, const struct schedule *s);
void show_begin(FILE *to, const struct schedule *s);
/* not: why the tracker did not see it, or NULL. */
void show_frame(FILE *to, const struct run *r, const struct frame *f, __u64 now, const char *not,
		const struct opinion *o);
/* truth: enum state, by end. */
void show_end(FILE *to, const __u8 truth[2], const struct opinion *o);

#endif
