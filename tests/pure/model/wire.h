/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * What the model's endpoints say to each other, in words of the model's own:
 * nothing in this folder but tracked.c knows the tracker's headers.
 */
#ifndef TCPSTATE_MODEL_WIRE_H
#define TCPSTATE_MODEL_WIRE_H

#include <linux/types.h>
#include <stdbool.h>

enum flag { FIN = 0x01, SYN = 0x02, RST = 0x04, PSH = 0x08, ACK = 0x10 };

enum option { OPT_TIMESTAMPS = 1 << 0, OPT_SCALE = 1 << 1 };

struct wire {
	__u32 seq;
	__u32 ack;     /* with ACK */
	__u32 len;     /* payload, of which there is but the length */
	__u32 tsval;   /* with OPT_TIMESTAMPS */
	__u32 tsecr;
	__u16 window;  /* as it stands in the header */
	__u8 flags;
	__u8 options;  /* enum option */
	__u8 scale;    /* with OPT_SCALE, on a SYN */
	__u8 life;     /* for the judge: which connection of the tuple it belongs to */
};

/* RFC 9293's states, each with a bit of its own. */
enum state {
	S_CLOSED,
	S_LISTEN,
	S_SYN_SENT,
	S_SYN_RECEIVED,
	S_ESTABLISHED,
	S_FIN_WAIT_1,
	S_FIN_WAIT_2,
	S_CLOSE_WAIT,
	S_CLOSING,
	S_LAST_ACK,
	S_TIME_WAIT,
	S_COUNT
};

extern const char *const state_text[S_COUNT];

#define BIT(n) (1u << (n))

/* Signed 32-bit differences: RFC 9293 3.4. */
static inline bool before(__u32 a, __u32 b)
{
	return (__s32)(a - b) < 0;
}

static inline bool after(__u32 a, __u32 b)
{
	return before(b, a);
}

static inline __u32 later(__u32 a, __u32 b)
{
	return after(a, b) ? a : b;
}

/* The number behind all that it takes. */
static inline __u32 wire_end(const struct wire *w)
{
	return w->seq + w->len + !!(w->flags & SYN) + !!(w->flags & FIN);
}

#define MS 1000000ull
#define SEC 1000000000ull
#define NEVER (~0ull)

#endif
