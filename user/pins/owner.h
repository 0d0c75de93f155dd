/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * A directory of a BPF file system through which other commands reach a
 * running instance:
 *
 *   DIR/maps/NAME      the maps of maps.h, and the event ring
 *   DIR/programs/NAME  the loaded programs
 *   DIR/hooks/NAME     one a hook: its bpf_link, or with clsact its program
 *   DIR/iterators/sockets  the walk over the kernel's sockets, for the owner alone
 *   DIR/openers/walk   the walk over processes, and the maps that it fills (kernel/openers.h)
 *
 * All of it is its owner's alone (pins/pin_dir.h). The owner holds a lock on DIR for as long as it lives, so that a living
 * instance and what a crash left behind can be told apart.
 */
#ifndef TCPSTATE_USER_PINS_OWNER_H
#define TCPSTATE_USER_PINS_OWNER_H

#include <stdbool.h>

#include "hooks/hook.h"
#include "pins/reader.h"

struct object;
struct openers;

struct pins {
	const char *dir;
	int dir_fd; /* holds the lock; -1: nothing claimed */
};

/*
 * Make dir ours. *left: something of a dead instance is there, for the caller
 * to adopt or to discard. 0 or a reported error.
 */
int pins_claim(struct pins *pins, const char *dir, bool *left);
/* Detach and unpin all that a dead instance left. 0 or a reported error. */
int pins_discard(const struct pins *pins);

/* The maps (unless they were adopted, and so are pinned) and the programs. 0 or a reported error; so below. */
int pins_add_object(const struct pins *pins, const struct object *object, bool adopted);
int pins_add_hook(const struct pins *pins, const struct hook *hook);
/* The two steps of that, for what must not be unpinned in between. */
int pins_stage_hook(const struct pins *pins, const struct hook *hook);
int pins_settle_hook(const struct pins *pins, const struct hook *hook);
void pins_unstage_hook(const struct pins *pins, const struct hook *hook);
void pins_remove_hook(const struct pins *pins, const struct hook *hook);

/* The link of the walk over the sockets. */
int pins_add_iterator(const struct pins *pins, int link_fd);
void pins_remove_iterator(const struct pins *pins);
/* Which process has a socket open: the walk and its maps. Without: what another one left is removed. 0 or a reported error. */
int pins_add_openers(const struct pins *pins, const struct openers *openers);
void pins_remove_openers(const struct pins *pins);
/* Open it for one walk, which takes no capability. A descriptor, or negative errno; -ENOENT: nothing is pinned. */
int pins_open_iterator(const struct pins *pins);

/* Unpin all and give the lock back. Harmless if nothing was claimed. */
void pins_release(struct pins *pins);
/* Give the lock back, and leave all as it is for the next owner. */
void pins_leave(struct pins *pins);

/* ---- what a dead one left ---- */

/* Detach it, as far as it is attached, and unpin it. 0 or a reported error. */
int pinned_hook_remove(const struct pins *pins, const struct pinned_hook *hook);

#endif
