/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * What the BPF object and user space share: the key and the slot of a flow,
 * the records of the ring buffer, the configuration; in counters.h, the counters.
 * Fixed-width types, explicit padding. ABI_VERSION changes with any of it; a
 * daemon adopts pinned maps only of its own version.
 */
#ifndef TCPSTATE_ABI_H
#define TCPSTATE_ABI_H

#include <linux/bpf.h>
#include <linux/types.h>
#include <stddef.h>

#include "segment.h"
#include "state.h"

#define ABI_VERSION 5

/* ---- the key ----------------------------------------------------------- */

enum tunnel_kind {
	TUNNEL_NONE = 0,
	TUNNEL_IPIP, /* and 6in4, 4in6, 6in6: no id of its own */
	TUNNEL_GRE,  /* id: the key field, 0 where there is none */
	TUNNEL_ERSPAN, /* id: 0: both directions of a mirror session carry one id, but several sessions may mirror one flow */
	TUNNEL_VXLAN,  /* id: VNI */
	TUNNEL_GENEVE, /* id: VNI */
};

/*
 * Both directions of a connection have one key: the two ends are sorted by
 * (address, port) as big-endian byte strings; "end 0" is the lower. IPv4
 * addresses are mapped (::ffff:a.b.c.d). Read as six u64 by the table.
 */
struct flow_key {
	__u8 addr[2][16];
	__be16 port[2];
	__u32 zone;       /* --zone vlan: outer tag | inner tag << 12; ifindex; or 0 */
	__u32 tunnel_id;  /* of the innermost tunnel opened */
	__u8 tunnel_kind; /* enum tunnel_kind */
	__u8 pad[3];      /* zero: it is compared and hashed too */
} __attribute__((aligned(8)));
_Static_assert(sizeof(struct flow_key) == 48, "six u64");

/* ---- the slot ---------------------------------------------------------- */

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
	__u16 rsts;
	__u16 traits;        /* enum end_trait */
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

/* Frames that the end has sent. */
static inline __u64 packets_of(const struct flow *f, __u32 end)
{
	return ((__u64)f->packets_high[end] << PACKETS_LOW_BITS) + (f->end[end].packets & ~PACKETS_CLOSED);
}

/* ---- the history of a slot --------------------------------------------- */

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
	__u8 owes_rst;           /* mask: after the close, something was sent to the end */
	__u8 former_heard;       /* mask: former_next is known */
	__u16 observed_twice;    /* copies of a packet that had passed elsewhere */
	__u8 believed;           /* mask: end.next was moved on by what others said; before[] is where it was */
	__u8 shown;              /* mask: of these, it has sent from there once itself */
	__u32 before[2];
	__u32 second_place[2];   /* where the end's segments pass again, if anywhere (copies.h) */
	__u32 first[2];          /* the number before the first byte: the ISN, or what was seen first */
	__u32 turns[2];          /* how often end.next has wrapped since */
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

/* ---- the tags ---------------------------------------------------------- */

/* In the order of the gauges; the last five are only told apart in tags. */
enum tag_class {
	TAG_EMPTY = 0,
	TAG_UNCONFIRMED = 1,
	TAG_CONFIRMED = 2,
	TAG_CLOSING = 3,
	TAG_CLASSES,
	TAG_TALKED = TAG_CLASSES, /* confirmed, and bytes of both ends were acknowledged: found out where it matters (claim.h) */
	TAG_CLAIMED,              /* a CPU has taken the way, and is about to open a flow in it */
	TAG_RESTING,              /* its flow is gone, but a CPU on the fast path may still hold the slot: until a sweep has passed */
	TAG_MET,                  /* confirmed, but met in its middle, and no progress of both ends seen: two forged segments do */
};

#define SET_WAYS 32  /* flows a set */
#define SET_WORDS 8  /* u64 words of four 16-bit tags */

/* A tag: three bits of class, one for flows seen inside a tunnel, twelve of the key's fingerprint. */
#define TAG_BITS 16
#define TAG_CLASS_SHIFT 13
#define TAG_TUNNEL 0x1000u
#define TAG_PRINT_MASK 0x0fffu

static inline enum tag_class tag_class_of(__u64 word, __u32 way)
{
	return word >> ((way & 3) * TAG_BITS + TAG_CLASS_SHIFT) & 7;
}

static inline int holds_flow(enum tag_class class)
{
	return (class >= TAG_UNCONFIRMED && class <= TAG_TALKED) || class == TAG_MET;
}

/* As the gauges count it. */
static inline enum tag_class gauge_class(enum tag_class class)
{
	return class == TAG_TALKED || class == TAG_MET ? TAG_CONFIRMED : holds_flow(class) ? class : TAG_EMPTY;
}

/*
 * One cache line that answers "which slot" for a set. A tag of an empty way is 0.
 * Way w of set s owns slot s * SET_WAYS + w.
 */
struct tag_set {
	__u64 word[SET_WORDS];
};

/* ---- embryos ------------------------------------------------------------ */

/* A SYN that nobody has answered: all that it takes to begin its flow later. */
struct embryo {
	struct flow_key key;
	__u64 time;            /* ns, of the SYN */
	__u64 id;              /* as its flow will have */
	struct segment seg;
	__u32 place;           /* as in struct packet */
	__u8 from;             /* its sender's end of the key */
	__u8 local;            /* enum locality */
	__u8 pad[26];
};
_Static_assert(sizeof(struct embryo) == 128, "two lines");

#define EMBRYO_WAYS 16

/* Those of one hash; id 0: none. At next is the oldest, once all are in use. */
struct embryo_set {
	struct bpf_spin_lock lock;
	__u32 next;
	__u64 pad[7];
	struct embryo at[EMBRYO_WAYS];
};
_Static_assert(offsetof(struct embryo_set, at) == 64, "whole cache lines");

/* Their fingerprints, apart, so that what has no embryo finds that out in half a line of a small array. 0: none. */
struct embryo_prints {
	__u16 print[EMBRYO_WAYS];
};

/* ---- the ring buffer --------------------------------------------------- */

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
	X(EVICTED, "evicted")

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
	__u32 pad;
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

#include "counters.h"

/* ---- hosts ------------------------------------------------------------- */

/*
 * By host (map "reuses"): the shortest wait after which it gave its tuple to a
 * new incarnation, which is its real policy.
 */
struct host_key {
	__u8 addr[16];
	__u32 zone;
};

struct host_reuse {
	__u64 count[4];       /* by enum reuse */
	__u32 shortest_ms;
	__u32 pad;
};

/* By pair of addresses (map "pairs"): the clock of the hosts behind the first (RULES 28). */
struct pair_key {
	__u8 from[16];        /* who opened the connections */
	__u8 to[16];
	__u32 zone;
};

struct pair_clock {
	__u64 time;           /* ns, of the newest handshake */
	__u64 syns;           /* that were answered, and led to a handshake with timestamps */
	__u64 backwards;      /* of these, with one older than the newest before */
	__u32 tsval;          /* newest */
	__u32 worst;          /* ticks by which the oldest was behind */
};

/* ---- configuration ----------------------------------------------------- */

/* Replay: what a run of its program is for. */
enum replay_task { REPLAY_PACKET, REPLAY_EXPIRE /* touched_slot */, REPLAY_SETTLE /* the capture is over */ };

enum zone_mode {
	ZONE_NONE = 0,
	ZONE_VLAN,
	ZONE_IFINDEX,
	ZONE_MODE_MASK = 3,
	ZONE_NO_TUNNEL_ID = 1 << 2, /* with any of them: a tunnel's id tells no connections apart */
};

/* --track, in the kernel; both bits may be set. */
enum track_bit {
	TRACK_NETS = 1 << 0,  /* one end's address must be in the LPM trie */
	TRACK_PORTS = 1 << 1, /* one end's port must be in the bitmap */
};

/* May change while running (map "settings", one entry). */
struct settings {
	__u64 timeout_ns[STATE_SLOTS]; /* by state; CLOSED: the linger of a closed flow */
	__u64 unconfirmed_ns;          /* a mid-stream flow that nobody confirmed */
	__u64 blind_since;             /* ns: the observer is known to have missed what came before that */
	__u32 events;                  /* 1 << enum event_type: which to emit */
	__u32 track;                   /* enum track_bit */
	__u32 unconfirmed_events;      /* a second, of each enum left_out; more are counted instead of told */
	__u32 pad;
};

#define EVENTS_UNLIMITED (~0u) /* unconfirmed_events: all are told */

/* Key of the LPM trie "track_nets": IPv4 as ::ffff:0:0/96 + n. */
struct track_net {
	__u32 prefixlen;
	__u8 addr[16];
};

#define TRACK_PORT_WORDS (65536 / 64) /* map "track_ports": one bit a port, host order */

/* What the owner's event log has come to, since that owner began. */
struct log_counts {
	__u64 bytes;             /* written to the events file */
	__u64 rotations;         /* of it, as it was full (--events-max-size) */
	__u64 lost[EVENT_TYPES]; /* events that neither it nor the journal took */
};

/* What a reader of pinned maps must know (map "instance", one entry). */
struct instance {
	__u32 abi_version;
	__u32 zone_mode;
	__u32 sets;          /* of SET_WAYS slots */
	__u32 max_flows;     /* as asked for */
	__u32 embryo_sets;   /* of EMBRYO_WAYS; 0: none */
	__u32 pad;
	__u32 decap;
	__u32 pid;           /* of the owner */
	__u64 started_ns;    /* CLOCK_MONOTONIC: when the table was made */
	__u64 hash_seed[6];  /* of the table: an owner that adopts it needs the same */
	__u32 adoptions;     /* how often an owner took over what a dead one had left */
	__u32 daemon;        /* the owner is "run": the next one may go on with it */
	__u64 lost_told[LOST_COUNT][EVENT_TYPES]; /* of counters.lost, what the owner has reported */
	__u64 left_out_told[LEFT_OUT_COUNT][EVENT_TYPES]; /* of counters.left_out */
	struct log_counts log;
	char version[32];    /* of the owner's program */
};

#endif
