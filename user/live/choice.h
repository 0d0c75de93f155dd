/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* What is asked of a live instance. */
#ifndef TCPSTATE_USER_LIVE_CHOICE_H
#define TCPSTATE_USER_LIVE_CHOICE_H

#include <stdbool.h>

#include <linux/types.h>

struct event_choice;
struct hook_choice;
struct kernel_choice;

struct live_choice {
	const struct hook_choice *hooks;
	const struct kernel_choice *kernel;
	const struct event_choice *events;
	const char *pin_dir;                /* NULL: nothing is pinned */
	__u64 duration_ns;                  /* 0: no end */
	__u64 audit_ns;                     /* connections are held against sockets so often; 0: never */
	bool seed;                          /* what was there before is read from the kernel's sockets */
	bool discard;                       /* what a dead instance left, if it can't be adopted */
	bool keep_attached;                 /* at the end, for the next one to adopt */
};

#endif
