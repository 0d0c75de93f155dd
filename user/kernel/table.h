/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* The flow table, read from outside while programs write it. */
#ifndef TCPSTATE_USER_KERNEL_TABLE_H
#define TCPSTATE_USER_KERNEL_TABLE_H

#include "kernel/table_visit.h"

struct maps;

/*
 * Every live flow, those that are only a SYN (embryos) last, as it is at that moment: each slot is read under its lock,
 * but the fast path does not take it, so that an end's numbers may be one
 * segment apart. Its history is read a moment later: of a flow that comes or
 * goes just then, it may be another's. Non-zero from visit ends it and is
 * returned; else 0 or negative errno.
 */
int table_each(const struct maps *maps, __u32 sets, table_visit *visit, void *arg);

/* The same of some sets from the first on, and without embryos. */
typedef int slot_visit(void *arg, __u32 slot, const struct flow *flow, const struct history *history);
int table_part(const struct maps *maps, __u32 first, __u32 sets, slot_visit *visit, void *arg);

/* What the slot holds, as it is at that moment or, while the programs write it, a part of it. 0 or negative errno. */
int table_slot(const struct maps *maps, __u32 slot, struct flow *flow);

/* How many slots are of each class, embryos among the unconfirmed; class 0: empty or resting. */
int table_classes(const struct maps *maps, __u32 sets, __u64 count[TAG_CLASSES]);

#endif
