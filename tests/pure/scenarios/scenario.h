/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * A scenario: who sends what when, and what each end must be then. README.md
 * beside this file has the language; parse.c reads it, play.c runs it.
 */
#ifndef TCPSTATE_TESTS_SCENARIO_H
#define TCPSTATE_TESTS_SCENARIO_H

#include <stdbool.h>

#include "wire.h"

#define SECOND 1000000000ull
#define CLOCK_START (1000000 * SECOND) /* "at 0": a clock that has run for a while */

enum { INITIATOR, RESPONDER };

/* What holds for the whole of a scenario. */
struct conditions {
	__u16 port[2];
	__u8 families;      /* 1: IPv4, 2: IPv6 */
	__u8 seen;          /* 1 << INITIATOR | 1 << RESPONDER: whose segments the observer sees */
	__u8 local;         /* the observer sits at 0: neither, 1: the initiator, 2: the responder */
	bool self;          /* both ends are one socket */
	bool checksums;     /* are verified */
	bool watched;       /* a stray that is not expected is a failure */
	bool repeated;      /* any segment may come again later, and nothing changes */
	struct settings settings;
};

/* Figures of the flow that a check may name. X(name, whose number: OWN or PEER shifts with a sequence) */
#define END_FIGURES(X)                                              \
	X(retransmits, NO_SHIFT, past[x].retransmits)               \
	X(out_of_order, NO_SHIFT, past[x].out_of_order)             \
	X(zero_windows, NO_SHIFT, past[x].zero_windows)             \
	X(mss, NO_SHIFT, past[x].mss)                               \
	X(rsts, NO_SHIFT, past[x].rsts)                             \
	X(ttl, NO_SHIFT, past[x].ttl)                               \
	X(syns, NO_SHIFT, past[x].syns)                             \
	X(fins, NO_SHIFT, past[x].fins)                             \
	X(packets, NO_SHIFT, end[x].packets)                        \
	X(bytes, NO_SHIFT, end[x].bytes)                            \
	X(isn, OWN_SHIFT, past[x].isn)                              \
	X(next, OWN_SHIFT, end[x].next)                             \
	X(acked, PEER_SHIFT, end[x].acked)                          \
	X(edge, PEER_SHIFT, end[x].edge)

enum end_figure {
#define X(name, shift, member) FIGURE_##name,
	END_FIGURES(X)
#undef X
	FIGURE_COUNT
};

#define FLOW_FIGURES(X) X(synack_us) X(ack_us) X(first_fin_ms) X(second_fin_ms)

enum flow_figure {
#define X(name) FLOW_FIGURE_##name,
	FLOW_FIGURES(X)
#undef X
	FLOW_FIGURE_COUNT
};

enum check_kind {
	CHECK_STATES,      /* a b: of initiator and responder */
	CHECK_WAS,         /* a b: before the newest event */
	CHECK_CAUSE,       /* a: of the newest event */
	CHECK_BY,          /* a: sender of the newest event; 2: nobody, a timeout */
	CHECK_EVENTS,      /* n: how many there were */
	CHECK_SOME_EVENT,
	CHECK_RECORDS,     /* n */
	CHECK_NO_FLOW,
	CHECK_ROLES,       /* a: 1 guessed */
	CHECK_OPENER,      /* a: whom the flow calls the initiator */
	CHECK_COUNTER,     /* a: enum counter; n */
	CHECK_PASSED_OVER, /* a: enum passed_over; n */
	CHECK_FLOWS,       /* n: incarnations so far */
	CHECK_END_FIGURE,  /* a: enum end_figure, b: whose; n */
	CHECK_FLOW_FIGURE, /* a: enum flow_figure; n */
	CHECK_BYTES_ACKED, /* a: whose, n: of its payload */
	CHECK_FLOW_TRAIT,  /* a: enum flow_trait, b: has it */
	CHECK_END_TRAIT,   /* a: enum end_trait, b: has it, n: whose */
	CHECK_CLOSED_BY,   /* a: closer_words */
	CHECK_CLOSED_HOW,  /* a: enum close_how */

	/* What comes after the close (check_late.c). Of the newest stray: */
	CHECK_STRAYS,      /* n: how many in this step */
	CHECK_STRAY,       /* a: enum stray */
	CHECK_AGE,         /* n: ms */
	CHECK_LIFETIME,    /* n: ms, or LIFETIME_UNKNOWN */
	CHECK_IN_WINDOW,   /* b: is it */
	CHECK_PAWS_REJECTS, /* b: does it */
	CHECK_USUAL_TTL,   /* n */
	/* Of the newest event of TIME_WAIT: */
	CHECK_WAITS,       /* n: how many in this step */
	CHECK_WAIT,        /* a: enum wait_phase */
	CHECK_WAIT_ENDS,   /* a: closer_words */
	CHECK_WAIT_OUTCOME, /* a: enum wait_outcome */
	CHECK_WAIT_REUSE,  /* a: enum reuse */
	CHECK_ELAPSED,     /* n: ms */
	CHECK_REMAINING,   /* n: ms */
	CHECK_RESTARTS,    /* n */
	/* Of the flow: */
	CHECK_HISTORY_STRAYS, /* a: enum stray, n: how many */
	CHECK_HARMFUL,     /* n */
	CHECK_OBSERVED_TWICE, /* n */
	/* Of the host at end a: */
	CHECK_HOST_REUSES, /* b: enum reuse, n: how many */
	CHECK_SHORTEST_WAIT, /* n: ms */
	CHECK_CLOCK_SYNS,  /* n */
	CHECK_CLOCK_BACKWARDS, /* n */
	CHECK_CLOCK_WORST, /* n: ticks */
};

struct check {
	enum check_kind kind;
	int line;
	bool former; /* of the incarnation that this step ended */
	int a, b;
	__u64 n;
};

enum action_kind { DO_SEND, DO_SWEEP, DO_CHECK };

struct action {
	enum action_kind kind;
	int line;
	__u64 at; /* ns */
	union {
		struct {
			__u8 from;
			enum icmp_kind icmp;
			__u16 place;
			struct segment seg;
		} send;
		struct check check;
	};
};

struct scenario {
	const char *path;
	char name[128]; /* of the file, without folders and suffix */
	struct conditions conditions;
	struct action *actions;
	int count;
};

/* Reads a file. False: *error says where and what, "FILE:LINE:WORD: ...". */
#define ERROR_TEXT 512
bool scenario_read(struct scenario *s, const char *path, char error[ERROR_TEXT]);
void scenario_free(struct scenario *s);

#endif
