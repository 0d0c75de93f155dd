// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* expiry.h: DESIGN 4, for every pair of states. */
#include "unit.h"

static const struct history no_history;

/* Timeouts that can be told from each other. */
static struct settings distinct_settings(void)
{
	struct settings set = { .unconfirmed_ns = 5 * SECOND };

	for (int state = 1; state <= STATE_CLOSING; state++)
		set.timeout_ns[state] = (100 + state) * SECOND;
	return set;
}

static struct flow flow_in(__u8 a, __u8 b)
{
	return (struct flow){
		.id = 1,
		.state = { a, b },
		.traits = FLOW_CONFIRMED,
		.last_seen = 2000 * SECOND,
		.changed = 1000 * SECOND,
	};
}

static bool times_out(__u8 state)
{
	return state != STATE_CLOSED && state != STATE_LISTEN;
}

static void the_shorter_of_both(void **state)
{
	const struct settings set = distinct_settings();

	for (__u8 a = 1; a <= STATE_CLOSING; a++) {
		for (__u8 b = 1; b <= STATE_CLOSING; b++) {
			struct flow f = flow_in(a, b);
			__u64 shortest = ~0ull;

			if (a == STATE_CLOSED && b == STATE_CLOSED)
				shortest = set.timeout_ns[STATE_CLOSED];
			if (times_out(a))
				shortest = set.timeout_ns[a];
			if (times_out(b) && set.timeout_ns[b] < shortest)
				shortest = set.timeout_ns[b];
			assert_true(flow_timeout(&f, &no_history, &set) == shortest);
		}
	}
}

static bool is_wait(__u8 state)
{
	return state == STATE_TIME_WAIT;
}

/* TIME_WAIT counts from its start, the later of two; the linger from the close; all else from the newest segment. */
static void since_when(void **state)
{
	const struct settings set = distinct_settings();

	for (__u8 a = 1; a <= STATE_CLOSING; a++) {
		for (__u8 b = 1; b <= STATE_CLOSING; b++) {
			struct flow f = flow_in(a, b);
			/* What end 1 has of it is later. */
			const struct history h = { .wait_since = { 500 * SECOND, 700 * SECOND } };
			__u64 since = is_wait(b) ? h.wait_since[1] : is_wait(a) ? h.wait_since[0] :
				      a == STATE_CLOSED && b == STATE_CLOSED ? f.changed : f.last_seen;

			if (!times_out(a) && !times_out(b) && !(a == STATE_CLOSED && b == STATE_CLOSED))
				continue;
			assert_true(flow_deadline(&f, &h, &set) == since + flow_timeout(&f, &no_history, &set));
		}
	}
}

static void an_unconfirmed_midstream_flow(void **state)
{
	const struct settings set = distinct_settings();
	struct flow f = flow_in(STATE_ESTABLISHED, STATE_ESTABLISHED);

	f.traits = FLOW_MIDSTREAM;
	assert_true(flow_timeout(&f, &no_history, &set) == 5 * SECOND);
	f.traits = FLOW_MIDSTREAM | FLOW_CONFIRMED;
	assert_true(flow_timeout(&f, &no_history, &set) == set.timeout_ns[STATE_ESTABLISHED]);
	f.traits = 0; /* a handshake under way has times of its own */
	assert_true(flow_timeout(&f, &no_history, &set) == set.timeout_ns[STATE_ESTABLISHED]);
}

static void for_ever(void **state)
{
	struct settings set = distinct_settings();
	struct flow f = flow_in(STATE_ESTABLISHED, STATE_ESTABLISHED);
	const struct history h = {};

	set.timeout_ns[STATE_ESTABLISHED] = NEVER;
	assert_true(flow_deadline(&f, &h, &set) == NEVER);
	set.timeout_ns[STATE_ESTABLISHED] = NEVER - SECOND; /* the sum would wrap */
	assert_true(flow_deadline(&f, &h, &set) == NEVER);
}

/* DESIGN 3: who gives way when a set is full. */
static void classes(void **state)
{
	for (__u8 a = 1; a <= STATE_CLOSING; a++) {
		for (__u8 b = 1; b <= STATE_CLOSING; b++) {
			struct flow f = flow_in(a, b);
			enum tag_class class = flow_class(&f);

			assert_int_not_equal(class, TAG_EMPTY);
			if (a == STATE_ESTABLISHED && b == STATE_ESTABLISHED)
				assert_int_equal(class, TAG_CONFIRMED);
			/* a half-close may last, and is a live connection */
			if (a == STATE_FIN_WAIT_2 && b == STATE_CLOSE_WAIT)
				assert_int_equal(class, TAG_CONFIRMED);
			if (a == STATE_TIME_WAIT || b == STATE_TIME_WAIT || (a == STATE_CLOSED && b == STATE_CLOSED))
				assert_int_equal(class, TAG_CLOSING);
			f.traits = 0;
			if (a != STATE_CLOSED && b != STATE_CLOSED)
				assert_int_not_equal(flow_class(&f), TAG_CONFIRMED);
		}
	}
}

int test_expiry(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_shorter_of_both),
		cmocka_unit_test(since_when),
		cmocka_unit_test(an_unconfirmed_midstream_flow),
		cmocka_unit_test(for_ever),
		cmocka_unit_test(classes),
	};

	return cmocka_run_group_tests_name("expiry", tests, NULL, NULL);
}
