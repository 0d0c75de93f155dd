/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * The newest strays of flows that are in the table. The ring buffer with the
 * strays themselves belongs to the instance, so this is told by what each
 * flow's history has more than at the look before.
 */
#ifndef TCPSTATE_USER_TOP_NEWEST_STRAYS_H
#define TCPSTATE_USER_TOP_NEWEST_STRAYS_H

#include <stddef.h>

#include "tcpstate/abi.h"

#define TOP_LOG_SIZE 256

/* Strays of one kind that a flow got between two looks. */
struct top_stray {
	__u64 time;            /* ns; of the flow's newest segment, so not before the stray */
	__u64 id;
	struct flow_key key;
	__u32 count;
	__u32 lifetime_max_ms; /* of all strays of the flow; 0: unknown */
	__u8 kind;             /* enum stray */
	__u8 initiator;        /* index of the end */
};

struct top_log {
	struct top_stray list[TOP_LOG_SIZE]; /* newest first */
	size_t count;
};

/* The oldest gives way. */
void log_add(struct top_log *log, const struct top_stray *stray);

#endif
