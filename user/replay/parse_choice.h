/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* What the programs are told of how to read a frame. */
#ifndef TCPSTATE_USER_REPLAY_PARSE_CHOICE_H
#define TCPSTATE_USER_REPLAY_PARSE_CHOICE_H

#include <stdbool.h>

#include <linux/types.h>

struct parse_choice {
	__u32 zone_mode; /* enum zone_mode, with its bits */
	bool decap;      /* tunnels are opened */
};

#endif
