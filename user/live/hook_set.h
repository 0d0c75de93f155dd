/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * The hooks that an instance wants, one an interface and direction, and what
 * has become of each: attached, taken over from a dead instance, or waiting
 * for an interface that is gone to return.
 */
#ifndef TCPSTATE_USER_LIVE_HOOK_SET_H
#define TCPSTATE_USER_LIVE_HOOK_SET_H

#include "hooks/hook.h"

struct object;
struct hook_choice;
struct pins;

struct hooks {
	const struct hook_choice *choice;
	const struct object *object;
	const struct pins *pins;
	struct hook *list;
	int count;
	__u64 reattached;    /* how often one was attached again */
};

/* What options ask for; nothing is attached yet. 0 or a reported error. */
int hooks_plan(struct hooks *hooks, const struct hook_choice *choice, const struct object *object,
	       const struct pins *pins);

/* Attach to every interface, and pin each hook if pins are claimed. All or nothing. 0 or a reported error. */
int hooks_attach(struct hooks *hooks);

/*
 * Go on with the pinned hooks of a dead instance: those still wanted get the
 * new programs without a gap, the others are taken off; what is missing is
 * attached. An interface that is not there is waited for. 0 or a reported error.
 */
int hooks_adopt(struct hooks *hooks);

/* The interface of that index is gone. */
void hooks_lose(struct hooks *hooks, unsigned int ifindex);

/*
 * Attach where an interface has (re)appeared, and let go where one is gone.
 * thorough: find out, too, whether anybody has taken a program off. Returns
 * how many hooks changed.
 */
int hooks_follow(struct hooks *hooks, bool thorough);

/* How many are attached. */
int hooks_attached(const struct hooks *hooks);

/* "eth0: receive XDP (native), transmit TCX; eth1: ..." of those attached. */
void hooks_text(const struct hooks *hooks, char *text, size_t size);

/* Leave the interfaces as they were found. Harmless before hooks_plan. */
void hooks_detach(struct hooks *hooks);

/* Forget them, and leave them attached where they are pinned. */
void hooks_leave(struct hooks *hooks);

#endif
