// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
#include <string.h>

#include "frames.h"
#include "tcpstate/abi/segment.h"

#define REQUEST 200
#define ANSWER 1000

const struct step connection[CONNECTION_STEPS] = {
	{ TH_SYN, DRIVE_CLIENT, 0, 0, 0 },
	{ TH_SYN | TH_ACK, DRIVE_SERVER, 0, 0, 1 },
	{ TH_ACK, DRIVE_CLIENT, 0, 1, 1 },
	{ TH_ACK | TH_PSH, DRIVE_CLIENT, REQUEST, 1, 1 },
	{ TH_ACK | TH_PSH, DRIVE_SERVER, ANSWER, 1, 1 + REQUEST },
	{ TH_ACK | TH_FIN, DRIVE_CLIENT, 0, 1 + REQUEST, 1 + ANSWER },
	{ TH_ACK, DRIVE_SERVER, 0, 1 + ANSWER, 2 + REQUEST },
	{ TH_ACK | TH_FIN, DRIVE_SERVER, 0, 1 + ANSWER, 2 + REQUEST },
	{ TH_ACK, DRIVE_CLIENT, 0, 2 + REQUEST, 2 + ANSWER },
};

const struct step lone_reset = { TH_RST, DRIVE_CLIENT, 0, 1, 0 };

/* MSS 1460, SACK permitted, timestamps, window scale 7: 20 bytes. */
static const __u8 syn_options[] = { 2, 4, 0x05, 0xb4, 4, 2, 8, 10, 0, 0, 0, 1, 0, 0, 0, 0, 1, 3, 3, 7 };
/* NOP, NOP, timestamps: 12 bytes. */
static const __u8 options[] = { 1, 1, 8, 10, 0, 0, 0, 1, 0, 0, 0, 1 };

static __u8 *put(__u8 *at, const void *bytes, size_t size)
{
	memcpy(at, bytes, size);
	return at + size;
}

void step_frame(const struct step *step, struct frame *frame)
{
	const __u8 ethernet[14] = { 2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2, 0x08, 0x00 };
	const __u8 syn = step->flags & TH_SYN;
	const __u8 header = 20 + (syn ? sizeof(syn_options) : sizeof(options));
	const __u16 length = 20 + header + step->payload;
	__u8 ip[20] = { 0x45, 0, length >> 8, length & 0xff, 0, 0, 0x40, 0, 64, 6 };
	__u8 tcp[20] = { [12] = header / 4 << 4, [13] = step->flags, [14] = 0xff, [15] = 0xff };
	__u8 *at = frame->data;

	memset(frame, 0, sizeof(*frame));
	at = put(at, ethernet, sizeof(ethernet));
	at = put(at, ip, sizeof(ip));
	at = put(at, tcp, sizeof(tcp));
	put(at, syn ? syn_options : options, header - 20);
	frame->size = sizeof(ethernet) + length;
}

void steady_frame(struct frame *frame)
{
	const struct step data = { TH_ACK | TH_PSH, DRIVE_IN_TURN, STEADY_PAYLOAD, 0, 0 };

	step_frame(&data, frame);
}
