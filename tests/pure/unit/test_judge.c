// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* The predicates of judge.h, and its classes on an established connection. */
#include "unit.h"

#define T0 (1000 * SECOND)

/* Rule 2, over all 256 combinations: PSH, URG, ECE and CWR make no difference. */
static void legal_flags(void **state)
{
	for (unsigned int flags = 0; flags < 256; flags++) {
		struct segment s = segment(flags, 1, 1, 0);
		bool syn = flags & TH_SYN, fin = flags & TH_FIN, rst = flags & TH_RST, ack = flags & TH_ACK;
		bool legal = syn + fin + rst <= 1 && (ack || syn || rst);

		assert_int_equal(has_legal_flags(&s), legal);
	}
}

static void synchronized_states(void **state)
{
	/* RFC 9293 3.5.3: group 3 */
	assert_false(is_synchronized(STATE_CLOSED));
	assert_false(is_synchronized(STATE_LISTEN));
	assert_false(is_synchronized(STATE_SYN_SENT));
	assert_false(is_synchronized(STATE_SYN_RECEIVED));
	assert_true(is_synchronized(STATE_ESTABLISHED));
	assert_true(is_synchronized(STATE_FIN_WAIT_1));
	assert_true(is_synchronized(STATE_FIN_WAIT_2));
	assert_true(is_synchronized(STATE_CLOSE_WAIT));
	assert_true(is_synchronized(STATE_CLOSING));
	assert_true(is_synchronized(STATE_LAST_ACK));
	assert_true(is_synchronized(STATE_TIME_WAIT));
}

static void an_ack_of_the_syn(void **state)
{
	struct flow f = established_flow(T0);

	assert_false(acks_syn(&f, 0, 1000));
	assert_true(acks_syn(&f, 0, 1001));
	assert_false(acks_syn(&f, 0, 1002)); /* not sent yet */
	assert_true(acks_syn(&f, 1, 5001));
	f.past[0].traits &= ~END_SYN; /* its number is not known */
	assert_false(acks_syn(&f, 0, 1001));
}

static void expected_next(void **state)
{
	struct flow f = established_flow(T0);

	assert_int_equal(expected(&f, 0), 1001);
	pass(&f, 0, segment(TH_ACK, 1001, 5001, 100), T0);
	assert_int_equal(expected(&f, 0), 1101);
	pass(&f, 0, segment(TH_ACK, 1201, 5001, 100), T0); /* 1101..1200 is missing */
	assert_int_equal(expected(&f, 0), 1101);
	pass(&f, 0, segment(TH_ACK, 1101, 5001, 100), T0);
	assert_int_equal(expected(&f, 0), 1301);
}

static enum judgment judged(__u32 x, struct segment s)
{
	struct flow f = established_flow(T0);

	return judge(&f, &(struct history){}, x, &s, T0);
}

/* RFC 9293 3.10.7.4, first and fifth check, at their edges: RCV.NXT is 1001, the window 65535. */
static void data_on_an_established_connection(void **state)
{
	assert_int_equal(judged(0, segment(TH_ACK, 1001, 5001, 1460)), JUDGE_ACCEPT);
	assert_int_equal(judged(0, segment(TH_ACK, 1001, 5001, 65535)), JUDGE_ACCEPT);
	assert_int_equal(judged(0, segment(TH_ACK, 1001, 5001, 65536)), JUDGE_ACCEPT); /* what has room of it is taken */
	assert_int_equal(judged(0, segment(TH_ACK, 66536, 5001, 0)), JUDGE_ACCEPT);
	assert_int_equal(judged(0, segment(TH_ACK, 66537, 5001, 0)), JUDGE_OUT_OF_WINDOW);
	assert_int_equal(judged(0, segment(TH_ACK, 900, 5001, 50)), JUDGE_OLD);
	assert_int_equal(judged(0, segment(TH_ACK, 1001, 5001 + 65536, 0)), JUDGE_ACK_UNSENT);
	assert_int_equal(judged(1, segment(TH_ACK, 5001, 1001, 1460)), JUDGE_ACCEPT);
	assert_int_equal(judged(0, segment(0, 1001, 5001, 10)), JUDGE_BAD_FLAGS);
}

/* RFC 5961 3.2 */
static void resets_on_an_established_connection(void **state)
{
	assert_int_equal(judged(0, segment(TH_RST, 1001, 0, 0)), JUDGE_RST);
	assert_int_equal(judged(0, segment(TH_RST, 1002, 0, 0)), JUDGE_RST_INEXACT);
	assert_int_equal(judged(0, segment(TH_RST, 66535, 0, 0)), JUDGE_RST_INEXACT);
	assert_int_equal(judged(0, segment(TH_RST, 66536, 0, 0)), JUDGE_RST_INVALID);
	assert_int_equal(judged(0, segment(TH_RST, 1000, 0, 0)), JUDGE_RST_INVALID);
	assert_int_equal(judged(1, segment(TH_RST | TH_ACK, 5001, 1001, 0)), JUDGE_RST);
}

/* RFC 5961 4.2 */
static void syns_on_an_established_connection(void **state)
{
	assert_int_equal(judged(0, segment(TH_SYN, 1000, 0, 0)), JUDGE_CHALLENGE_SYN);
	assert_int_equal(judged(0, segment(TH_SYN, 99000, 0, 0)), JUDGE_CHALLENGE_SYN);
	assert_int_equal(judged(1, segment(TH_SYN, 99000, 0, 0)), JUDGE_CHALLENGE_SYN);
	assert_int_equal(judged(1, segment(TH_SYN | TH_ACK, 5000, 1001, 0)), JUDGE_SYN_AGAIN); /* its ACK was lost */
}

static void a_wrong_checksum_comes_before_all_else(void **state)
{
	for (unsigned int flags = 0; flags < 256; flags++) {
		struct segment s = segment(flags, 1001, 5001, 0);

		s.traits = SEG_BAD_CHECKSUM;
		assert_int_equal(judged(0, s), JUDGE_BAD_CHECKSUM);
	}
}

/* judge() reads and does not write: the flow is const, but let memory say so too. */
static void judging_changes_nothing(void **state)
{
	struct flow f = established_flow(T0), before = f;

	for (unsigned int flags = 0; flags < 256; flags++) {
		struct segment s = segment(flags, 1001, 5001, 10);

		judge(&f, &(struct history){}, 0, &s, T0);
		judge(&f, &(struct history){}, 1, &s, T0);
	}
	assert_memory_equal(&f, &before, sizeof(f));
}

int test_judge(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(legal_flags),
		cmocka_unit_test(synchronized_states),
		cmocka_unit_test(an_ack_of_the_syn),
		cmocka_unit_test(expected_next),
		cmocka_unit_test(data_on_an_established_connection),
		cmocka_unit_test(resets_on_an_established_connection),
		cmocka_unit_test(syns_on_an_established_connection),
		cmocka_unit_test(a_wrong_checksum_comes_before_all_else),
		cmocka_unit_test(judging_changes_nothing),
	};

	return cmocka_run_group_tests_name("judge", tests, NULL, NULL);
}
