/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* A capture of the truth set as the parser sees it, and the words of the tracker in print. */
#ifndef TCPSTATE_TESTS_TRUTH_CAPTURE_H
#define TCPSTATE_TESTS_TRUTH_CAPTURE_H

#include <stdbool.h>

#include "bpf/parse/packet.h"

#define SECOND 1000000000ull

struct captured {
	unsigned long number; /* of the frame, from 1 */
	__u64 time;           /* ns */
	bool parsed;          /* the packet is one that the tracker gets */
	struct packet packet;
};

struct capture {
	struct captured *frame;
	size_t count;
};

/* Reads all of it. -1: it could not be read, and stderr says why. */
int capture_read(const char *path, struct capture *c);
void capture_free(struct capture *c);

/* Names as in RFC 9293; "-" for what is no state. */
const char *state_name(unsigned int state);
/* The enumerator without its prefix. Valid until the next call. */
const char *judgment_name(unsigned int judgment);
/* One letter a flag, F first. Valid until the next call. */
const char *flag_text(__u8 flags);

#endif
