/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* Expectations of TIME_WAIT, strays, and hosts. */
#ifndef TCPSTATE_TESTS_CHECK_LATE_H
#define TCPSTATE_TESTS_CHECK_LATE_H

#include "engine.h"

static inline bool is_late_check(enum check_kind kind)
{
	return kind >= CHECK_STRAYS;
}

/* As check_holds(), for what is_late_check(). */
bool late_check_holds(const struct check *c, const struct observation *o, unsigned int initiator, char *error);

#endif
