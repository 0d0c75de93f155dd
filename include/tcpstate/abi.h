/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * What the BPF object and user space share. Fixed-width types, explicit padding. ABI_VERSION changes
 * with any of it; a daemon adopts pinned maps only of its own version. In the order in which to read it:
 *
 *   abi/state.h, segment.h   the states of an end; a parsed segment
 *   abi/key.h, slot.h        the key of a flow, and its slot
 *   abi/history.h            what lies beside the slot
 *   abi/tags.h, embryo.h     how a slot is found; SYNs that nobody has answered
 *   abi/records.h            the ring buffer's
 *   abi/counters.h, hosts.h  what is counted, and what is learnt of hosts
 *   abi/settings.h           what the programs are told
 *   abi/audit.h, seed.h      of flows and the kernel's sockets
 *
 * What is done with it is pure, and read in this order:
 *
 *   core/seq.h, judge.h      what is this segment to its receiver? (known.h, plausible.h, missed_fin.h)
 *   core/doubt.h, anew.h     what can only be true if the observer missed something
 *   core/step.h              what both ends do with it: numbers.h, exchange.h, transition.h (RFC 9293 figure 5)
 *   core/open.h, apply.h     how a flow begins, and one segment from beginning to end; copies.h, succession.h, expiry.h
 *   core/fast_path.h         the same for an established connection, without the lock
 *   core/seed.h              how a flow begins with a socket, before any segment
 *   late/                    TIME_WAIT, strays, senders' clocks, reuse
 *   tell/                    what is told of it, and what is counted
 */
#ifndef TCPSTATE_ABI_H
#define TCPSTATE_ABI_H

#define ABI_VERSION 7

#include "tcpstate/abi/audit.h"
#include "tcpstate/abi/counters.h"
#include "tcpstate/abi/embryo.h"
#include "tcpstate/abi/history.h"
#include "tcpstate/abi/hosts.h"
#include "tcpstate/abi/key.h"
#include "tcpstate/abi/records.h"
#include "tcpstate/abi/segment.h"
#include "tcpstate/abi/settings.h"
#include "tcpstate/abi/slot.h"
#include "tcpstate/abi/state.h"
#include "tcpstate/abi/tags.h"

#endif
