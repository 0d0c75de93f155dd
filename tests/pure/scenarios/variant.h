/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * The ways in which one scenario is run: either end has the lower address, IPv4
 * or IPv6, its numbers as written or moved so that they wrap, one direction
 * unseen, a segment repeated later.
 */
#ifndef TCPSTATE_TESTS_VARIANT_H
#define TCPSTATE_TESTS_VARIANT_H

#include "scenario.h"

#define VARIANT_NAME 96

struct variant {
	char name[VARIANT_NAME];
	bool ipv6;
	bool swapped;        /* the initiator has the higher address */
	__u8 seen;           /* as in struct conditions */
	bool as_written;     /* the file's expectations hold; else only what holds always */
	__u32 seq_shift[2];  /* added to each end's sequence numbers */
	__u32 ts_shift[2];
	int repeated, after; /* the action with this index comes again after that one; -1: none */
};

/* Calls visit for each until it returns false; then returns false. */
bool variants_of(const struct scenario *s, bool (*visit)(const struct variant *v, void *arg), void *arg);

/* The segment of an action as this variant has it. */
struct wire variant_wire(const struct variant *v, const struct scenario *s, const struct action *a);

#endif
