/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* What the tests of the filter share. */
#ifndef TCPSTATE_TESTS_FILTER_UNIT_H
#define TCPSTATE_TESTS_FILTER_UNIT_H

/* cmocka.h wants these before it */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h" /* has a fail(), which cmocka.h makes a macro of */

#include <cmocka.h>

#include "flow/filter.h"

/* Each file's tests. Return the number of failures. */
int test_expressions(void);
int test_random(void);
int test_soups(void);
int test_order(void);
int test_track(void);
int test_owners(void);

/* What was last said, and where in the expression; "" and -1: nothing. */
extern char said[1024];
extern int said_at;
void listen_anew(void);

#endif
