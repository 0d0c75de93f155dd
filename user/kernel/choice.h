/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* What is asked of the programs and their maps. */
#ifndef TCPSTATE_USER_KERNEL_CHOICE_H
#define TCPSTATE_USER_KERNEL_CHOICE_H

#include <stdbool.h>

#include "tcpstate/abi.h"

enum decap { DECAP_OFF, DECAP_ON, DECAP_AUTO /* on an end host, what its devices listen for */ };
enum checksum_mode { CHECKSUM_OFF, CHECKSUM_ON, CHECKSUM_AUTO };

struct kernel_choice {
	__u32 max_flows;
	__u32 max_embryos;
	int zone;                           /* enum zone_mode; -1: what suits the direction */
	bool no_tunnel_id;                  /* of --zone */
	int decap;                          /* enum decap */
	enum checksum_mode checksum;
	__u64 msl_ns;
	__u64 timeout_ns[STATE_SLOTS];      /* 0: the default (kernel/timeouts.h) */
	__u64 unconfirmed_ns;
	__u32 unconfirmed_events;           /* a second; EVENTS_UNLIMITED */
	__u32 ring_bytes;
	bool replay;                        /* of a capture: its time, and nothing is attached */
	bool daemon;                        /* others may ask who runs, and interfaces may be added */
	bool verbose;                       /* what the verifier says of a refusal is told */
};

#endif
