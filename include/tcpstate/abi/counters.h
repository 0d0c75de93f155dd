/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* What is counted, per CPU. */
#ifndef TCPSTATE_ABI_COUNTERS_H
#define TCPSTATE_ABI_COUNTERS_H

#include "tcpstate/abi/history.h"
#include "tcpstate/abi/records.h"
#include "tcpstate/abi/state.h"
#include "tcpstate/abi/tags.h"

/* Frames that were passed over. X(NAME, label) */
#define PASSED_OVER(X)                                                        \
	X(NOT_IP, "not_ip")                                                   \
	X(NOT_TCP, "not_tcp")                                                 \
	X(TRUNCATED, "truncated")             /* ends inside a header */      \
	X(BAD_IP_HEADER, "bad_ip_header")     /* version, length below minimum */ \
	X(BAD_TCP_HEADER, "bad_tcp_header")   /* data offset below 5 or beyond the segment */ \
	X(BAD_LENGTH, "bad_length")           /* of the IP packet: beyond the frame */ \
	X(BAD_IP_CHECKSUM, "bad_ip_checksum") /* of an IPv4 header */         \
	X(TTL_ZERO, "ttl_zero")                                               \
	X(PORT_ZERO, "port_zero")                                             \
	X(BAD_ADDRESS, "bad_address")         /* multicast, broadcast, unspecified, or mapped IPv4 inside IPv6 */ \
	X(LOCAL_SOURCE, "local_source")       /* a loopback address that came in from outside */ \
	X(FRAGMENT, "fragment")               /* a later fragment */          \
	X(SHORT_FRAGMENT, "short_fragment")   /* a first one without a whole TCP header */ \
	X(TOO_DEEP, "too_deep")               /* more headers than the parser walks */ \
	X(BAD_TUNNEL, "bad_tunnel")           /* reserved bits, unknown version */ \
	X(ICMP_ERROR, "icmp_error")           /* counted on its flow, if there is one */ \
	X(NOT_TRACKED, "not_tracked")         /* --track does not choose it */\
	X(BAD_FLAGS, "bad_flags")             /* SYN+FIN, SYN+RST, FIN+RST, or none */ \
	X(BAD_CHECKSUM, "bad_checksum")       /* the receiver drops it */     \
	X(NO_FLOW, "no_flow")                 /* belongs to none, and opens none */ \
	X(TABLE_FULL, "table_full")           /* other CPUs are at work at each place of its set */ \
	X(CONTENDED, "contended")             /* another CPU was at its place in the table for too long */

enum passed_over {
#define X(name, label) PASSED_##name,
	PASSED_OVER(X)
#undef X
	PASSED_COUNT
};

/* Everything else that is counted, per CPU. X(NAME, label) */
#define COUNTERS(X)                                                           \
	X(FRAMES_RX, "frames_rx")                                             \
	X(FRAMES_TX, "frames_tx")                                             \
	X(SEGMENTS, "segments")               /* that reached a flow */       \
	X(FAST, "fast")                       /* of these, without the lock */\
	X(PAYLOAD_BYTES, "payload_bytes")     /* in them, as seen: retransmissions included */ \
	X(OBSERVED_TWICE, "observed_twice")   /* that had passed another place before, and are counted there */ \
	X(FLOWS_OPENED, "flows_opened")                                       \
	X(FLOWS_CLOSED, "flows_closed")       /* left the table */            \
	X(EVICTED_UNCONFIRMED, "evicted_unconfirmed")                         \
	X(EVICTED_CLOSING, "evicted_closing")                                 \
	X(EVICTED_CONFIRMED, "evicted_confirmed")                             \
	X(EMBRYOS_OVERWRITTEN, "embryos_overwritten") /* unanswered SYNs that gave way to newer ones */ \
	X(SEEDED, "seeded")                   /* of flows_opened: those that a socket of the kernel told of, or completed */ \
	X(OPENED_BY_SYN_ACK, "opened_by_syn_ack") /* of flows_opened: the SYN was not seen, or is forgotten */ \
	X(EVENTS, "events")                   /* put into the ring */         \
	X(BAD_OPTIONS, "bad_options")         /* segments whose options run over */ \
	X(FRAGMENTED, "fragmented")           /* first fragments taken as segments */ \
	X(SYN_RETRANSMITS, "syn_retransmits") /* SYN and SYN-ACK */           \
	X(RETRANSMITS, "retransmits")                                         \
	X(OUT_OF_ORDER, "out_of_order")                                       \
	X(RST_INVALID, "rst_invalid")                                         \
	X(RST_IGNORED, "rst_ignored")                                         \
	X(CHALLENGED_SYN, "challenged_syn")   /* SYN on a live connection */  \
	X(OUT_OF_WINDOW, "out_of_window")                                     \
	X(ACK_UNSENT, "ack_unsent")                                           \
	X(PAWS, "paws")                                                       \
	X(DATA_AFTER_FIN, "data_after_fin")                                   \
	X(OLD_DUPLICATE, "old_duplicate")     /* wholly before what the receiver expects */ \
	X(LATE, "late")                       /* after the close, or in TIME_WAIT */

enum counter {
#define X(name, label) COUNT_##name,
	COUNTERS(X)
#undef X
	COUNT_COUNT
};

/* Sockets that were there at attach, and made no flow. X(NAME, label) */
#define NOT_SEEDED(X)                                                         \
	X(NOT_WATCHED, "not_watched")   /* its packets pass no interface that is watched */ \
	X(NOT_TRACKED, "not_tracked")   /* --track does not choose it */      \
	X(PATH_UNKNOWN, "path_unknown") /* a tunnel or a bridge lies between: its packets have another key, or another way */ \
	X(TRANSLATED, "translated")     /* NAT: which tuple its packets have is not known */ \
	X(TABLE_FULL, "table_full")

enum not_seeded {
#define X(name, label) NOT_SEEDED_##name,
	NOT_SEEDED(X)
#undef X
	NOT_SEEDED_COUNT
};

/* Segments with RST, by what their receiver makes of them. X(NAME, label) */
#define RESETS(X)                                                             \
	X(VALID, "valid")           /* closes the connection */               \
	X(REFUSED, "refused")       /* answers a SYN */                       \
	X(CHALLENGED, "challenged") /* in the window, but not exact: RFC 5961 3 */ \
	X(INVALID, "invalid")                                                 \
	X(LATE, "late")             /* after the close */                     \
	X(UNKNOWN, "unknown")       /* of no flow */

enum reset {
#define X(name, label) RESET_##name,
	RESETS(X)
#undef X
	RESET_COUNT
};

/* Times that are counted in histograms. X(NAME) */
#define TIMINGS(X)                                                            \
	X(SYN_TO_SYN_ACK)                                                     \
	X(SYN_ACK_TO_ACK)                                                     \
	X(FIRST_FIN)  /* since the first segment */                           \
	X(DURATION)   /* first segment to the close of both ends */           \
	X(TIME_WAIT)  /* as long as it lasted */

enum timing {
#define X(name) TIMING_##name,
	TIMINGS(X)
#undef X
	TIMING_COUNT
};

/* Upper limits (inclusive) of a histogram's buckets, in us: 1, 2, 5 in each decade. X(us) */
#define DURATION_LIMITS(X)                                                   \
	X(10) X(20) X(50) X(100) X(200) X(500)                                \
	X(1000) X(2000) X(5000) X(10000) X(20000) X(50000)                    \
	X(100000) X(200000) X(500000) X(1000000) X(2000000) X(5000000)        \
	X(10000000) X(20000000) X(30000000) X(60000000) X(120000000) X(300000000) \
	X(1000000000) X(3600000000) X(10000000000) X(86400000000)

#define X(us) +1
enum { DURATION_BUCKETS = 1 DURATION_LIMITS(X) }; /* the last: beyond all limits */
#undef X

struct durations {
	__u64 bucket[DURATION_BUCKETS]; /* each counts only its own */
	__u64 sum_us;
};

/* Where an end is, seen from the observer: an index of counters.endpoints. */
enum whereabouts { END_IN_TRANSIT, END_IS_LOCAL, END_IS_REMOTE, WHEREABOUTS = 4 };

/* Who closed, by role: an index of counters.closes. X(NAME, label) */
#define CLOSERS(X)                                                            \
	X(INITIATOR, "initiator")                                             \
	X(RESPONDER, "responder")                                             \
	X(BOTH, "both")                                                       \
	X(NOBODY, "none")

enum closer {
#define X(name, label) CLOSER_##name,
	CLOSERS(X)
#undef X
	CLOSER_COUNT
};

/* An index of counters.closes: FLOW_CONFIRMED, or what anybody can have fabricated. */
enum { NOT_CONFIRMED, IS_CONFIRMED, CONFIRMATIONS };

/* Why an event was lost. */
#define LOST_REASONS(X)                                                       \
	X(RING_FULL, "ring_full")                                             \
	X(YIELDED, "yielded") /* half full: unconfirmed flows give way */

enum lost_reason {
#define X(name, label) LOST_##name,
	LOST_REASONS(X)
#undef X
	LOST_COUNT
};

/*
 * Why an event was left out: what anybody can make us tell has a budget a second
 * (settings.unconfirmed_events), each of these one of its own. X(NAME, label)
 */
#define LEFT_OUT_REASONS(X)                                                   \
	X(UNCONFIRMED, "unconfirmed") /* of a flow that nobody has confirmed */ \
	X(UNKNOWN, "unknown")         /* a stray of no flow */

enum left_out {
#define X(name, label) LEFT_OUT_##name,
	LEFT_OUT_REASONS(X)
#undef X
	LEFT_OUT_COUNT
};

/*
 * Lifetimes of strays: four buckets for each power of two of ms. Bucket b holds
 * those below lifetime_bucket_limit(b), and not below that of b - 1.
 */
#define LIFETIME_BUCKETS 96

/*
 * One per CPU; user space adds them up. Gauges too: one CPU's share of a gauge
 * may be below zero (it wraps), but their sum is what there is.
 */
struct counters {
	__u64 count[COUNT_COUNT];
	__u64 passed_over[PASSED_COUNT];
	__u64 not_seeded[NOT_SEEDED_COUNT];
	__u64 lost[LOST_COUNT][EVENT_TYPES];
	__u64 left_out[LEFT_OUT_COUNT][EVENT_TYPES];
	__u64 strays[STRAY_COUNT];
	__u64 harmful;
	__u64 waits[WAIT_OUTCOME_COUNT]; /* TIME_WAITs, by how they ended; WAIT_NONE: that began */
	__u64 wait_restarts;
	__u64 reuses[REUSE_COUNT];       /* of those that ended as reused */
	__u64 lifetimes[LIFETIME_BUCKETS];
	__u64 lifetimes_sum_ms;
	__u64 resets[RESET_COUNT];
	__u64 transitions[STATE_SLOTS][STATE_SLOTS]; /* of ends, as state events tell them: from, to */
	/* Connections both of whose ends came to CLOSED or TIME_WAIT, by whether they were ever confirmed. */
	__u64 closes[CONFIRMATIONS][CLOSER_COUNT][CLOSE_HOWS];
	struct durations timings[TIMING_COUNT];
	/* Gauges: what is in the table now. */
	__u64 endpoints[STATE_SLOTS][2][WHEREABOUTS]; /* by state, role (0: initiator), enum whereabouts */
	__u64 entries[TAG_CLASSES];                   /* flows by enum tag_class; [TAG_EMPTY] is unused */
};

/* Confirmed or not. */
static inline __u64 all_closes(const struct counters *c, __u32 by, __u32 how)
{
	return c->closes[NOT_CONFIRMED][by][how] + c->closes[IS_CONFIRMED][by][how];
}

#endif
