/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* What is asked of a replay. */
#ifndef TCPSTATE_USER_REPLAY_CHOICE_H
#define TCPSTATE_USER_REPLAY_CHOICE_H

#include <stdbool.h>

#include <linux/types.h>

struct kernel_choice;

struct replay_choice {
	const struct kernel_choice *kernel;
	__u64 reorder_ns;                   /* how late a packet may come and still be put in order; 0: not at all */
	__u64 duration_ns;                  /* of a capture; 0: all of it */
	bool drain;                         /* on until the last flow has expired */
};

#endif
