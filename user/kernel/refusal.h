/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* Why this kernel, or this user, can't load the programs. */
#ifndef TCPSTATE_USER_KERNEL_REFUSAL_H
#define TCPSTATE_USER_KERNEL_REFUSAL_H

#include <stdbool.h>

/* May this process load and attach programs? 0 or -EPERM, reported. */
int check_permission(void);

/* Both say what is missing and return err. */
int report_no_permission(int err);
int report_kernel(int err, bool verbose);

#endif
