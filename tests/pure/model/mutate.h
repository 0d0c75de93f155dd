/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* Every schedule that is one step from another: something done otherwise, at another time, or not; another mishap, or none. */
#ifndef TCPSTATE_MODEL_MUTATE_H
#define TCPSTATE_MODEL_MUTATE_H

#include "world.h"

/* How many there are. of: a run of s. */
unsigned int mutations(const struct schedule *s, const struct world *of);

/* Makes s the which-th. False: it would be s again. */
bool mutate(struct schedule *s, const struct world *of, unsigned int which);

#endif
