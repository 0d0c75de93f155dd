/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* The programs' counters, added up over all CPUs. */
#ifndef TCPSTATE_USER_KERNEL_COUNTER_SUMS_H
#define TCPSTATE_USER_KERNEL_COUNTER_SUMS_H

#include "tcpstate/abi.h"

/* 0 or negative errno. */
int tally_read(int counters_fd, struct counters *sum);

/* Adds more to sum. */
void tally_add(struct counters *sum, const struct counters *more);

#endif
