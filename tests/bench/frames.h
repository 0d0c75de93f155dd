/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* The frames that the generator starts from, and what a connection consists of. */
#ifndef TCPSTATE_BENCH_FRAMES_H
#define TCPSTATE_BENCH_FRAMES_H

#include <linux/types.h>

#include "drive.h"

struct frame {
	__u8 data[2048];
	__u32 size;
};

/* One segment of a connection, numbers relative to the two ISNs. */
struct step {
	__u8 flags;
	__u8 sender; /* enum drive_sender */
	__u16 payload;
	__u32 seq;
	__u32 ack;
};

#define HANDSHAKE_STEPS 3
#define CONNECTION_STEPS 9

/* The handshake, a request and its answer, and the close: nine segments. */
extern const struct step connection[CONNECTION_STEPS];

/* An RST to a connection that nobody knows. */
extern const struct step lone_reset;

/* Payload of a steady flow's segments, and so of steady_frame(). */
#define STEADY_PAYLOAD 100

/* Ethernet, IPv4, TCP with the options that Linux sends. Addresses and numbers are the generator's. */
void step_frame(const struct step *step, struct frame *frame);
void steady_frame(struct frame *frame);

#endif
