// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* seed.h: what a flow is that begins with a socket, and how it goes on. */
#include <arpa/inet.h>

#include "unit.h"

#include "tcpstate/core/fast_path.h"
#include "tcpstate/core/seed.h"

#define NOW (1000 * SECOND)
#define TWO_MSL (60 * SECOND)

/* A socket of a connection on which 100 bytes have gone each way; numbers of its own from 1000, of its peer from 5000. */
static struct socket_facts socket_in(__u8 state)
{
	return (struct socket_facts){
		.state = state, .passive = true, .fin_sent = true,
		.snd_una = 1101, .snd_nxt = 1101, .snd_edge = 1101 + 65535,
		.rcv_nxt = 5101, .rcv_acked = 5101, .rcv_edge = 5101 + 65535,
		.bytes_acked = 100, .bytes_received = 100,
		.traits = END_TIMESTAMPS | END_SACK | END_WSCALE, .snd_wscale = 3, .rcv_wscale = 7,
		.ts_recent = 900000, .ts_sent = 700000, .remaining_ns = 20 * SECOND, .heard_ns = 5 * SECOND,
	};
}

struct seeded {
	struct flow f;
	struct history h;
};

/* The local port is x's 443. */
static struct seeded seed(struct socket_facts s, __u32 x)
{
	struct seeded made = { .f = { .id = 1 } };

	made.f.key.port[x] = htons(443);
	made.f.key.port[!x] = htons(40000);
	s.how = SEED_NEW;
	seed_flow(&made.f, &made.h, x, &s, NOW, TWO_MSL);
	return made;
}

/* The next segment of that end, which has its time and echoes the other's. */
static enum judgment segment_of(struct seeded *s, __u32 end, __u8 flags, __u32 seq, __u32 ack, __u32 len, __u64 now)
{
	struct segment one = segment(flags, seq, ack, len);
	enum judgment judgment;
	struct news news;

	one.window = 500;
	if (uses_timestamps(&s->f, end)) {
		one.traits |= SEG_TIMESTAMP;
		one.tsval = s->f.end[end].tsval + 1;
		one.tsecr = s->f.end[!end].tsval;
	}
	judgment = judge_arrived(&s->f, &s->h, end, &one, now, 0);
	apply(&s->f, &s->h, end, &one, judgment, ARRIVED, now, &news);
	return judgment;
}

static const struct {
	__u8 state, peer;
} pairs[] = {
	{ STATE_ESTABLISHED, STATE_ESTABLISHED }, { STATE_FIN_WAIT_1, STATE_ESTABLISHED },
	{ STATE_FIN_WAIT_2, STATE_CLOSE_WAIT },   { STATE_CLOSE_WAIT, STATE_FIN_WAIT_2 },
	{ STATE_LAST_ACK, STATE_FIN_WAIT_2 },     { STATE_CLOSING, STATE_TIME_WAIT },
	{ STATE_TIME_WAIT, STATE_CLOSED },        { STATE_SYN_SENT, STATE_LISTEN },
	{ STATE_SYN_RECEIVED, STATE_SYN_SENT },
};

static void both_ends_are_where_the_socket_says(void **state)
{
	for (size_t i = 0; i < sizeof(pairs) / sizeof(*pairs); i++)
		for (__u32 x = 0; x < 2; x++) {
			struct seeded s = seed(socket_in(pairs[i].state), x);

			assert_int_equal(s.f.state[x], pairs[i].state);
			assert_int_equal(s.f.state[!x], pairs[i].peer);
			assert_int_equal(seeded_ends(&s.f), 1 << x);
			assert_int_equal(s.f.local, x ? LOCAL_END_1 : LOCAL_END_0);
			assert_true(s.f.last_seen == NOW);
		}
}

/* The FIN of an end in FIN_WAIT_1 or CLOSE_WAIT, and its ACK: nothing that the peer has not said is taken for said. */
static void who_closed(void **state)
{
	struct seeded first = seed(socket_in(STATE_FIN_WAIT_1), 1), second = seed(socket_in(STATE_LAST_ACK), 1);
	struct seeded together = seed(socket_in(STATE_CLOSING), 1), open = seed(socket_in(STATE_ESTABLISHED), 1);

	assert_int_equal(first.f.closed_by, 2);
	assert_int_equal(second.f.closed_by, 1);
	assert_int_equal(together.f.closed_by, 3);
	assert_true(together.f.traits & FLOW_SIMULTANEOUS_CLOSE);
	assert_int_equal(open.f.closed_by, 0);
	assert_int_equal(open.f.closed_how, CLOSE_NONE);
	assert_int_equal(second.f.closed_how, CLOSE_FIN);
	assert_true(first.f.past[1].traits & END_FIN);
	assert_false(first.f.past[0].traits & END_FIN);
	assert_true(second.f.past[0].traits & second.f.past[1].traits & END_FIN);
}

/* close() behind data that the peer's window keeps back: the socket is in FIN_WAIT_1, and no FIN has been sent. */
static void a_fin_that_waits_for_the_window_was_not_sent(void **state)
{
	struct socket_facts facts = socket_in(STATE_FIN_WAIT_1);
	struct seeded s;

	facts.fin_sent = false;
	s = seed(facts, 0);
	assert_false(s.f.past[0].traits & END_FIN);
	assert_int_equal(segment_of(&s, 0, TH_FIN | TH_ACK, 1101, 5101, 10, NOW), JUDGE_ACCEPT);
	assert_int_equal(s.f.past[0].fin, 1112);
	assert_int_equal(s.f.state[0], STATE_FIN_WAIT_1);
	assert_int_equal(segment_of(&s, 1, TH_ACK, 5101, 1112, 0, NOW), JUDGE_ACCEPT);
	assert_int_equal(s.f.state[0], STATE_FIN_WAIT_2);
}

/* What comes next is the next one, of both, and soon needs no lock. */
static void goes_on(void **state)
{
	for (__u32 x = 0; x < 2; x++) {
		struct seeded s = seed(socket_in(STATE_ESTABLISHED), x);
		struct segment next = segment(TH_ACK, 1111, 5111, 10);

		assert_int_equal(segment_of(&s, x, TH_ACK, 1101, 5101, 10, NOW), JUDGE_ACCEPT);
		assert_int_equal(segment_of(&s, !x, TH_ACK, 5101, 1111, 10, NOW), JUDGE_ACCEPT);
		assert_int_equal(s.f.past[x].retransmits + s.f.past[!x].retransmits, 0);
		next.traits = SEG_TIMESTAMP;
		next.tsval = s.f.end[x].tsval;
		assert_true(fast_path(&s.f, x, &next, 0, NOW));
		assert_int_equal(s.f.traits & (FLOW_INFERRED | FLOW_MIDSTREAM | FLOW_QUIET), 0);
	}
}

static void windows_are_as_the_socket_has_them(void **state)
{
	struct seeded s = seed(socket_in(STATE_ESTABLISHED), 0);

	assert_int_equal(wscale_of(&s.f, 0), 7);
	assert_int_equal(wscale_of(&s.f, 1), 3);
	assert_int_equal(segment_of(&s, 1, TH_ACK, 5101 + 65535, 1101, 10, NOW), JUDGE_OUT_OF_WINDOW);
	assert_int_equal(segment_of(&s, 1, TH_ACK, 5101, 1102, 0, NOW), JUDGE_HELD); /* never sent, or missed */
}

/* Beyond 4 GiB; of an active opener, the kernel counts its SYN. */
static void bytes_are_counted_from_the_beginning(void **state)
{
	for (int passive = 0; passive < 2; passive++) {
		struct socket_facts facts = socket_in(STATE_ESTABLISHED);
		struct seeded s = { .f = { .id = 1, .key.port = { htons(40000), htons(443) } } };

		facts.passive = passive;
		facts.how = SEED_NEW;
		facts.bytes_acked = 10000000000ull + !passive;
		facts.bytes_received = 5000000007ull;
		facts.snd_una -= 50;
		seed_flow(&s.f, &s.h, passive, &facts, NOW, TWO_MSL);
		assert_true(bytes_acked_of(&s.f, &s.h, passive) == 10000000000ull);
		assert_true(bytes_acked_of(&s.f, &s.h, !passive) == 5000000007ull);
		assert_int_equal(s.f.initiator, 0);
	}
}

static void time_wait_ends_when_the_kernels_does(void **state)
{
	struct settings set = { .timeout_ns[STATE_TIME_WAIT] = TWO_MSL };
	struct seeded s = seed(socket_in(STATE_TIME_WAIT), 1);
	struct socket_facts longer = socket_in(STATE_TIME_WAIT);

	assert_true(flow_deadline(&s.f, &s.h, &set) == NOW + 20 * SECOND);
	assert_int_equal(s.h.wait_ends, 2);
	/* Ours is shorter: then that counts, from now on. */
	longer.remaining_ns = 100 * SECOND;
	s = seed(longer, 0);
	assert_true(flow_deadline(&s.f, &s.h, &set) == NOW + TWO_MSL);
}

/* What arrived last, brought it where it is; of a close() nothing is known. */
static void since_when(void **state)
{
	assert_true(seed(socket_in(STATE_CLOSE_WAIT), 0).f.changed == NOW - 5 * SECOND);
	assert_true(seed(socket_in(STATE_LAST_ACK), 0).f.changed == NOW);
	assert_true(seed(socket_in(STATE_ESTABLISHED), 0).f.start == NOW - 5 * SECOND);
}

static void a_handshake_goes_on(void **state)
{
	struct socket_facts opener = socket_in(STATE_SYN_SENT), request = socket_in(STATE_SYN_RECEIVED);
	struct segment answer = segment(TH_SYN | TH_ACK, 7000, 1001, 0);
	struct seeded s;
	struct news news;

	opener.passive = false;
	opener.snd_una = 1000;
	opener.snd_nxt = 1001;
	s = seed(opener, 0);
	assert_int_equal(s.f.initiator, 0);
	answer.traits = SEG_WSCALE | SEG_MSS;
	answer.wscale = 5;
	assert_int_equal(judge(&s.f, &s.h, 1, &answer, NOW), JUDGE_SYN_ACK);
	apply(&s.f, &s.h, 1, &answer, JUDGE_SYN_ACK, ARRIVED, NOW, &news);
	assert_int_equal(s.f.state[0], STATE_ESTABLISHED);
	assert_int_equal(wscale_of(&s.f, 0), 7); /* it had offered that, or the answer would have none */
	assert_false(uses_timestamps(&s.f, 0));

	request.snd_una = request.snd_nxt = 1001;
	request.rcv_nxt = request.rcv_acked = 5001;
	request.bytes_received = 0;
	s = seed(request, 1);
	assert_int_equal(s.f.initiator, 0);
	assert_int_equal(s.f.past[1].isn, 1000);
	assert_int_equal(s.f.past[0].isn, 5000);
	assert_int_equal(segment_of(&s, 0, TH_ACK, 5001, 1001, 0, NOW), JUDGE_ACCEPT);
	assert_int_equal(s.f.state[0], STATE_ESTABLISHED);
	assert_int_equal(s.f.state[1], STATE_ESTABLISHED);
}

/* The rest of a close, from each of its states. */
static void a_close_goes_on(void **state)
{
	struct seeded s = seed(socket_in(STATE_CLOSE_WAIT), 0);

	assert_int_equal(segment_of(&s, 0, TH_FIN | TH_ACK, 1101, 5101, 0, NOW), JUDGE_ACCEPT);
	assert_int_equal(s.f.state[0], STATE_LAST_ACK);
	assert_int_equal(segment_of(&s, 1, TH_ACK, 5101, 1102, 0, NOW), JUDGE_ACCEPT);
	assert_int_equal(s.f.state[0], STATE_CLOSED);
	assert_int_equal(s.f.state[1], STATE_TIME_WAIT);

	s = seed(socket_in(STATE_FIN_WAIT_2), 0);
	assert_int_equal(segment_of(&s, 1, TH_FIN | TH_ACK, 5101, 1101, 0, NOW), JUDGE_ACCEPT);
	assert_int_equal(s.f.state[0], STATE_TIME_WAIT);
	assert_int_equal(s.f.state[1], STATE_LAST_ACK);

	s = seed(socket_in(STATE_CLOSING), 1);
	assert_int_equal(segment_of(&s, 0, TH_ACK, 5101, 1101, 0, NOW), JUDGE_ACCEPT);
	assert_int_equal(s.f.state[1], STATE_TIME_WAIT);
}

/* Both ends are of this host: the second socket tells of its own end, and leaves the first's. */
static void two_sockets_of_one_connection(void **state)
{
	struct seeded s = seed(socket_in(STATE_FIN_WAIT_1), 0);
	struct socket_facts peer = socket_in(STATE_CLOSE_WAIT);

	peer.snd_una = peer.snd_nxt = 5101;
	peer.rcv_nxt = peer.rcv_acked = 1101;
	peer.how = decide_seeding(&s.f, 1, 0);
	assert_int_equal(peer.how, SEED_OTHER_END);
	seed_flow(&s.f, &s.h, 1, &peer, NOW, TWO_MSL);
	assert_int_equal(s.f.state[0], STATE_FIN_WAIT_1);
	assert_int_equal(s.f.state[1], STATE_CLOSE_WAIT);
	assert_int_equal(s.f.local, LOCAL_BOTH);
	assert_int_equal(seeded_ends(&s.f), 3);
	assert_int_equal(decide_seeding(&s.f, 0, 0), SEED_KNOWN);
	assert_int_equal(decide_seeding(&s.f, 1, 0), SEED_KNOWN);
}

/* Segments that passed between the two know better. */
static void what_passes_meanwhile_counts(void **state)
{
	struct seeded s = seed(socket_in(STATE_ESTABLISHED), 0);
	struct socket_facts peer = socket_in(STATE_ESTABLISHED);

	peer.snd_una = peer.snd_nxt = 5101;
	peer.rcv_nxt = peer.rcv_acked = 1101;
	segment_of(&s, 0, TH_FIN | TH_ACK, 1101, 5101, 20, NOW);
	segment_of(&s, 1, TH_ACK, 5101, 1122, 0, NOW);
	peer.how = decide_seeding(&s.f, 1, 0);
	assert_int_equal(peer.how, SEED_TALKING);
	seed_flow(&s.f, &s.h, 1, &peer, NOW, TWO_MSL);
	assert_int_equal(s.f.state[0], STATE_FIN_WAIT_2);
	assert_int_equal(s.f.state[1], STATE_CLOSE_WAIT);
	assert_int_equal(s.f.end[0].next, 1122);
	assert_int_equal(s.f.end[1].acked, 1122);
}

/* A segment passes before the socket is looked at: the flow was met in its middle, and is completed. */
static void met_before_its_socket_is_read(void **state)
{
	for (int fin = 0; fin < 2; fin++) {
		struct seeded s = { .f = { .id = 1, .key.port = { htons(443), htons(40000) } } };
		struct segment first = segment(TH_ACK | (fin ? TH_FIN : 0), 5101, 1101, 10);
		struct socket_facts facts = socket_in(STATE_ESTABLISHED);
		struct news news;

		open_flow(&s.f, &s.h, 1, &first, JUDGE_OPEN_MIDSTREAM, NOW);
		apply(&s.f, &s.h, 1, &first, JUDGE_OPEN_MIDSTREAM, ARRIVED, NOW, &news);
		facts.how = decide_seeding(&s.f, 0, 0);
		assert_int_equal(facts.how, SEED_MET);
		seed_flow(&s.f, &s.h, 0, &facts, NOW, TWO_MSL);
		assert_int_equal(s.f.end[1].next, 5111 + fin);
		assert_int_equal(s.f.state[0], fin ? STATE_CLOSE_WAIT : STATE_ESTABLISHED);
		assert_int_equal(s.f.state[1], fin ? STATE_FIN_WAIT_1 : STATE_ESTABLISHED);
		assert_int_equal(wscale_of(&s.f, 1), 3);
		assert_true(s.f.traits & FLOW_CONFIRMED);
		assert_int_equal(packets_of(&s.f, 1), 1);
		assert_true(bytes_acked_of(&s.f, &s.h, 0) == 100);
	}
}

/* What was seen from its SYN on is left alone; what was missed while nothing was seen, the socket knows. */
static void after_blindness(void **state)
{
	struct seeded s = { .f = established_flow(NOW) };
	struct socket_facts facts = socket_in(STATE_CLOSE_WAIT);

	s.f.id = 1;
	assert_int_equal(decide_seeding(&s.f, 0, 0), SEED_KNOWN);
	facts.snd_una = facts.snd_nxt = 3000000000u;
	facts.rcv_nxt = facts.rcv_acked = 2000000000u;
	facts.how = decide_seeding(&s.f, 0, NOW + SECOND);
	assert_int_equal(facts.how, SEED_BLIND);
	seed_flow(&s.f, &s.h, 0, &facts, NOW + 2 * SECOND, TWO_MSL);
	assert_int_equal(s.f.state[0], STATE_CLOSE_WAIT);
	assert_int_equal(s.f.state[1], STATE_FIN_WAIT_2);
	assert_int_equal(s.f.end[0].next, 3000000000u);
	assert_true(s.f.traits & FLOW_INFERRED);
	assert_int_equal(seeded_ends(&s.f), 0);
	assert_int_equal(segment_of(&s, 0, TH_ACK, 3000000000u, 2000000000u, 7, NOW + 2 * SECOND), JUDGE_ACCEPT);
}

int test_seed(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(both_ends_are_where_the_socket_says),
		cmocka_unit_test(who_closed),
		cmocka_unit_test(a_fin_that_waits_for_the_window_was_not_sent),
		cmocka_unit_test(goes_on),
		cmocka_unit_test(windows_are_as_the_socket_has_them),
		cmocka_unit_test(bytes_are_counted_from_the_beginning),
		cmocka_unit_test(time_wait_ends_when_the_kernels_does),
		cmocka_unit_test(since_when),
		cmocka_unit_test(a_handshake_goes_on),
		cmocka_unit_test(a_close_goes_on),
		cmocka_unit_test(two_sockets_of_one_connection),
		cmocka_unit_test(what_passes_meanwhile_counts),
		cmocka_unit_test(met_before_its_socket_is_read),
		cmocka_unit_test(after_blindness),
	};

	return cmocka_run_group_tests_name("seed", tests, NULL, NULL);
}
