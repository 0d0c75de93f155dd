/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* Unanswered SYNs, read from outside as the flows that they are the beginning of. */
#ifndef TCPSTATE_USER_KERNEL_EMBRYOS_H
#define TCPSTATE_USER_KERNEL_EMBRYOS_H

#include "kernel/table_visit.h"

struct maps;

/* Every one, as by table_each(). */
int embryos_each(const struct maps *maps, table_visit *visit, void *arg);

/* How many there are, or negative errno. */
long embryos_count(const struct maps *maps);

#endif
