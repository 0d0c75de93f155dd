/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* What the ring buffer carries to user space. */
#ifndef TCPSTATE_ABI_RECORDS_H
#define TCPSTATE_ABI_RECORDS_H

#include "tcpstate/abi/history.h"
#include "tcpstate/abi/slot.h"

enum event_type {
	EVENT_STATE = 1,
	EVENT_TIME_WAIT = 2,
	EVENT_STRAY = 3,
	EVENT_FLOW = 4,
	EVENT_TYPES = 8,
};

/* X(name, text): why a state changed */
#define CAUSES(X)                                                             \
	X(NONE, "none")                                                       \
	X(SYN, "syn")                     /* the opener's SYN */              \
	X(SYN_ACK, "syn_ack")                                                 \
	X(HANDSHAKE_ACK, "handshake_ack") /* the SYN-ACK was acknowledged */  \
	X(FIN, "fin")                                                         \
	X(ACK_OF_FIN, "ack_of_fin")                                           \
	X(FIN_ACK, "fin_ack")             /* a FIN that acknowledges one */   \
	X(RST, "rst")                                                         \
	X(REFUSED, "refused")             /* an RST that answers a SYN */     \
	X(RST_IGNORED, "rst_ignored")     /* traffic goes on after an RST */  \
	X(TIMEOUT, "timeout")                                                 \
	X(ICMP, "icmp")                   /* hard error that quotes the SYN */\
	X(MIDSTREAM, "midstream")         /* picked up without a handshake */ \
	X(INFERRED, "inferred")           /* what was missed, proven by this */\
	X(HOLE_FILLED, "hole_filled")     /* a FIN before it is now in order */\
	X(REUSED, "reused")               /* a new incarnation took its place */\
	X(EVICTED, "evicted")                                                 \
	X(SOCKET_GONE, "socket_gone")     /* the kernel has no socket of it any more */

enum cause {
#define X(name, text) CAUSE_##name,
	CAUSES(X)
#undef X
	CAUSE_COUNT
};

#define SENDER_NONE 2 /* a timeout: nobody sent anything */

/* EVENT_STATE. The first member says which kind of record it is. */
struct event {
	__u32 type;
	__u8 initiator;   /* index of the end */
	__u8 local;       /* enum locality */
	__u8 sender;      /* index of the end, or SENDER_NONE */
	__u8 cause;       /* enum cause */
	__u64 time;       /* ns, CLOCK_MONOTONIC at the segment, or when a time ran out */
	__u64 id;
	struct flow_key key;
	__u8 state[2];
	__u8 was[2];
	__u16 traits;     /* enum flow_trait */
	__u8 flags;       /* of the segment, enum tcp_flag */
	__u8 ttl;
	__u32 seq;
	__u32 ack;
	__u32 len;
	__u8 seeded;      /* seeded_ends() */
	__u8 pad[3];
};
_Static_assert(sizeof(struct event) == 96, "no hidden padding");

enum wait_phase { WAIT_STARTED = 1, WAIT_RESTARTED, WAIT_ENDED };

/* EVENT_TIME_WAIT. Of the event, sender is SENDER_NONE where no segment did it. */
struct wait_event {
	struct event event;
	__u8 phase;         /* enum wait_phase */
	__u8 ends;          /* mask: whose wait it is */
	__u8 outcome;       /* enum wait_outcome, on WAIT_ENDED */
	__u8 reuse;         /* enum reuse, if outcome is WAIT_REUSED */
	__u32 elapsed_ms;   /* since the wait started or was restarted */
	__u32 remaining_ms; /* of 2MSL */
	__u16 restarts;
	__u16 pad;
};
_Static_assert(sizeof(struct wait_event) == 112, "no hidden padding");

#define LIFETIME_UNKNOWN (~0u)

/* EVENT_STRAY. */
struct stray_event {
	struct event event;
	__u8 kind;          /* enum stray */
	__u8 usual_ttl;     /* of its sender; 0: unknown */
	__u8 in_window;     /* the sequence check would accept it now (RFC 9293 3.10.7.4) */
	__u8 paws_rejects;  /* the timestamp check alone would reject it (RFC 7323 5.3) */
	__u32 age_ms;       /* since what it came late for */
	__u32 lifetime_ms;  /* how long it was under way, or LIFETIME_UNKNOWN */
	__u32 pad;
};
_Static_assert(sizeof(struct stray_event) == 112, "no hidden padding");

/* EVENT_FLOW: the slot as it was when the incarnation ended. */
struct flow_record {
	__u32 type;
	__u32 ended;      /* 0: still alive (a snapshot made by user space) */
	__u64 time;
	struct flow flow;
	struct history history;
};

#endif
