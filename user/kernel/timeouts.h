/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* How long a silent flow is kept. */
#ifndef TCPSTATE_USER_KERNEL_TIMEOUTS_H
#define TCPSTATE_USER_KERNEL_TIMEOUTS_H

#include "kernel/choice.h"

/* ns that a silent flow stays in a state, with the defaults filled in; TIME_WAIT: 2MSL; CLOSED: its linger. */
__u64 kernel_timeout(const struct kernel_choice *choice, unsigned int state);

#endif
