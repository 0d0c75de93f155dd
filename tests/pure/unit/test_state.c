// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* state.h and abi.h: numbers that others rely on. */
#include <string.h>

#include "unit.h"

/* The kernel's own copy for BPF programs, from linux/bpf.h; ss and sock:inet_sock_set_state use the same. */
static void states_have_the_kernels_numbers(void **state)
{
	assert_int_equal(STATE_ESTABLISHED, BPF_TCP_ESTABLISHED);
	assert_int_equal(STATE_SYN_SENT, BPF_TCP_SYN_SENT);
	assert_int_equal(STATE_SYN_RECEIVED, BPF_TCP_SYN_RECV);
	assert_int_equal(STATE_FIN_WAIT_1, BPF_TCP_FIN_WAIT1);
	assert_int_equal(STATE_FIN_WAIT_2, BPF_TCP_FIN_WAIT2);
	assert_int_equal(STATE_TIME_WAIT, BPF_TCP_TIME_WAIT);
	assert_int_equal(STATE_CLOSED, BPF_TCP_CLOSE);
	assert_int_equal(STATE_CLOSE_WAIT, BPF_TCP_CLOSE_WAIT);
	assert_int_equal(STATE_LAST_ACK, BPF_TCP_LAST_ACK);
	assert_int_equal(STATE_LISTEN, BPF_TCP_LISTEN);
	assert_int_equal(STATE_CLOSING, BPF_TCP_CLOSING);
	assert_in_range(BPF_TCP_MAX_STATES, 1, STATE_SLOTS);
}

/* RFC 9293 3.3.2 has eleven. */
static void there_are_eleven_states(void **state)
{
	static const char *const names[] = {
#define X(name, number, label) #name,
		TCP_STATES(X)
#undef X
	};
	static const char *const labels[] = {
#define X(name, number, label) label,
		TCP_STATES(X)
#undef X
	};

	assert_int_equal(sizeof(names) / sizeof(*names), 11);
	for (size_t i = 0; i < 11; i++) {
		assert_int_equal(strlen(names[i]), strlen(labels[i]));
		for (size_t c = 0; names[i][c]; c++)
			assert_int_equal(names[i][c] == '_' ? '_' : names[i][c] | 0x20, labels[i][c]);
	}
}

static void flags_have_the_wires_numbers(void **state)
{
	/* RFC 9293 3.1, low eight bits of octets 12 and 13 */
	assert_int_equal(TH_FIN, 1 << 0);
	assert_int_equal(TH_SYN, 1 << 1);
	assert_int_equal(TH_RST, 1 << 2);
	assert_int_equal(TH_PSH, 1 << 3);
	assert_int_equal(TH_ACK, 1 << 4);
	assert_int_equal(TH_URG, 1 << 5);
	assert_int_equal(TH_ECE, 1 << 6);
	assert_int_equal(TH_CWR, 1 << 7);
	assert_int_equal(TH_CONTROL, TH_FIN | TH_SYN | TH_RST | TH_ACK);
}

int test_state(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(states_have_the_kernels_numbers),
		cmocka_unit_test(there_are_eleven_states),
		cmocka_unit_test(flags_have_the_wires_numbers),
	};

	return cmocka_run_group_tests_name("state", tests, NULL, NULL);
}
