/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* The choice of --track as the programs have it, in maps. */
#ifndef TCPSTATE_USER_KERNEL_TRACK_MAPS_H
#define TCPSTATE_USER_KERNEL_TRACK_MAPS_H

#include <stdbool.h>

struct maps;
struct track;

/*
 * Put it in force, also while programs run: at every moment in between, what
 * the old or the new choice tracks is tracked. 0 or a reported error.
 */
int track_apply(const struct maps *maps, const struct track *track);

/* Read what is in force. */
int track_read(const struct maps *maps, struct track *track);

/* Is that what is in force? */
bool track_is(const struct maps *maps, const struct track *track);

#endif
