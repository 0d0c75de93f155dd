/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* What lies beside a slot: lives before, TIME_WAIT, strays, clocks, claims; all that the fast path never needs. */
#ifndef TCPSTATE_ABI_HISTORY_H
#define TCPSTATE_ABI_HISTORY_H

#include "tcpstate/abi/segment.h"
#include "tcpstate/abi/slot.h"

/* Segments that belong to no live part of their connection. X(NAME, label) */
#define STRAYS(X)                                                             \
	X(FIN_RETRANSMIT, "fin_retransmit")   /* in TIME_WAIT: the last ACK was lost */ \
	X(LATE_DATA, "late_data")             /* in TIME_WAIT */              \
	X(LATE_ACK, "late_ack")               /* in TIME_WAIT */              \
	X(LATE_RST, "late_rst")               /* in TIME_WAIT, and not taken */ \
	X(LATE_SYN, "late_syn")               /* in TIME_WAIT, or a copy of a live connection's */ \
	X(AFTER_CLOSE, "after_close")         /* both ends are CLOSED */      \
	X(OLD_INCARNATION, "old_incarnation") /* of the life before */        \
	X(OLD_DUPLICATE, "old_duplicate")     /* acknowledged already, and sent before what came since */ \
	X(SPURIOUS_RETRANSMIT, "spurious_retransmit") /* acknowledged already, and sent anew */ \
	X(OUT_OF_WINDOW, "out_of_window")                                     \
	X(ACK_UNSENT, "ack_unsent")                                           \
	X(PAWS_STALE, "paws_stale")                                           \
	X(DATA_AFTER_FIN, "data_after_fin")                                   \
	X(RST_INVALID, "rst_invalid")                                         \
	X(CHALLENGE_ACK, "challenge_ack")     /* an ACK that answers a SYN: the other end is half open */ \
	X(UNKNOWN, "unknown")                 /* of no flow, and not worth one */

enum stray {
	STRAY_NONE,
#define X(name, label) STRAY_##name,
	STRAYS(X)
#undef X
	STRAY_COUNT
};

/* How TIME_WAIT ended. X(NAME, label) */
#define WAIT_OUTCOMES(X)                                                      \
	X(EXPIRED, "expired")                                                 \
	X(REUSED, "reused")                                                   \
	X(RESET, "reset")     /* TIME-WAIT assassination: RFC 1337 */         \
	X(EVICTED, "evicted")                                                 \
	X(DENIED, "denied")   /* there was none: the FIN that began it had not been sent, or has not arrived (RULES 41) */

enum wait_outcome {
	WAIT_NONE,
#define X(name, label) WAIT_##name,
	WAIT_OUTCOMES(X)
#undef X
	WAIT_OUTCOME_COUNT
};

/* What made it safe to reuse the tuple (RFC 6191). X(NAME, label) */
#define REUSES(X)                                                             \
	X(SEQUENCE, "sequence")                                               \
	X(TIMESTAMP, "timestamp")                                             \
	X(UNSAFE, "unsafe")

enum reuse {
	REUSE_NONE,
#define X(name, label) REUSE_##name,
	REUSES(X)
#undef X
	REUSE_COUNT
};

/* Two moments of a sender's timestamp clock, to learn its rate from (RFC 7323 5.4). */
struct sender_clock {
	__u64 first_time;  /* ns; 0: never seen */
	__u64 time;
	__u32 first_tsval;
	__u32 tsval;       /* newest */
	__u64 left_time;   /* by when left_tsval had come: either end's newest segment then */
	__u32 left_tsval;  /* flow.end's, which the fast path moves on without a time */
	__u32 widest;      /* nothing of the clock, which has the room: the end's widest window known to the slow path, bytes */
};

/* What an end claims by a segment that can only be true if the observer missed something. X(NAME) */
enum claim_kind {
	CLAIM_NONE,
	CLAIM_NEAR,    /* its ACK, or its end, lies beyond what we know, but inside what it may be */
	CLAIM_FAR,     /* its numbers are more than a window away */
	CLAIM_SYN,     /* a SYN or SYN-ACK on a live connection, which was challenged (RULES 8) */
	CLAIM_GOES_ON, /* it goes on after the RST that closed the connection */
};

enum claim_ground {
	CLAIM_EXACT = 1 << 0,  /* it began at its sender's next number */
	CLAIM_PROVEN = 1 << 1, /* it echoes a time that only a segment can have told that was missed */
	CLAIM_INSISTED = 1 << 3, /* its sender has acknowledged still more, and is believed in that too */
	CLAIM_CLOSES = 1 << 2, /* both ends' FINs may have been missed: shows_both_fins() */
};

/* One segment, or several one behind the other as one: doubt.h. */
struct claim {
	__u64 time;            /* ns, of the first */
	struct segment seg;    /* the range, the newest ACK, all flags */
	__u8 kind;             /* enum claim_kind */
	__u8 grounds;          /* enum claim_ground */
	__u8 rounds;           /* CLAIM_FAR: how often the other end has acknowledged more of it */
	__u8 stray;            /* enum stray: what it is, should it be refused */
	__u32 agreed;          /* CLAIM_FAR: the newest such acknowledgment */
};

/* An end's newest segment off the fast path, to be known again where it passes a second place (copies.h). */
struct newest {
	__u32 digest;
	__u16 time;            /* 2^NEWEST_TIME_BITS ns, since some time */
	__u16 place;           /* a hash of it */
};

#define NEWEST_TIME_BITS 20

/*
 * What the fast path never needs: one beside every slot, under its lock. By
 * end where there are two; masks have bit 0 for end 0, bit 1 for end 1.
 */
struct history {
	struct sender_clock clock[2];
	__u64 former_end;        /* ns, when the life before ended; 0: none is known */
	__u32 former_next[2];    /* its end.next */
	__u64 wait_since[2];     /* ns, since when the end waits; a restart moves it */
	__u32 wait_elapsed_ms;   /* of the ended wait, since its newest start */
	__u32 wait_remaining_ms; /* of 2MSL, when it ended early */
	__u32 lifetime_max_ms;   /* of strays whose lifetime is known */
	__u16 wait_restarts;
	__u8 wait_ends;          /* mask: who waits or has waited */
	__u8 wait_acked;         /* mask: its last ACK was seen */
	__u8 wait_outcome;       /* enum wait_outcome */
	__u8 wait_reuse;         /* enum reuse */
	__u16 harmful;           /* strays of the life before that this one would have taken */
	__u16 strays[STRAY_COUNT]; /* by kind */
	__u8 owes_rst;           /* after the close, how much was sent to the ends: four bits each */
	__u8 former_heard;       /* mask: former_next is known */
	__u16 observed_twice;    /* copies of a packet that had passed elsewhere */
	__u8 believed;           /* mask: end.next was moved on by what others said; before[] is where it was */
	__u8 shown;              /* mask: of these, it has sent from there once itself */
	__u32 before[2];
	__u32 second_place[2];   /* where the end's segments pass again, if anywhere (copies.h) */
	__u32 first[2];          /* the number before the first byte: the ISN, or what was seen first */
	__u32 turns[2];          /* how often end.next has wrapped since */
	__u8 sockets;            /* mask: an audit has found the end's socket (abi/audit.h) */
	__u8 pad[3];
	struct claim claim[2];   /* by the end that sent it */
	struct newest newest[2];
};
_Static_assert(sizeof(struct history) == 320, "five cache lines");

/* Bytes of the end's payload that the other end has acknowledged (tcp_info: tcpi_bytes_acked, less the SYN). */
static inline __u64 bytes_acked_of(const struct flow *f, const struct history *h, __u32 end)
{
	const struct end_past *past = &f->past[end];
	__u32 acked = f->end[end ^ 1].acked, next = f->end[end].next;
	__u64 total;

	if (!(f->past[end ^ 1].traits & END_ACKED) || !(past->traits & END_HEARD))
		return 0;
	total = ((__u64)h->turns[end] << 32 | next) - h->first[end] - (next - acked);
	/* SYN and FIN take a number each. */
	if (past->traits & END_SYN)
		total -= total > 0;
	if ((past->traits & END_FIN) && acked == past->fin)
		total -= total > 0;
	return total;
}

#endif
