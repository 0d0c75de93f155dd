/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* Rows of a sample chosen by the filter, grouped and sorted, counted by state; and what findings make of them. */
#ifndef TCPSTATE_USER_TOP_VIEW_H
#define TCPSTATE_USER_TOP_VIEW_H

#include <stdbool.h>

#include "findings/half_closed.h"
#include "findings/local_host.h"
#include "findings/port_pressure.h"
#include "top/sample.h"
#include "top/top_group.h"

struct filter;

/* What a row of the busiest is. X(NAME, word) */
#define TOP_GROUPINGS(X)                                                      \
	X(CONNECTIONS, "connections")                                         \
	X(SERVICES, "services")   /* an address, and the address and port it connects to */ \
	X(ADDRESSES, "addresses") /* a pair of addresses */

enum top_grouping {
#define X(name, word) TOP_##name,
	TOP_GROUPINGS(X)
#undef X
	TOP_GROUPING_COUNT
};

/* What the busiest may be sorted by. X(NAME, word) */
#define TOP_COLUMNS(X)                                                        \
	X(INITIATOR, "initiator")                                             \
	X(RESPONDER, "responder")                                             \
	X(CONNECTIONS, "connections")                                         \
	X(SEGMENT_RATE, "segments")                                           \
	X(BYTE_RATE, "bytes")                                                 \
	X(PACKETS, "total_packets")                                           \
	X(BYTES, "total_bytes")                                               \
	X(RETRANSMITS, "retransmits")                                         \
	X(STRAYS, "strays")                                                   \
	X(AGE, "age")                                                         \
	X(IDLE, "idle")

enum top_column {
#define X(name, word) SORT_##name,
	TOP_COLUMNS(X)
#undef X
	SORT_COUNT
};

const char *grouping_word(unsigned int grouping);
const char *column_word(unsigned int column);

/* A row: of a connection, or of several. */
struct top_row {
	const struct top_flow *flow;   /* NULL: of several */
	struct top_group sum;
};

struct top_order {
	double value;
	__u32 item;
};

struct top_view {
	/* What the user wants to see. */
	const struct filter *filter;
	const struct whose_source *whose; /* NULL: nobody knows */
	unsigned int grouping, column;
	bool reverse;
	__u64 leaks_older_ns;
	struct local_host local;       /* as it was when the sample was taken */
	__u64 two_msl_ns;

	/* What the sample shows of that. */
	const struct top_sample *sample;
	__u64 chosen;                  /* flows that the filter lets through */
	__u64 census[2][STATE_SLOTS];  /* of these, by role ([0] the initiators) and state */
	__u64 former[2][STATE_SLOTS];  /* the same at the look before */
	bool former_known;
	struct groups groups;          /* struct top_group: of the chosen flows, unless each is a row */
	struct top_order *order;       /* of flows or groups */
	size_t order_count, order_room, sorted;

	struct port_pressure ports;    /* of the chosen flows, as below */
	struct half_closed leaks;

	/* The filter and the sample that the census was taken with. */
	const struct filter *counted_filter;
	__u64 counted_time;
};

void view_free(struct top_view *view);

/* Look at the sample (again, if only what is wanted has changed). 0 or -ENOMEM. */
int view_make(struct top_view *view, const struct top_sample *sample);

/* The filter is another, though it may lie where the former did. */
void view_new_filter(struct top_view *view, const struct filter *filter);

/* Rows from the first on are in order up to there. */
void view_sort(struct top_view *view, size_t upto);

/* at: less than order_count, and sorted. */
void view_row(const struct top_view *view, size_t at, struct top_row *row);

/* By how much the ends of a role in a state have become more, per second; *known: whether there is a look before. */
double view_change(const struct top_view *view, unsigned int role, unsigned int state, bool *known);

/* How fast ends come into a state, of all flows, per second. */
double view_entered(const struct top_view *view, unsigned int state);

#endif
