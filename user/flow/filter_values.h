/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* What stands behind a word of a filter: addresses, ports, names, numbers. */
#ifndef TCPSTATE_USER_FLOW_FILTER_VALUES_H
#define TCPSTATE_USER_FLOW_FILTER_VALUES_H

#include "base/words.h"
#include "tcpstate/abi.h"

union filter_value {
	struct track_net net;
	struct {
		__u16 low, high;
	} port;
	char *text;   /* its own: of words whose filter_word says whose */
	__u64 number; /* or a mask of names: 1 << what it has for a number */
};

struct filter_values {
	union filter_value *list;
	size_t count, room;
};

/* One value as it is written, and what it may be. */
struct value_text {
	const struct words *words; /* of the whole filter */
	const char *part;
	size_t len;
	const char *expected;      /* "a port, such as 443" */
	__u32 about;               /* 1 << enum event_type: what the filter is asked about */
};

/* Appends what the text says, perhaps several. 0 or an error that has been reported. */
typedef int value_reader(const struct value_text *text, struct filter_values *values);

value_reader read_hosts, read_nets, read_ports, read_port_range;
value_reader read_states, read_flags, read_causes, read_kinds, read_senders, read_hows;
value_reader read_duration, read_count;

/* "x" is not what was expected. Returns USAGE_ERROR. */
int bad_value(const struct value_text *text);

/* 0 or a reported -ENOMEM. */
int add_value(struct filter_values *values, const union filter_value *value);

#endif
