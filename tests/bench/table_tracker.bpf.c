// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* The tracker as it is, behind the frame generator. */
#include <linux/bpf.h>

__attribute__((always_inline)) int tcpstate_xdp(struct xdp_md *ctx);

#include "../../bpf/xdp_tcpstate.bpf.c"
#include "drive.bpf.h"
