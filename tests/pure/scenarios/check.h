/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* Is what was observed what the file expects? */
#ifndef TCPSTATE_TESTS_CHECK_H
#define TCPSTATE_TESTS_CHECK_H

#include "engine.h"
#include "variant.h"

/* initiator: index in the key of the file's initiator. False: *error says what is and what should be. */
bool check_holds(const struct check *c, const struct observation *o, unsigned int initiator,
		 const struct variant *v, char *error);

#endif
