/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * The state machine of one end: RFC 9293 figure 5 as a table, to be read
 * beside it. A row says: in this state, when this happens, go there, because.
 * What is not in the table changes nothing.
 *
 * The observer sees what an end sends and assumes that it receives what passes
 * and is acceptable (judge.h decides that). Some rows are not in the figure: they
 * are how an observer catches up with what it missed (RULES 18), and takes back what it assumed.
 */
#ifndef TCPSTATE_CORE_TRANSITION_H
#define TCPSTATE_CORE_TRANSITION_H

#include "tcpstate/abi/segment.h"
#include "tcpstate/abi/state.h"

enum happening {
	SENT_SYN,
	SENT_SYN_ACK,
	SENT_ACK,        /* anything with ACK but without SYN: only a synchronized end does that */
	SENT_FIN,
	SENT_FIN_UNAWARE, /* one that does not acknowledge the peer's, which we took for arrived */
	RCVD_SYN,        /* without an ACK of the own SYN */
	RCVD_SYN_ACK,    /* that acknowledges the own SYN */
	RCVD_ACK_OF_SYN,
	RCVD_ACK_OF_FIN, /* ack >= the number after the FIN; nothing less counts */
	RCVD_FIN,        /* and all before it */
	MISSED_FIN,      /* what was taken for received was not: the peer's FIN has not arrived, or was none */
	DENIED_FIN,      /* what was inferred was not: it has sent no FIN */
	CROSSED_FIN,     /* its FIN, which was missed, did not answer the peer's: the two had crossed */
	UNANSWERED_FIN,  /* the peer's FIN did not acknowledge it, as was thought: the two had crossed */
	REPEATED_FIN,    /* its inferred FIN is seen at last: it has no ACK of it yet */
	RESET,           /* sent or received a valid RST, or a hard ICMP error */
	TIMED_OUT,
	HAPPENINGS
};

#define WHEN(happening, from, to) [happening][STATE_##from] = STATE_##to

/* 0: no change. The inner size is a power of two, so an index can be masked. */
static const __u8 transition[HAPPENINGS][STATE_SLOTS] = {
	/* ---- opening: RFC 9293 3.5 ---- */
	WHEN(SENT_SYN, CLOSED, SYN_SENT),               /* active open */
	WHEN(SENT_SYN, LISTEN, SYN_SENT),               /* its own SYN crossed the peer's: it was not listening */
	WHEN(SENT_SYN_ACK, LISTEN, SYN_RECEIVED),       /* passive open: it had the SYN */
	WHEN(SENT_SYN_ACK, CLOSED, SYN_RECEIVED),       /* the SYN was missed */
	WHEN(SENT_SYN_ACK, SYN_SENT, SYN_RECEIVED),     /* simultaneous open: it had the peer's SYN */
	WHEN(RCVD_SYN, SYN_SENT, SYN_RECEIVED),         /* simultaneous open */
	WHEN(RCVD_SYN_ACK, SYN_SENT, ESTABLISHED),      /* the second of three */
	WHEN(RCVD_SYN_ACK, SYN_RECEIVED, ESTABLISHED),  /* simultaneous open: Linux does so since "tcp: Don't drop SYN+ACK for simultaneous connect()" */
	WHEN(RCVD_ACK_OF_SYN, SYN_RECEIVED, ESTABLISHED), /* the third of three */

	/* ---- catching up: what it sends proves what the observer missed ---- */
	WHEN(SENT_ACK, SYN_SENT, ESTABLISHED),          /* it had a SYN-ACK */
	WHEN(SENT_ACK, LISTEN, ESTABLISHED),            /* it had sent a SYN-ACK, and got the ACK */
	WHEN(SENT_FIN, SYN_SENT, FIN_WAIT_1),           /* the same, and it closes at once */
	WHEN(SENT_FIN, LISTEN, FIN_WAIT_1),

	/* ---- and what it does disproves what the observer assumed (RULES 34, 41) ---- */
	WHEN(MISSED_FIN, CLOSE_WAIT, ESTABLISHED),      /* the peer sends its FIN again and again, and this end acknowledges less */
	WHEN(MISSED_FIN, CLOSING, FIN_WAIT_1),
	WHEN(MISSED_FIN, TIME_WAIT, FIN_WAIT_2),
	WHEN(MISSED_FIN, LAST_ACK, FIN_WAIT_1),         /* it closed first, then */
	WHEN(MISSED_FIN, CLOSED, FIN_WAIT_2),           /* the same, and its own has been acknowledged */
	WHEN(DENIED_FIN, FIN_WAIT_1, ESTABLISHED),      /* it goes on where its FIN would have been */
	WHEN(DENIED_FIN, FIN_WAIT_2, ESTABLISHED),
	WHEN(DENIED_FIN, CLOSING, CLOSE_WAIT),
	WHEN(DENIED_FIN, LAST_ACK, CLOSE_WAIT),
	WHEN(DENIED_FIN, TIME_WAIT, CLOSE_WAIT),
	WHEN(DENIED_FIN, CLOSED, CLOSE_WAIT),
	WHEN(CROSSED_FIN, LAST_ACK, CLOSING),           /* it acknowledges the peer's apart */
	WHEN(CROSSED_FIN, CLOSED, TIME_WAIT),           /* the same, and its own has been acknowledged */
	WHEN(UNANSWERED_FIN, TIME_WAIT, CLOSING),       /* its peer acknowledges it apart, if at all */
	WHEN(REPEATED_FIN, FIN_WAIT_2, FIN_WAIT_1),     /* it would not send it again if it were acknowledged */
	WHEN(REPEATED_FIN, CLOSED, LAST_ACK),

	/* ---- closing first: 3.6 case 1 ---- */
	WHEN(SENT_FIN, ESTABLISHED, FIN_WAIT_1),        /* CLOSE call */
	WHEN(SENT_FIN, SYN_RECEIVED, FIN_WAIT_1),       /* CLOSE before the third segment: 3.10.4; TFO: RFC 7413 */
	WHEN(RCVD_ACK_OF_FIN, FIN_WAIT_1, FIN_WAIT_2),  /* 3.10.7.4, fifth check */
	WHEN(RCVD_FIN, FIN_WAIT_2, TIME_WAIT),          /* 3.10.7.4, eighth check */

	/* ---- closing second: 3.6 case 2 ---- */
	WHEN(RCVD_FIN, ESTABLISHED, CLOSE_WAIT),
	WHEN(RCVD_FIN, SYN_RECEIVED, CLOSE_WAIT),       /* 3.10.7.4, eighth check: as ESTABLISHED */
	WHEN(SENT_FIN, CLOSE_WAIT, LAST_ACK),
	WHEN(RCVD_ACK_OF_FIN, LAST_ACK, CLOSED),

	/* ---- closing together: 3.6 case 3 ---- */
	WHEN(RCVD_FIN, FIN_WAIT_1, CLOSING),            /* the FINs crossed: its own is not acknowledged yet */
	WHEN(SENT_FIN_UNAWARE, CLOSE_WAIT, CLOSING),    /* the same, seen from near the other end */
	WHEN(RCVD_ACK_OF_FIN, CLOSING, TIME_WAIT),

	/* ---- the hard ways out ---- */
	WHEN(RESET, LISTEN, CLOSED),                    /* refused: there was no listener */
	WHEN(RESET, SYN_SENT, CLOSED),                  /* 3.10.7.3, second check */
	WHEN(RESET, SYN_RECEIVED, CLOSED),              /* a passive opener is LISTEN again; this connection is gone */
	WHEN(RESET, ESTABLISHED, CLOSED),               /* 3.10.7.4, second check, to the end of the list */
	WHEN(RESET, FIN_WAIT_1, CLOSED),
	WHEN(RESET, FIN_WAIT_2, CLOSED),
	WHEN(RESET, CLOSE_WAIT, CLOSED),
	WHEN(RESET, CLOSING, CLOSED),
	WHEN(RESET, LAST_ACK, CLOSED),
	WHEN(RESET, TIME_WAIT, CLOSED),                 /* TIME-WAIT assassination: RFC 1337 */

	/* ---- and time: 3.10.8, and what the observer gives up on ---- */
	WHEN(TIMED_OUT, LISTEN, CLOSED),                /* the SYN was never answered */
	WHEN(TIMED_OUT, SYN_SENT, CLOSED),              /* RFC 9293 3.8.3 (R2) */
	WHEN(TIMED_OUT, SYN_RECEIVED, CLOSED),
	WHEN(TIMED_OUT, ESTABLISHED, CLOSED),
	WHEN(TIMED_OUT, FIN_WAIT_1, CLOSED),
	WHEN(TIMED_OUT, FIN_WAIT_2, CLOSED),            /* Linux: an orphan, tcp_fin_timeout */
	WHEN(TIMED_OUT, CLOSE_WAIT, CLOSED),
	WHEN(TIMED_OUT, CLOSING, CLOSED),
	WHEN(TIMED_OUT, LAST_ACK, CLOSED),
	WHEN(TIMED_OUT, TIME_WAIT, CLOSED),             /* 2MSL: 3.10.8 */
};
#undef WHEN

/* The state after it happened to an end in this state. */
static __always_inline __u8 state_after(__u8 state, enum happening what)
{
	__u8 to = transition[what][state & (STATE_SLOTS - 1)];

	return to ? to : state;
}

#endif
