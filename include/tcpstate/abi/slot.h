/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* A slot of the table: one connection, both ends. */
#ifndef TCPSTATE_ABI_SLOT_H
#define TCPSTATE_ABI_SLOT_H

#include <linux/bpf.h>
#include <linux/types.h>
#include <stddef.h>

#include "tcpstate/abi/key.h"
#include "tcpstate/abi/state.h"

/*
 * What one end has sent, as far as the observer knows. The fast path lives here.
 * Numbers are the wire's, 32 bits; how often they have wrapped is in the history.
 * next and packets are one word, so that one compare-and-swap moves both.
 */
struct end {
	__u32 next;    /* highest sequence number sent, plus one (SND.NXT as seen) */
	__u32 packets; /* frames, by the wire's count: low bits, see packets_of(); and PACKETS_CLOSED */
	__u32 acked;   /* highest acknowledgment number sent (RCV.NXT as told) */
	__u32 edge;    /* highest ack + scaled window: right edge of what it will take */
	__u32 tsval;   /* what the peer holds as TS.Recent for it (RFC 7323 4.3) */
	__u32 place;   /* where its segments pass the observer (struct packet); 0: not told */
	__u64 bytes;   /* payload as seen, retransmissions included */
} __attribute__((aligned(8)));
_Static_assert(sizeof(struct end) == 32, "two ends fill one cache line");
_Static_assert(offsetof(struct end, packets) == 4, "one word with next");

/* enum end_trait: what is known of one end. */
enum end_trait {
	END_HEARD = 1 << 0,        /* has sent something: next is valid */
	END_ACKED = 1 << 1,        /* has sent an ACK: acked and edge are valid */
	END_SYN = 1 << 2,          /* isn is valid */
	END_FIN = 1 << 3,          /* fin is valid */
	END_TIMESTAMPS = 1 << 4,   /* its SYN offered them, or mid-stream: it sends them */
	END_SACK = 1 << 5,         /* its SYN permitted SACK */
	END_WSCALE = 1 << 6,       /* its SYN carried a window scale */
	END_HOLE = 1 << 7,         /* something before next has not been seen: hole_start..hole_end */
	END_RST_DOUBTFUL = 1 << 8, /* it sent an RST that is in the window, but not exact */
	END_FIN_DOUBTFUL = 1 << 9, /* fin is that of a FIN that we think was refused, or missed */
	END_FIN_INFERRED = 1 << 10, /* END_FIN, but the FIN itself has not been seen */
	END_LONG = 1 << 11,        /* next is so far from the ISN that the two no longer compare */
	END_FIN_UNHEARD = 1 << 12, /* its FIN came again and again, and nothing acknowledged it */
	END_SCALE_UNKNOWN = 1 << 13, /* its SYN's options were not seen: the largest scale is assumed */
	END_FIN_HINT = 1 << 14,    /* one number before fin was missed, with nothing behind it: a FIN, or a keystroke */
	END_ASKS_AGAIN = 1 << 15,  /* its SYN came again behind the SYN-ACK: that has not arrived */
};

/* What is remembered of one end beside that: options, holes, counts. */
struct end_past {
	__u32 isn;
	__u32 fin;           /* number after its FIN */
	__u32 hole_start;    /* all before it has been seen or acknowledged; next, if no hole */
	__u32 hole_end;      /* where the newest hole ends */
	__u32 retransmits;
	__u32 out_of_order;
	__u16 zero_windows;
	__u16 mss;           /* from its SYN; 0: none */
	__u16 traits;        /* enum end_trait */
	__u8 rsts;           /* as syns */
	__u8 seeded;         /* its own socket has told of it (core/seed.h) */
	__u8 ttl;            /* its usual one */
	__u8 syns;           /* SYN and SYN-ACK; stays at 255 */
	__u8 fins;
	__u8 fins_unheard;   /* of these, behind one another without an ACK of the other end */
};
_Static_assert(sizeof(struct end_past) == 36, "no hidden padding");

enum flow_trait {
	FLOW_CONFIRMED = 1 << 0,      /* both ends heard, and their numbers agree */
	FLOW_GUESSED_ROLES = 1 << 1,  /* neither SYN nor SYN-ACK was seen */
	FLOW_INFERRED = 1 << 2,       /* a state was inferred from the other end's numbers */
	FLOW_SIMULTANEOUS_OPEN = 1 << 3,
	FLOW_SIMULTANEOUS_CLOSE = 1 << 4,
	FLOW_FRAGMENTED = 1 << 5,     /* judged leniently: bytes may pass in fragments */
	FLOW_ISN_CHANGED = 1 << 6,    /* a SYN came again with another number */
	FLOW_RST_IGNORED = 1 << 7,    /* an RST was taken for valid, and traffic went on */
	FLOW_RST_CLOSED = 1 << 8,     /* closed by RST; was[] are the states before it */
	FLOW_DOUBT = 1 << 9,          /* an end claims something: history.claim */
	FLOW_SELF = 1 << 10,          /* one socket connected to itself */
	FLOW_MIDSTREAM = 1 << 11,     /* picked up after its handshake */
	FLOW_ICMP_ERROR = 1 << 12,    /* a hard ICMP error quoted it */
	FLOW_MISSED_OPENING = 1 << 13, /* inferred, but only from a SYN-ACK that was missed or is late */
	FLOW_QUIET = 1 << 14,         /* mid-stream and not yet believed: no event was emitted */
	FLOW_OTHER_ISN = 1 << 15,     /* the responder sent SYN-ACKs with two numbers: other_isn */
};

enum attention {
	ATTENTION_ALL = 1 << 0,   /* every segment takes the slow path */
	ATTENTION_CLOCK = 1 << 1, /* a sender's clock is still to be learnt: some do */
};

enum locality { LOCAL_TRANSIT = 0, LOCAL_END_0 = 1, LOCAL_END_1 = 2, LOCAL_BOTH = 3 };

enum close_how { CLOSE_NONE = 0, CLOSE_FIN, CLOSE_RST, CLOSE_TIMEOUT, CLOSE_HOWS };

/*
 * A slot of the table. The first 128 bytes are all that the fast path touches.
 * Times are nanoseconds of CLOCK_MONOTONIC (of the capture, in replay).
 */
struct flow {
	struct flow_key key;
	__u64 last_seen;           /* coarse clock on the fast path */
	struct bpf_spin_lock lock;
	__u8 state[2];             /* enum tcp_end_state, by end */
	__u8 wscale;               /* in force: end 0 in the low four bits, end 1 in the high */
	__u8 attention;            /* enum attention: what keeps segments from the fast path */

	struct end end[2];

	struct end_past past[2];
	__u16 traits;              /* enum flow_trait */
	__u8 initiator;            /* index of the end */
	__u8 local;                /* enum locality */
	__u8 was[2];               /* states before an RST, for when it was ignored */
	__u8 closed_by;            /* 0 nobody, 1 end 0, 2 end 1, 3 both */
	__u8 closed_how;           /* enum close_how */
	__u64 id;                  /* of this incarnation */
	__u64 start;               /* first segment */
	__u64 changed;             /* newest change of a state; TIME_WAIT counts from here */
	__u32 other_isn;           /* FLOW_OTHER_ISN: the ACK decides between it and isn */
	__u16 packets_high[2];     /* of end.packets, in 2^PACKETS_LOW_BITS */
	__u32 synack_us;           /* SYN to SYN-ACK; 0: not both seen */
	__u32 ack_us;              /* SYN-ACK to its ACK */
	__u32 first_fin_ms;        /* since start; 0: no FIN */
	__u32 second_fin_ms;
};
_Static_assert(offsetof(struct flow, end) == 64, "a cache line of its own for the numbers");
_Static_assert(offsetof(struct flow, past) == 128, "the fast path stays inside two lines");
_Static_assert(sizeof(struct flow) == 256, "four lines");

#define PACKETS_LOW_BITS 30 /* the next bit sends the fast path to the slow one, which moves them to the high half */
/* In packets, or the word of it and next: the slow path is at work, and the fast path keeps out. */
#define PACKETS_CLOSED (1u << 31)
#define NEXT_CLOSED (1ull << 63)

/* Mask of the ends whose sockets were read. */
static inline __u8 seeded_ends(const struct flow *f)
{
	return f->past[0].seeded | f->past[1].seeded << 1;
}

/* Frames that the end has sent. */
static inline __u64 packets_of(const struct flow *f, __u32 end)
{
	return ((__u64)f->packets_high[end] << PACKETS_LOW_BITS) + (f->end[end].packets & ~PACKETS_CLOSED);
}

#endif
