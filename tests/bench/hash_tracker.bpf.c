// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/*
 * The same tracker on a hash map: same parser, same fast path, same judge and
 * step, from the same source. Only the flow table is another one, and there is
 * no sweep, as that walks tags.
 */
#include <linux/bpf.h>

__attribute__((always_inline)) int tcpstate_xdp(struct xdp_md *ctx);

#include "../../bpf/parse/packet.h"
#include "../../bpf/maps.h"
#include "hash_table.h"

#define TCPSTATE_BPF_TRACK_SWEEP_H
#define sweep_step() false
#define settle_step() false
#define sweep_slot(slot, now) ((void)(slot))

#include "../../bpf/xdp_tcpstate.bpf.c"
#include "drive.bpf.h"
