/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* One connection of the truth set: its frames, what they are, and its right last state. */
#ifndef TCPSTATE_TESTS_TRUTH_ROW_H
#define TCPSTATE_TESTS_TRUTH_ROW_H

#include "tests/pure/truth/capture.h"

/* One connection, with what came before it on its tuple. */
struct row {
	char name[64];
	const struct captured **frame;
	size_t count, first; /* first: index of its own first frame */
	struct flow_key key;
	__u32 local;         /* the kernel's end */
	__u32 right;         /* bit by state */
};

/* Parses a line of input, see gaps.c. Whatever is wrong with it, or with its capture, ends the program. */
void row_parse(char *line, struct row *row);
void row_free(struct row *row);

/* What the frame of this index is, in one word: syn, syn-ack, open-ack, data, fin, ... */
const char *row_class(const struct row *row, size_t i);
/* Its own SYN's number; 0: it has none. */
__u32 row_isn(const struct row *row, __u32 end);
bool row_has_timestamps(const struct row *row);
/* > sent by the kernel's end, < towards it */
const char *row_side(const struct row *row, const struct packet *p);

/* Says what is wrong with the command or its input, and ends the program. */
void fail(const char *what, const char *text);

#endif
