/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * A demand that was not met may have been too much: if another world looks the
 * same, in which what the tracker says is true, no packet tells. It is searched for
 * among the schedules that are a few steps away, with no more mishaps than there
 * were; and found, or the demand stands.
 */
#ifndef TCPSTATE_MODEL_EXPLAIN_H
#define TCPSTATE_MODEL_EXPLAIN_H

#include "judge.h"

/* Of the schedule that was judged last, and failed. */
bool explain(const struct schedule *s, const struct verdict *v, struct schedule *other);

#endif
