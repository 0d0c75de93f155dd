/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
#ifndef TESTS_PACKETS_EXPECT_H
#define TESTS_PACKETS_EXPECT_H

#include "parsers.h"

/* What a fixture says must come out, put together without the parser. */
struct outcome expected_outcome(const struct fixture *x);

/* NULL if they are the same, else what differs (valid until the next call). Of an ICMP error only seq is compared. */
const char *outcomes_differ(const struct outcome *is, const struct outcome *should);

const char *passed_over_name(int err);

#endif
