/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* A segment as the programs' own parser finds it in a frame, and its checksum. */
#ifndef TCPSTATE_USER_REPLAY_SUMS_H
#define TCPSTATE_USER_REPLAY_SUMS_H

#include <stdbool.h>

#include "tcpstate/abi.h"

struct link_frame;
struct parse_choice;

/* A checksum that is not right, and to whom it belongs. */
struct wrong_sum {
	__u16 at;      /* where in the frame it is */
	__u16 blank;   /* what a Linux sender leaves there for its NIC; the programs take it for right */
	bool zero;     /* it is 0 */
	__u32 sender;  /* index in struct senders */
};

struct summed {
	struct flow_key key;
	struct segment segment;
	__u8 from;     /* the end that sent it */
	bool told;     /* its checksum could be told */
	bool wrong;    /* and is wrong: sum is set, but for the sender */
	struct wrong_sum sum;
};

/* False: it is no segment. */
bool sums_look(const struct parse_choice *choice, const struct link_frame *frame, struct summed *summed);

#endif
