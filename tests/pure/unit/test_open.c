// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* open.h: who is the initiator, and what may begin a flow. */
#include <arpa/inet.h>

#include "unit.h"

static __u8 guessed(__u16 port_0, __u16 port_1, __u32 sender)
{
	struct flow_key key = { .port = { htons(port_0), htons(port_1) } };

	return guess_initiator(&key, sender);
}

/* DESIGN 2, in its order: the port's end that is given is the responder's. */
static void a_port_below_1024_is_the_responders(void **state)
{
	for (__u32 sender = 0; sender < 2; sender++) {
		assert_int_equal(guessed(1023, 1024, sender), 1);
		assert_int_equal(guessed(1024, 1023, sender), 0);
		assert_int_equal(guessed(80, 65535, sender), 1);
		assert_int_equal(guessed(65535, 0, sender), 0);
	}
}

static void else_one_below_32768(void **state)
{
	for (__u32 sender = 0; sender < 2; sender++) {
		assert_int_equal(guessed(32767, 32768, sender), 1);
		assert_int_equal(guessed(32768, 32767, sender), 0);
		assert_int_equal(guessed(50000, 8080, sender), 0);
	}
}

static void else_the_sender_is_the_initiator(void **state)
{
	for (__u32 sender = 0; sender < 2; sender++) {
		assert_int_equal(guessed(80, 443, sender), sender);
		assert_int_equal(guessed(1023, 1023, sender), sender);
		assert_int_equal(guessed(1024, 32767, sender), sender);
		assert_int_equal(guessed(32768, 65535, sender), sender);
	}
}

/* Exchanging the ends exchanges the answer. */
static void the_order_of_the_ends_does_not_matter(void **state)
{
	static const __u16 ports[] = { 0, 22, 1023, 1024, 8080, 32767, 32768, 65535 };

	for (size_t i = 0; i < sizeof(ports) / sizeof(*ports); i++)
		for (size_t j = 0; j < sizeof(ports) / sizeof(*ports); j++)
			for (__u32 sender = 0; sender < 2; sender++)
				assert_int_equal(guessed(ports[i], ports[j], sender),
						 !guessed(ports[j], ports[i], !sender));
}

static void what_opens_a_flow(void **state)
{
	for (unsigned int flags = 0; flags < 256; flags++) {
		struct segment s = segment(flags, 1, 1, 0), bad = s;
		bool syn = flags & TH_SYN, fin = flags & TH_FIN, rst = flags & TH_RST, ack = flags & TH_ACK;

		bad.traits = SEG_BAD_CHECKSUM;
		assert_int_equal(opens_flow(&s), !rst && !(syn && fin) && (syn || ack));
		assert_false(opens_flow(&bad));
	}
}

static void how_it_opens(void **state)
{
	struct segment syn = segment(TH_SYN | TH_ECE | TH_CWR, 1, 0, 0);
	struct segment syn_ack = segment(TH_SYN | TH_ACK, 1, 1, 0);
	struct segment data = segment(TH_ACK | TH_PSH, 1, 1, 10);

	assert_int_equal(judge_opening(&syn), JUDGE_OPEN);
	assert_int_equal(judge_opening(&syn_ack), JUDGE_OPEN_SYN_ACK);
	assert_int_equal(judge_opening(&data), JUDGE_OPEN_MIDSTREAM);
}

int test_open(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_port_below_1024_is_the_responders),
		cmocka_unit_test(else_one_below_32768),
		cmocka_unit_test(else_the_sender_is_the_initiator),
		cmocka_unit_test(the_order_of_the_ends_does_not_matter),
		cmocka_unit_test(what_opens_a_flow),
		cmocka_unit_test(how_it_opens),
	};

	return cmocka_run_group_tests_name("open", tests, NULL, NULL);
}
