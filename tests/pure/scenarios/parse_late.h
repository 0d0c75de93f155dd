/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* Expectations of TIME_WAIT, strays, and hosts. */
#ifndef TCPSTATE_TESTS_PARSE_LATE_H
#define TCPSTATE_TESTS_PARSE_LATE_H

#include "line.h"
#include "scenario.h"

/* *known: the next word began one of them, after no "no"; else nothing has been read. */
bool parse_late(struct line *l, struct check *c, bool *known);

/* The same after "no": no stray, no time_wait, no in_window, no paws_rejects. */
bool parse_no_late(struct line *l, struct check *c);

#endif
