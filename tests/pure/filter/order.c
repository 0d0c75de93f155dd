// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* flows --sort and --limit. */
#include "unit.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

#include "flow/flow_order.h"
#include "tcpstate/units.h"

#define NOW (1000 * NS_PER_SECOND)
enum { COUNT = 500 };

static struct flow flows[COUNT];
static struct history histories[COUNT];

static int make_flows(void **state)
{
	srand(1);
	for (int i = 0; i < COUNT; i++) {
		struct flow *f = &flows[i];

		f->id = i + 1;
		f->key.addr[0][15] = rand() % 50;
		f->key.addr[1][15] = rand() % 50;
		f->key.port[0] = htons(rand() % 1000);
		f->initiator = rand() % 2;
		f->start = NOW - rand() % 100 * NS_PER_SECOND;
		f->last_seen = NOW - rand() % 100 * NS_PER_MS;
		f->end[0].bytes = rand() % 100;
		f->end[1].bytes = rand() % 100;
		f->end[0].packets = rand() % 100;
		f->past[1].retransmits = rand() % 10;
		f->state[0] = rand() % 2 ? STATE_TIME_WAIT : STATE_ESTABLISHED;
		histories[i].strays[STRAY_LATE_DATA] = rand() % 5;
		histories[i].lifetime_max_ms = rand() % 3000;
	}
	return 0;
}

static struct flow_list list_of(const char *order, size_t limit)
{
	struct flow_list list = { .limit = limit, .now = NOW };

	if (*order)
		assert_int_equal(flow_order_parse(order, &list.order), 0);
	for (int i = 0; i < COUNT; i++)
		assert_int_equal(flow_list_add(&list, &flows[i], &histories[i]), 0);
	flow_list_finish(&list);
	return list;
}

static long bytes_of(const struct flow_place *p)
{
	return p->flow.end[0].bytes + p->flow.end[1].bytes;
}

static long age_of(const struct flow_place *p)
{
	return NOW - p->flow.start;
}

static long idle_of(const struct flow_place *p)
{
	return NOW - p->flow.last_seen;
}

static long packets_sent(const struct flow_place *p)
{
	return p->flow.end[0].packets;
}

static long retransmits_of(const struct flow_place *p)
{
	return p->flow.past[1].retransmits;
}

static long strays_sum(const struct flow_place *p)
{
	return p->history.strays[STRAY_LATE_DATA];
}

static long lifetime_of(const struct flow_place *p)
{
	return p->history.lifetime_max_ms;
}

/* Less is earlier: the waiting end of the initiator is behind the established. */
static long initiator_waits(const struct flow_place *p)
{
	return p->flow.state[p->flow.initiator] == STATE_TIME_WAIT;
}

static long initiator_address(const struct flow_place *p)
{
	return p->flow.key.addr[p->flow.initiator][15] * 65536L + ntohs(p->flow.key.port[p->flow.initiator]);
}

static long responder_address(const struct flow_place *p)
{
	return p->flow.key.addr[!p->flow.initiator][15] * 65536L + ntohs(p->flow.key.port[!p->flow.initiator]);
}

static const struct {
	const char *order;
	long (*value)(const struct flow_place *p);
	int way; /* 1: the least first */
} orders[] = {
	{ "bytes", bytes_of, -1 },        { "-bytes", bytes_of, 1 },        { "bytes:asc", bytes_of, 1 },
	{ "bytes:desc", bytes_of, -1 },   { "age", age_of, -1 },            { "duration:asc", age_of, 1 },
	{ "idle", idle_of, -1 },          { "packets", packets_sent, -1 },  { "retransmits", retransmits_of, -1 },
	{ "strays", strays_sum, -1 },     { "lifetime", lifetime_of, -1 },  { "state", initiator_waits, 1 },
	{ "initiator", initiator_address, 1 },      { "-initiator", initiator_address, -1 },
	{ "responder:desc", responder_address, -1 },
};

static void each_column_both_ways(void **state)
{
	for (unsigned int i = 0; i < sizeof(orders) / sizeof(orders[0]); i++) {
		struct flow_list all = list_of(orders[i].order, 0);

		assert_int_equal(all.count, COUNT);
		for (int n = 1; n < COUNT; n++)
			if ((orders[i].value(&all.rows[n]) - orders[i].value(&all.rows[n - 1])) * orders[i].way < 0)
				fail_msg("%s: row %d", orders[i].order, n);
		flow_list_free(&all);
	}
}

/* The first few are those of the whole list, however equal many are. */
static void a_limit_takes_the_first(void **state)
{
	static const size_t limits[] = { 1, 2, 10, 499, 500, 1000 };

	for (unsigned int i = 0; i < sizeof(orders) / sizeof(orders[0]); i++) {
		struct flow_list all = list_of(orders[i].order, 0);

		for (unsigned int l = 0; l < sizeof(limits) / sizeof(limits[0]); l++) {
			struct flow_list some = list_of(orders[i].order, limits[l]);

			assert_int_equal(some.count, limits[l] < COUNT ? limits[l] : COUNT);
			assert_int_equal(some.offered, COUNT);
			for (size_t n = 0; n < some.count; n++)
				assert_int_equal(some.rows[n].flow.id, all.rows[n].flow.id);
			flow_list_free(&some);
		}
		flow_list_free(&all);
	}
}

static void without_a_column_they_stay_as_they_are(void **state)
{
	struct flow_list some = list_of("", 7);

	assert_int_equal(some.count, 7);
	for (int n = 0; n < 7; n++)
		assert_int_equal(some.rows[n].flow.id, n + 1);
	flow_list_free(&some);
}

static void mistakes(void **state)
{
	static const struct {
		const char *text, *says;
	} wrong[] = {
		{ "byte", "did you mean bytes?" },       { "zzz", "expected one of initiator, responder" },
		{ "", "expected one of" },               { "-", "expected one of" },
		{ "bytes:up", "the way round" },         { "-bytes:asc", "is told once" },
		{ "bytes:", "the way round" },           { "a name that is longer than any column has", "expected one of" },
	};
	struct flow_order order;

	for (unsigned int i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		listen_anew();
		assert_int_equal(flow_order_parse(wrong[i].text, &order), USAGE_ERROR);
		if (!strstr(said, wrong[i].says))
			fail_msg("\"%s\": %s", wrong[i].text, said);
	}
}

int test_order(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_column_both_ways),
		cmocka_unit_test(a_limit_takes_the_first),
		cmocka_unit_test(without_a_column_they_stay_as_they_are),
		cmocka_unit_test(mistakes),
	};

	return cmocka_run_group_tests(tests, make_flows, NULL);
}
