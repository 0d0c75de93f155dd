/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* What a dead instance left, for a new owner to go on with. */
#ifndef TCPSTATE_USER_KERNEL_FORMER_H
#define TCPSTATE_USER_KERNEL_FORMER_H

#include "kernel/maps.h"
#include "tcpstate/abi.h"

struct adopted {
	struct maps maps;
	int events;               /* the ring buffer's fd */
	struct instance instance; /* as the one before left it */
};

#endif
