/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* Flows sorted by a column (flows --sort), and the first so many of them. */
#ifndef TCPSTATE_USER_FLOW_FLOW_ORDER_H
#define TCPSTATE_USER_FLOW_FLOW_ORDER_H

#include <stdbool.h>
#include <stddef.h>

#include "tcpstate/abi.h"

/* X(NAME, word, largest first): as text and JSON call it; numbers are of both ends. */
#define FLOW_COLUMNS(X)                                                       \
	X(INITIATOR, "initiator", false) /* address and port */               \
	X(RESPONDER, "responder", false)                                      \
	X(STATE, "state", false)         /* the initiator's, then the responder's, in the order of a life */ \
	X(AGE, "age", true)                                                   \
	X(IDLE, "idle", true)                                                 \
	X(PACKETS, "packets", true)                                           \
	X(BYTES, "bytes", true)                                               \
	X(DURATION, "duration", true)                                         \
	X(RETRANSMITS, "retransmits", true)                                   \
	X(STRAYS, "strays", true)                                             \
	X(LIFETIME, "lifetime", true)    /* the longest of its strays; unknown is 0 */

enum flow_column {
	FLOW_COLUMN_NONE, /* as they lie in the table */
#define X(name, word, largest) FLOW_COLUMN_##name,
	FLOW_COLUMNS(X)
#undef X
	FLOW_COLUMN_COUNT
};

struct flow_order {
	enum flow_column column;
	bool largest_first;
};

/* "bytes", "-bytes" (the other way round), "bytes:asc", "bytes:desc". 0 or USAGE_ERROR, reported. */
int flow_order_parse(const char *text, struct flow_order *order);

struct flow_place {
	struct flow flow;
	struct history history;
	__u64 value; /* of the column */
};

/* A struct of zeros and what is wanted is an empty list. */
struct flow_list {
	struct flow_order order;
	size_t limit;          /* 0: none */
	__u64 now;             /* ns */

	struct flow_place *rows; /* at most limit; in order once it is finished */
	size_t count, room;
	__u64 offered;
};

/* 0 or -ENOMEM. */
int flow_list_add(struct flow_list *list, const struct flow *flow, const struct history *history);
void flow_list_finish(struct flow_list *list);
void flow_list_free(struct flow_list *list);

#endif
