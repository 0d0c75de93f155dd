/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* Which events are told. */
#ifndef TCPSTATE_USER_EVENTS_CHOICE_H
#define TCPSTATE_USER_EVENTS_CHOICE_H

#include <linux/types.h>

struct event_choice {
	__u32 types;              /* 1 << enum event_type */
	__u64 count;              /* then it is enough; 0: no end */
};

#endif
