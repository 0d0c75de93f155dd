/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* How the pins lie in their directory: names to things and back, walk, removal. */
#ifndef TCPSTATE_USER_PINS_LAYOUT_H
#define TCPSTATE_USER_PINS_LAYOUT_H

#include "pins/pinned_hook.h"

extern const char *const pin_subdirs[]; /* ends with NULL */

#define SOCKETS_PIN "sockets"
#define OPENERS_PIN "walk"

/* What is on its way into another pin's place ends so. */
#define STAGED "_new"
bool is_staged(const char *name);

void hook_pin_name(char name[PIN_NAME], const struct pinned_hook *hook);
/* All of hook but its fd. */
bool hook_from_pin_name(const char *name, struct pinned_hook *hook);

/* May a pin of this name, also on its way into its place, be ours? No other one is unlinked. */
bool is_known_pin(const char *subdir, const char *name);

/* A descriptor of what is pinned at name under dir_fd, or negative errno; -ELOOP: there is something else. */
int pinned_open(int dir_fd, const char *name);

/* Is the directory empty, or else (*stale) only of our making, and are its own ours? 0 or a reported error. */
int pinned_check(int dir_fd, const char *dir, bool *stale);

/* Detach one: a link, or the filter that has the program. owner: as below. 0 or a reported error. */
int pinned_hook_detach(const struct pinned_hook *hook, unsigned int owner);

/*
 * Detach every pinned hook and remove every pin. owner: a process that may be
 * in the network namespace of a clsact hook. 0 or a reported error, such as
 * that there is something which is not known, and which is left.
 */
int pinned_clear(int dir_fd, const char *dir, unsigned int owner);

#endif
