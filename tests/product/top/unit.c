/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* What top works out of two looks at a table, without a table or a terminal. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <arpa/inet.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "flow/filter.h"
#include "top/sample.h"
#include "top/numbers.h"
#include "top/view.h"

#define SECOND 1000000000ULL
#define T0 (1000 * SECOND)

/* ---- flows to look at ---------------------------------------------------------------------- */

/* 10.0.0.CLIENT:PORT, which is end 0, to 10.0.1.SERVER:80; both ESTABLISHED. */
static struct flow flow_of(__u64 id, unsigned int client, unsigned int port, unsigned int server)
{
	struct flow f = { .id = id, .start = T0, .last_seen = T0, .changed = T0, .initiator = 0,
			  .state = { STATE_ESTABLISHED, STATE_ESTABLISHED } };

	f.key.addr[0][10] = f.key.addr[0][11] = f.key.addr[1][10] = f.key.addr[1][11] = 0xff;
	f.key.addr[0][12] = f.key.addr[1][12] = 10;
	f.key.addr[0][15] = client;
	f.key.addr[1][14] = 1;
	f.key.addr[1][15] = server;
	f.key.port[0] = htons(port);
	f.key.port[1] = htons(80);
	return f;
}

static void traffic(struct flow *f, int end, __u64 packets, __u64 bytes)
{
	f->end[end].packets += packets;
	f->end[end].bytes += bytes;
}

/* A look at these flows, without strays unless histories say so. */
static void look(struct top_sample *s, __u64 time, const struct flow *flows, const struct history *histories,
		 size_t count, const struct counters *counters)
{
	static const struct history none;
	static const struct counters zero;

	assert_int_equal(sample_begin(s, time), 0);
	for (size_t i = 0; i < count; i++)
		assert_int_equal(sample_add(s, &flows[i], histories ? &histories[i] : &none), 0);
	sample_end(s, counters ?: &zero);
}

static bool near(double a, double b)
{
	return a - b < 1e-9 && b - a < 1e-9;
}

/* ---- samples --------------------------------------------------------------------------------- */

static void the_first_look_has_no_rates(void **state)
{
	struct flow f = flow_of(1, 1, 1000, 1);
	struct counters counters = { .count[COUNT_SEGMENTS] = 500 };
	struct top_sample s = {};

	traffic(&f, 0, 100, 10000);
	look(&s, T0 + SECOND, &f, NULL, 1, &counters);
	assert_false(sample_has_rates(&s));
	assert_true(near(COUNTER_RATE(&s, count[COUNT_SEGMENTS]), 0));
	assert_int_equal(s.flows[0].new_packets[0], 0);
	assert_int_equal(s.flows[0].packets[0], 100);
	sample_free(&s);
}

static void rates_are_per_second_of_what_has_passed(void **state)
{
	struct flow f = flow_of(1, 1, 1000, 1);
	struct counters counters = { .count[COUNT_SEGMENTS] = 500 };
	struct top_sample s = {};

	look(&s, T0, &f, NULL, 1, &counters);
	traffic(&f, 0, 50, 5000);
	traffic(&f, 1, 25, 0);
	f.past[1].retransmits = 3;
	counters.count[COUNT_SEGMENTS] += 75;
	look(&s, T0 + 5 * SECOND / 2, &f, NULL, 1, &counters);
	assert_true(near(sample_seconds(&s), 2.5));
	assert_true(near(COUNTER_RATE(&s, count[COUNT_SEGMENTS]), 30));
	assert_int_equal(s.flows[0].new_packets[0], 50);
	assert_int_equal(s.flows[0].new_packets[1], 25);
	assert_int_equal(s.flows[0].new_bytes[0], 5000);
	assert_int_equal(s.flows[0].new_retransmits, 3);
	look(&s, T0 + 4 * SECOND, &f, NULL, 1, &counters);
	assert_int_equal(s.flows[0].new_packets[0], 0);
	assert_true(near(COUNTER_RATE(&s, count[COUNT_SEGMENTS]), 0));
	sample_free(&s);
}

/* [0] is the initiator's, whichever end it is. */
static void by_role_not_by_end(void **state)
{
	struct flow f = flow_of(1, 1, 1000, 1);
	struct top_sample s = {};

	f.initiator = 1;
	look(&s, T0, &f, NULL, 1, NULL);
	traffic(&f, 1, 7, 70);
	look(&s, T0 + SECOND, &f, NULL, 1, NULL);
	assert_int_equal(s.flows[0].new_packets[0], 7);
	assert_int_equal(s.flows[0].new_packets[1], 0);
	assert_int_equal(s.flows[0].new_bytes[0], 70);
	sample_free(&s);
}

static void a_flow_that_has_begun_since_counts_as_a_whole(void **state)
{
	struct flow flows[2] = { flow_of(1, 1, 1000, 1), flow_of(2, 2, 1000, 1) };
	struct top_sample s = {};

	look(&s, T0 + SECOND, flows, NULL, 1, NULL);
	flows[1].start = T0 + 3 * SECOND / 2;
	traffic(&flows[1], 0, 9, 900);
	look(&s, T0 + 2 * SECOND, flows, NULL, 2, NULL);
	assert_int_equal(s.flows[1].new_packets[0], 9);
	assert_int_equal(s.flows[1].new_bytes[0], 900);
	sample_free(&s);
}

/* It slipped through the look before: what it did earlier is not of this interval. */
static void an_old_flow_not_seen_before_counts_nothing(void **state)
{
	struct flow flows[2] = { flow_of(1, 1, 1000, 1), flow_of(2, 2, 1000, 1) };
	struct top_sample s = {};

	look(&s, T0 + 10 * SECOND, flows, NULL, 1, NULL);
	traffic(&flows[1], 0, 9, 900);
	look(&s, T0 + 11 * SECOND, flows, NULL, 2, NULL);
	assert_int_equal(s.flows[1].new_packets[0], 0);
	sample_free(&s);
}

/* The same addresses and ports, another connection. */
static void a_new_incarnation_is_a_flow_of_its_own(void **state)
{
	struct flow f = flow_of(1, 1, 1000, 1);
	struct top_sample s = {};

	traffic(&f, 0, 1000, 100000);
	look(&s, T0 + SECOND, &f, NULL, 1, NULL);
	f = flow_of(2, 1, 1000, 1);
	f.start = T0 + 3 * SECOND / 2;
	traffic(&f, 0, 4, 40);
	look(&s, T0 + 2 * SECOND, &f, NULL, 1, NULL);
	assert_int_equal(s.flows[0].new_packets[0], 4);
	sample_free(&s);
}

static void what_has_become_less_has_begun_anew(void **state)
{
	assert_int_equal(growth(5, 7), 0);
	assert_int_equal(growth(7, 5), 2);
	assert_int_equal(growth(~0ULL, 0), ~0ULL);
}

/* Flows that come, go and change places among many others are found by their id. */
static void many_flows(void **state)
{
	enum { MANY = 5000 };
	struct flow *flows = calloc(MANY, sizeof(*flows));
	struct top_sample s = {};

	for (unsigned int i = 0; i < MANY; i++)
		flows[i] = flow_of(i * 0x123456789abcdefULL + 1, i % 250, 1000 + i / 250, 1);
	look(&s, T0 + SECOND, flows, NULL, MANY, NULL);
	for (unsigned int i = 0; i < MANY; i++)
		traffic(&flows[i], 0, i % 7, i);
	for (unsigned int i = 0; i < MANY / 2; i += 2) { /* the second half's become the first */
		struct flow f = flows[i];

		flows[i] = flows[MANY - 1 - i];
		flows[MANY - 1 - i] = f;
	}
	look(&s, T0 + 2 * SECOND, flows + 100, NULL, MANY - 100, NULL);
	assert_int_equal(s.count, MANY - 100);
	for (unsigned int i = 0; i < s.count; i++)
		assert_int_equal(s.flows[i].new_bytes[0], s.flows[i].bytes[0]);
	look(&s, T0 + 3 * SECOND, flows, NULL, 1, NULL);
	look(&s, T0 + 4 * SECOND, flows, NULL, 1, NULL);
	assert_int_equal(s.flows[0].new_bytes[0], 0);
	sample_free(&s);
	free(flows);
}

/* ---- strays ------------------------------------------------------------------------------------ */

static void strays_are_told_by_what_a_history_has_more(void **state)
{
	struct flow flows[2] = { flow_of(1, 1, 1000, 1), flow_of(2, 2, 1000, 1) };
	struct history histories[2] = {};
	struct top_sample s = {};

	histories[1].strays[STRAY_LATE_DATA] = 2;
	look(&s, T0 + SECOND, flows, histories, 2, NULL);
	assert_int_equal(s.log.count, 1); /* what there was before is told, too */
	assert_int_equal(s.log.list[0].count, 2);
	look(&s, T0 + 2 * SECOND, flows, histories, 2, NULL);
	assert_int_equal(s.log.count, 1);
	histories[0].strays[STRAY_OUT_OF_WINDOW] = 1;
	histories[1].strays[STRAY_LATE_DATA] = 5;
	histories[1].strays[STRAY_LATE_ACK] = 1;
	flows[0].last_seen = T0 + 5 * SECOND / 2;
	flows[1].last_seen = T0 + 7 * SECOND / 2;
	look(&s, T0 + 4 * SECOND, flows, histories, 2, NULL);
	assert_int_equal(s.flows[1].new_strays, 4);
	assert_int_equal(s.log.count, 4);
	assert_int_equal(s.log.list[0].id, 2);
	assert_int_equal(s.log.list[0].kind + s.log.list[1].kind, STRAY_LATE_DATA + STRAY_LATE_ACK);
	assert_int_equal(s.log.list[0].count + s.log.list[1].count, 3 + 1);
	assert_int_equal(s.log.list[2].id, 1);
	assert_int_equal(s.log.list[2].kind, STRAY_OUT_OF_WINDOW);
	sample_free(&s);
}

static void the_log_keeps_the_newest(void **state)
{
	struct top_log log = {};

	for (unsigned int i = 0; i < 3 * TOP_LOG_SIZE; i++)
		log_add(&log, &(struct top_stray){ .time = T0 + i * 7919 % 1000, .id = i });
	assert_int_equal(log.count, TOP_LOG_SIZE);
	for (unsigned int i = 1; i < log.count; i++)
		assert_true(log.list[i - 1].time >= log.list[i].time);
	assert_int_equal(log.list[0].time, T0 + 999);
}

/* ---- views --------------------------------------------------------------------------------------- */

/* Of a client's flows to three servers, with traffic by their number. */
static void fill(struct top_sample *s, struct flow *flows, unsigned int count)
{
	for (unsigned int i = 0; i < count; i++)
		flows[i] = flow_of(i + 1, 1 + i % 5, 1000 + i, 1 + i % 3);
	look(s, T0, flows, NULL, count, NULL);
	for (unsigned int i = 0; i < count; i++)
		traffic(&flows[i], 0, i * 37 % count, i);
	look(s, T0 + SECOND, flows, NULL, count, NULL);
}

static void the_first_rows_are_those_of_the_whole_order(void **state)
{
	enum { COUNT = 300 };
	struct flow flows[COUNT];
	struct top_sample s = {};
	struct top_view v = { .column = SORT_SEGMENT_RATE };
	struct top_row row;

	fill(&s, flows, COUNT);
	for (int reverse = 0; reverse < 2; reverse++) {
		for (unsigned int upto = 1; upto <= COUNT; upto += 23) {
			v.reverse = reverse;
			assert_int_equal(view_make(&v, &s), 0);
			assert_int_equal(v.order_count, COUNT);
			view_sort(&v, upto);
			for (unsigned int i = 0; i < upto; i++) {
				view_row(&v, i, &row);
				assert_int_equal(row.sum.new_packets[0], reverse ? i : COUNT - 1 - i);
			}
			view_sort(&v, upto + 10); /* scrolled on */
			view_row(&v, upto, &row);
			if (upto < COUNT)
				assert_int_equal(row.sum.new_packets[0], reverse ? upto : COUNT - 1 - upto);
		}
	}
	view_free(&v);
	sample_free(&s);
}

static void every_column_sorts(void **state)
{
	struct flow flows[60];
	struct top_sample s = {};
	struct top_view v = {};
	struct top_row row, next;

	fill(&s, flows, 60);
	for (v.column = 0; v.column < SORT_COUNT; v.column++) {
		assert_int_equal(view_make(&v, &s), 0);
		view_sort(&v, 60);
		for (unsigned int i = 0; i + 1 < v.order_count; i++) {
			view_row(&v, i, &row);
			view_row(&v, i + 1, &next);
			if (v.column == SORT_INITIATOR)
				assert_true(memcmp(row.sum.key.addr[0], next.sum.key.addr[0], 16) <= 0);
			if (v.column == SORT_RESPONDER)
				assert_true(memcmp(row.sum.key.addr[1], next.sum.key.addr[1], 16) <= 0);
			if (v.column == SORT_BYTES)
				assert_true(row.sum.bytes[0] >= next.sum.bytes[0]);
		}
	}
	view_free(&v);
	sample_free(&s);
}

static void groups_have_the_sums_of_their_flows(void **state)
{
	static const unsigned int expected[TOP_GROUPING_COUNT] = { 60, 15, 15 };
	struct flow flows[60];
	struct top_sample s = {};
	struct top_view v = { .column = SORT_BYTE_RATE };
	struct top_row row;

	fill(&s, flows, 60);
	for (v.grouping = 0; v.grouping < TOP_GROUPING_COUNT; v.grouping++) {
		__u64 connections = 0, packets = 0, bytes = 0;

		assert_int_equal(view_make(&v, &s), 0);
		assert_int_equal(v.order_count, expected[v.grouping]);
		view_sort(&v, v.order_count);
		for (unsigned int i = 0; i < v.order_count; i++) {
			view_row(&v, i, &row);
			connections += row.sum.connections;
			packets += row.sum.new_packets[0];
			bytes += row.sum.bytes[0];
		}
		assert_int_equal(connections, 60);
		assert_int_equal(packets, 59 * 60 / 2);
		assert_int_equal(bytes, 59 * 60 / 2);
	}
	view_free(&v);
	sample_free(&s);
}

static void the_census_is_of_what_the_filter_lets_through(void **state)
{
	struct flow flows[3] = { flow_of(1, 1, 1000, 1), flow_of(2, 2, 1000, 1), flow_of(3, 2, 1001, 2) };
	struct filter *filter;
	struct top_sample s = {};
	struct top_view v = {};
	bool known;

	flows[2].initiator = 1; /* 10.0.1.2 opened it */
	flows[2].state[0] = STATE_CLOSE_WAIT;
	look(&s, T0, flows, NULL, 2, NULL);
	assert_int_equal(view_make(&v, &s), 0);
	view_change(&v, 0, STATE_ESTABLISHED, &known);
	assert_false(known);
	look(&s, T0 + 2 * SECOND, flows, NULL, 3, NULL);
	assert_int_equal(view_make(&v, &s), 0);
	assert_int_equal(v.census[0][STATE_ESTABLISHED], 3);
	assert_int_equal(v.census[1][STATE_ESTABLISHED], 2);
	assert_int_equal(v.census[1][STATE_CLOSE_WAIT], 1);
	assert_true(near(view_change(&v, 0, STATE_ESTABLISHED, &known), 0.5));
	assert_true(known);
	assert_int_equal(view_make(&v, &s), 0); /* sorted anew: the same look */
	assert_true(near(view_change(&v, 1, STATE_CLOSE_WAIT, &known), 0.5));

	assert_int_equal(filter_parse("host 10.0.0.2", FILTER_FLOWS, &filter), 0);
	view_new_filter(&v, filter);
	assert_int_equal(view_make(&v, &s), 0);
	assert_int_equal(v.chosen, 2);
	assert_int_equal(v.order_count, 2);
	view_change(&v, 0, STATE_ESTABLISHED, &known);
	assert_false(known); /* how many matched before is not known */
	look(&s, T0 + 3 * SECOND, flows, NULL, 3, NULL);
	assert_int_equal(view_make(&v, &s), 0);
	assert_true(near(view_change(&v, 0, STATE_ESTABLISHED, &known), 0));
	assert_true(known);
	filter_free(filter);
	view_free(&v);
	sample_free(&s);
}

static void ends_come_into_states_from_all_others(void **state)
{
	struct counters counters = {};
	struct top_sample s = {};
	struct top_view v = {};

	look(&s, T0, NULL, NULL, 0, &counters);
	counters.transitions[STATE_SYN_SENT][STATE_ESTABLISHED] = 10;
	counters.transitions[STATE_SYN_RECEIVED][STATE_ESTABLISHED] = 20;
	look(&s, T0 + 10 * SECOND, NULL, NULL, 0, &counters);
	assert_int_equal(view_make(&v, &s), 0);
	assert_true(near(view_entered(&v, STATE_ESTABLISHED), 3));
	assert_true(near(view_entered(&v, STATE_CLOSED), 0));
	view_free(&v);
	sample_free(&s);
}

static void ports_that_waits_keep(void **state)
{
	enum { COUNT = 30 };
	struct flow flows[COUNT];
	struct top_sample s = {};
	struct top_view v = { .local.ports = { true, 40000, 40099 } };

	for (unsigned int i = 0; i < COUNT; i++) {
		flows[i] = flow_of(i + 1, 1, 1000 + i, i < 20 ? 1 : 2);
		flows[i].local = LOCAL_END_0;
		if (i < 12 || i == 25)
			flows[i].state[0] = STATE_TIME_WAIT, flows[i].state[1] = STATE_CLOSED;
	}
	flows[29].state[1] = STATE_TIME_WAIT; /* at the server's end: it keeps no port of the client's */
	look(&s, T0, flows, NULL, COUNT, NULL);
	assert_int_equal(view_make(&v, &s), 0);
	assert_int_equal(v.ports.pressed, 2);
	assert_int_equal(port_pair_at(&v.ports, 0)->waiting, 12);
	assert_int_equal(port_pair_at(&v.ports, 0)->open, 8);
	assert_int_equal(port_pair_at(&v.ports, 1)->waiting, 1);
	assert_int_equal(port_pair_at(&v.ports, 1)->open, 9);
	assert_int_equal(port_pair_range(port_pair_at(&v.ports, 0)), 100);
	assert_false(port_pair_at(&v.ports, 0)->assumed);
	view_free(&v);
	sample_free(&s);
}

static void ends_left_half_closed_for_long(void **state)
{
	struct flow flows[4];
	struct top_sample s = {};
	struct top_view v = { .leaks_older_ns = 60 * SECOND };

	for (unsigned int i = 0; i < 4; i++) {
		flows[i] = flow_of(i + 1, 1, 1000 + i, 1);
		flows[i].state[0] = STATE_FIN_WAIT_2;
		flows[i].state[1] = STATE_CLOSE_WAIT;
		flows[i].changed = T0 + (i < 3 ? i : 50) * SECOND;
	}
	look(&s, T0 + 100 * SECOND, flows, NULL, 4, NULL);
	assert_int_equal(view_make(&v, &s), 0);
	assert_int_equal(v.leaks.ends[STATE_CLOSE_WAIT], 3);
	assert_int_equal(v.leaks.ends[STATE_FIN_WAIT_2], 3);
	assert_int_equal(v.leaks.groups.count, 2); /* the responders' end, the initiators' */
	for (unsigned int i = 0; i < 2; i++) {
		assert_int_equal(half_closed_at(&v.leaks, i)->count, 3);
		assert_int_equal(half_closed_at(&v.leaks, i)->since, T0);
	}
	view_free(&v);
	sample_free(&s);
}

/* ---- texts ----------------------------------------------------------------------------------------- */

static void numbers_stay_short(void **state)
{
	static const struct {
		double value;
		const char *text;
	} cases[] = {
		{ 0, "0" }, { 0.01, "0" }, { 0.4, "0.4" }, { 3, "3" }, { 9.94, "9.9" }, { 9.96, "10" }, { 999, "999" },
		{ 9999, "9999" }, { 9999.6, "10K" }, { 12345, "12K" }, { 999499, "999K" }, { 999600, "1.0M" },
		{ 1234567, "1.2M" }, { 45e9, "45G" },
	};
	char text[NUMBER_TEXT];

	for (unsigned int i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_string_equal(number_text(text, cases[i].value, true), cases[i].text);
	for (double value = 0.001; value < 1e19; value *= 1.0137)
		assert_true(strlen(number_text(text, value, true)) <= 5);
	assert_string_equal(number_text(text, 7, false), "-");
	assert_string_equal(change_text(text, -12, true), "-12");
	assert_string_equal(change_text(text, 0.5, true), "+0.5");
	assert_string_equal(change_text(text, 0, true), "");
	assert_string_equal(change_text(text, 5, false), "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_first_look_has_no_rates),
		cmocka_unit_test(rates_are_per_second_of_what_has_passed),
		cmocka_unit_test(by_role_not_by_end),
		cmocka_unit_test(a_flow_that_has_begun_since_counts_as_a_whole),
		cmocka_unit_test(an_old_flow_not_seen_before_counts_nothing),
		cmocka_unit_test(a_new_incarnation_is_a_flow_of_its_own),
		cmocka_unit_test(what_has_become_less_has_begun_anew),
		cmocka_unit_test(many_flows),
		cmocka_unit_test(strays_are_told_by_what_a_history_has_more),
		cmocka_unit_test(the_log_keeps_the_newest),
		cmocka_unit_test(the_first_rows_are_those_of_the_whole_order),
		cmocka_unit_test(every_column_sorts),
		cmocka_unit_test(groups_have_the_sums_of_their_flows),
		cmocka_unit_test(the_census_is_of_what_the_filter_lets_through),
		cmocka_unit_test(ends_come_into_states_from_all_others),
		cmocka_unit_test(ports_that_waits_keep),
		cmocka_unit_test(ends_left_half_closed_for_long),
		cmocka_unit_test(numbers_stay_short),
	};

	return cmocka_run_group_tests_name("top", tests, NULL, NULL);
}
