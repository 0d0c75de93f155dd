/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * For a last state that the tracker has wrong: is there another run, of which
 * the observer would have seen the very same frames, that ends as the tracker
 * said? Then no packet tells, and only a rule can choose (RULES 34: a FIN that
 * is due). Searched among small changes: a byte for a FIN, one byte more for a
 * FIN with data, an application that does one thing less, and other frames missed.
 */
#ifndef TCPSTATE_MODEL_EXPLAIN_H
#define TCPSTATE_MODEL_EXPLAIN_H

#include "judge.h"

/* True: other is such a run. */
bool explain(const struct schedule *s, const struct verdict *v, struct schedule *other);

#endif
