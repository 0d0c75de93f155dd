/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* What may follow "expect". */
#ifndef TCPSTATE_TESTS_PARSE_EXPECT_H
#define TCPSTATE_TESTS_PARSE_EXPECT_H

#include "line.h"
#include "scenario.h"

/* Reads one expectation; a line may have several, one after the other. */
bool parse_expectation(struct line *l, struct check *c);

#endif
