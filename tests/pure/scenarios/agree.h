/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* Do two engines say the same of a step? */
#ifndef TCPSTATE_TESTS_AGREE_H
#define TCPSTATE_TESTS_AGREE_H

#include "engine.h"

/* False: *error says what differs. */
bool observations_agree(const struct observation *a, const struct observation *b, char *error);

/* The same where one of them has no fast path: what it learns of the senders' clocks may differ, and of strays by it. */
bool observations_agree_slowly(const struct observation *a, const struct observation *b, char *error);

#endif
