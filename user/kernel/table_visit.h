/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
#ifndef TCPSTATE_USER_KERNEL_TABLE_VISIT_H
#define TCPSTATE_USER_KERNEL_TABLE_VISIT_H

#include "tcpstate/abi.h"

/* Called with each flow of a walk. Non-zero ends the walk. */
typedef int table_visit(void *arg, const struct flow *flow, const struct history *history);

#endif
