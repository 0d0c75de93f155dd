/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* How large the table shall be, and which zones it tells apart. */
#ifndef TCPSTATE_USER_KERNEL_TABLE_SHAPE_H
#define TCPSTATE_USER_KERNEL_TABLE_SHAPE_H

#include "hooks/choice.h"
#include "kernel/choice.h"

/* Sets of SET_WAYS slots; sets of EMBRYO_WAYS, 0 in replay; enum zone_mode. */
__u32 table_sets_of(__u32 max_flows);
__u32 embryo_sets_of(const struct kernel_choice *choice);
__u32 zone_of(const struct kernel_choice *choice, enum direction direction);

/* Has this machine the memory for so many? 0 or a reported error. */
int table_check_size(__u32 max_flows);
/* It has not, as the kernel said. Returns err. */
int report_table_too_large(int err, __u32 max_flows);

#endif
