/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* Which states the tracker may end with, given what the frames that it saw tell. */
#ifndef TCPSTATE_MODEL_EXPECT_H
#define TCPSTATE_MODEL_EXPECT_H

#include "evidence.h"
#include "likely.h"

struct expectation {
	unsigned int states[2]; /* masks of BIT(enum state) */
};

/* False: nothing tells enough to ask for anything. evidence: by life. */
bool expect_end(struct expectation *expected, const struct run *r, const struct likely *l,
		const struct evidence *evidence, bool slipped);

/* "ESTABLISHED|CLOSE_WAIT": of the newest few calls, each has its own. */
const char *states_text(unsigned int states);

#endif
