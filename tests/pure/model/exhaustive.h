/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* Every basic conversation, with every frame missed or swapped, and (if pairs) every two frames missed. */
#ifndef TCPSTATE_MODEL_EXHAUSTIVE_H
#define TCPSTATE_MODEL_EXHAUSTIVE_H

#include "schedule.h"

/* done: after all that comes of the one of this name. */
void exhaustive(void (*judge)(const struct schedule *s), void (*done)(const char *name), bool pairs, bool doubles);

#endif
