// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/*
 * The whole table of transition.h against a list of edges written down from
 * RFC 9293 itself: figure 5, and the text where the figure leaves something
 * out. Every pair that is not in the list must change nothing.
 */
#include "unit.h"

struct edge {
	__u8 from;
	enum happening what;
	__u8 to;
};

#define EDGE(from, what, to) { STATE_##from, what, STATE_##to }

/* Figure 5, arrow by arrow, from the top down. */
static const struct edge figure_5[] = {
	EDGE(CLOSED, SENT_SYN, SYN_SENT),               /* active OPEN / snd SYN */
	EDGE(LISTEN, SENT_SYN_ACK, SYN_RECEIVED),       /* rcv SYN / snd SYN,ACK */
	EDGE(LISTEN, SENT_SYN, SYN_SENT),               /* SEND / snd SYN */
	EDGE(SYN_SENT, RCVD_SYN, SYN_RECEIVED),         /* rcv SYN / snd SYN,ACK */
	EDGE(SYN_SENT, RCVD_SYN_ACK, ESTABLISHED),      /* rcv SYN,ACK / snd ACK */
	EDGE(SYN_RECEIVED, RCVD_ACK_OF_SYN, ESTABLISHED),
	EDGE(SYN_RECEIVED, SENT_FIN, FIN_WAIT_1),       /* CLOSE / snd FIN */
	EDGE(ESTABLISHED, SENT_FIN, FIN_WAIT_1),        /* CLOSE / snd FIN */
	EDGE(ESTABLISHED, RCVD_FIN, CLOSE_WAIT),
	EDGE(FIN_WAIT_1, RCVD_ACK_OF_FIN, FIN_WAIT_2),
	EDGE(FIN_WAIT_1, RCVD_FIN, CLOSING),
	EDGE(CLOSE_WAIT, SENT_FIN, LAST_ACK),
	EDGE(FIN_WAIT_2, RCVD_FIN, TIME_WAIT),
	EDGE(CLOSING, RCVD_ACK_OF_FIN, TIME_WAIT),
	EDGE(LAST_ACK, RCVD_ACK_OF_FIN, CLOSED),
	EDGE(TIME_WAIT, TIMED_OUT, CLOSED),             /* Timeout=2MSL */
};

/* What the text has beside it. */
static const struct edge text[] = {
	EDGE(SYN_RECEIVED, RCVD_FIN, CLOSE_WAIT),       /* 3.10.7.4, eighth check */
	EDGE(SYN_SENT, SENT_SYN_ACK, SYN_RECEIVED),     /* 3.5, simultaneous open, seen by its answer */
	EDGE(SYN_RECEIVED, RCVD_SYN_ACK, ESTABLISHED),  /* the SYN-ACK of a simultaneous open is an ACK: Linux 23e89e8ee7be */
};

/* What an observer infers that came too late, or missed something: RULES 18. */
static const struct edge inferred[] = {
	EDGE(CLOSED, SENT_SYN_ACK, SYN_RECEIVED),
	EDGE(SYN_SENT, SENT_ACK, ESTABLISHED),
	EDGE(LISTEN, SENT_ACK, ESTABLISHED),
	EDGE(SYN_SENT, SENT_FIN, FIN_WAIT_1),
	EDGE(LISTEN, SENT_FIN, FIN_WAIT_1),
	EDGE(CLOSE_WAIT, SENT_FIN_UNAWARE, CLOSING),    /* 3.6 case 3: the FINs crossed behind us */
};

static const __u8 all_states[] = {
#define X(name, number, label) number,
	TCP_STATES(X)
#undef X
};

/* RULES 34, 41: a FIN that was thought to have been sent, or to have arrived, was not. */
static const struct edge taken_back[] = {
	EDGE(CLOSE_WAIT, MISSED_FIN, ESTABLISHED),
	EDGE(CLOSING, MISSED_FIN, FIN_WAIT_1),
	EDGE(TIME_WAIT, MISSED_FIN, FIN_WAIT_2),
	EDGE(LAST_ACK, MISSED_FIN, FIN_WAIT_1),
	EDGE(CLOSED, MISSED_FIN, FIN_WAIT_2),
	EDGE(FIN_WAIT_1, DENIED_FIN, ESTABLISHED),
	EDGE(FIN_WAIT_2, DENIED_FIN, ESTABLISHED),
	EDGE(CLOSING, DENIED_FIN, CLOSE_WAIT),
	EDGE(LAST_ACK, DENIED_FIN, CLOSE_WAIT),
	EDGE(TIME_WAIT, DENIED_FIN, CLOSE_WAIT),
	EDGE(CLOSED, DENIED_FIN, CLOSE_WAIT),
	EDGE(LAST_ACK, CROSSED_FIN, CLOSING),
	EDGE(CLOSED, CROSSED_FIN, TIME_WAIT),
	EDGE(TIME_WAIT, UNANSWERED_FIN, CLOSING),
	EDGE(FIN_WAIT_2, REPEATED_FIN, FIN_WAIT_1),
	EDGE(CLOSED, REPEATED_FIN, LAST_ACK),
};

static bool takes_back(int what)
{
	return what == MISSED_FIN || what == DENIED_FIN || what == CROSSED_FIN || what == UNANSWERED_FIN ||
	       what == REPEATED_FIN;
}

static __u8 listed(const struct edge *edges, size_t n, __u8 from, enum happening what)
{
	for (size_t i = 0; i < n; i++)
		if (edges[i].from == from && edges[i].what == what)
			return edges[i].to;
	return 0;
}

#define LISTED(edges, from, what) listed(edges, sizeof(edges) / sizeof(*(edges)), from, what)

static __u8 expected_after(__u8 from, enum happening what)
{
	__u8 to;

	/* A reset, and the end of patience, end everything: 3.10.7.4 second check; 3.8.3, 3.10.8. */
	if (what == RESET || what == TIMED_OUT)
		return STATE_CLOSED;
	to = LISTED(figure_5, from, what);
	if (!to)
		to = LISTED(text, from, what);
	if (!to)
		to = LISTED(inferred, from, what);
	if (!to)
		to = LISTED(taken_back, from, what);
	return to ? to : from;
}

static void the_table_is_the_figure(void **state)
{
	for (size_t i = 0; i < sizeof(all_states); i++) {
		for (int what = 0; what < HAPPENINGS; what++) {
			__u8 is = state_after(all_states[i], what), should = expected_after(all_states[i], what);

			if (is != should)
				print_error("state %u, happening %d: becomes %u, should become %u\n", all_states[i], what,
					    is, should);
			assert_int_equal(is, should);
		}
	}
}

/* An index that is no state must stay inside the table, and change nothing. */
static void numbers_that_are_no_states_go_nowhere(void **state)
{
	for (int what = 0; what < HAPPENINGS; what++) {
		assert_int_equal(state_after(0, what), 0);
		for (unsigned int number = 12; number < STATE_SLOTS; number++)
			assert_int_equal(state_after(number, what), number);
	}
}

/* Nothing but a SYN, or its answer, leads out of CLOSED; or that it never was. */
static void closed_is_final(void **state)
{
	for (int what = 0; what < HAPPENINGS; what++)
		if (what != SENT_SYN && what != SENT_SYN_ACK && !takes_back(what))
			assert_int_equal(state_after(STATE_CLOSED, what), STATE_CLOSED);
}

/* Closing goes one way: no end that has sent its FIN is ever ESTABLISHED again, if it has. */
static void nothing_leads_back(void **state)
{
	static const __u8 closing[] = { STATE_FIN_WAIT_1, STATE_FIN_WAIT_2, STATE_CLOSE_WAIT, STATE_CLOSING,
					STATE_LAST_ACK, STATE_TIME_WAIT };

	for (size_t i = 0; i < sizeof(closing); i++) {
		for (int what = 0; what < HAPPENINGS; what++) {
			__u8 to = state_after(closing[i], what);

			assert_true(takes_back(what) || to == STATE_CLOSED || to >= STATE_FIN_WAIT_1);
			assert_int_not_equal(to, STATE_LISTEN);
		}
	}
}

int test_transition(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_table_is_the_figure),
		cmocka_unit_test(numbers_that_are_no_states_go_nowhere),
		cmocka_unit_test(closed_is_final),
		cmocka_unit_test(nothing_leads_back),
	};

	return cmocka_run_group_tests_name("transition", tests, NULL, NULL);
}
