/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
#ifndef TCPSTATE_USER_PINS_PINNED_HOOK_H
#define TCPSTATE_USER_PINS_PINNED_HOOK_H

#include <stdbool.h>

#include "hooks/hook.h"

/* bpffs keeps names with dots for itself, so interfaces are named by index. */
#define PIN_NAME 96

/* One pinned hook. fd: its link, or for clsact its program. */
struct pinned_hook {
	enum hook_kind kind;
	bool receive;
	unsigned int ifindex;
	__u64 netns;              /* inode of the network namespace that ifindex is of */
	int fd;
	bool staged;              /* pinned on its way into another's place */
	char name[PIN_NAME];
};

/* ---- layout.c: the walks ---- */

/* Each pinned hook. Non-zero from visit ends the walk. */
int running_hooks(int dir_fd, int (*visit)(void *arg, const struct pinned_hook *hook), void *arg);
int running_programs(int dir_fd, int (*visit)(void *arg, int prog_fd), void *arg);

#endif
