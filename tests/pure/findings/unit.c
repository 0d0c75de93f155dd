/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* What findings make of a table's flows: port pressure, half-closed ends, what is local. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <arpa/inet.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "findings/half_closed.h"
#include "findings/port_pressure.h"
#include "tcpstate/units.h"

#define NOW (1000 * NS_PER_SECOND)
#define TWO_MSL (60 * NS_PER_SECOND)

static const struct own_addresses nothing;

/* ---- flows ---------------------------------------------------------------------- */

static void set_address(__u8 addr[16], unsigned int net, unsigned int host)
{
	memset(addr, 0, 16);
	addr[10] = addr[11] = 0xff;
	addr[12] = 10;
	addr[14] = net;
	addr[15] = host;
}

/* 10.0.0.CLIENT:PORT to 10.0.1.SERVER:80; as of end, the client is end 0 or 1. */
static struct flow flow_of(unsigned int client, unsigned int port, unsigned int server, unsigned int end)
{
	struct flow f = { .changed = NOW - NS_PER_SECOND, .initiator = end,
			  .state = { STATE_ESTABLISHED, STATE_ESTABLISHED } };

	set_address(f.key.addr[end], 0, client);
	set_address(f.key.addr[!end], 1, server);
	f.key.port[end] = htons(port);
	f.key.port[!end] = htons(80);
	return f;
}

static void add(struct port_pressure *p, const struct flow *f, const struct own_addresses *own)
{
	const struct history h = { .wait_since = { f->changed, f->changed } };
	const struct flow_row row = flow_row_of(f, &h, own);

	assert_int_equal(port_pressure_add(p, &row), 0);
}

/* Waits of one client, so many a second up to now; and open connections. */
static void fill(struct port_pressure *p, unsigned int waits, unsigned int per_second, unsigned int open, __u8 local)
{
	for (unsigned int i = 0; i < waits + open; i++) {
		struct flow f = flow_of(1, 20000 + i, 1, i & 1);

		f.local = local ? LOCAL_END_0 << f.initiator : LOCAL_TRANSIT;
		if (i < waits) {
			f.state[f.initiator] = STATE_TIME_WAIT;
			f.state[!f.initiator] = STATE_CLOSED;
			f.changed = NOW - (i + 1) * NS_PER_SECOND / per_second;
		}
		add(p, &f, &nothing);
	}
}

/* ---- ports ---------------------------------------------------------------------- */

static void waiting_and_open_ports_are_in_use(void **state)
{
	static const struct port_range local = { true, 20000, 20999 };
	struct port_pressure p = {};
	const struct port_pair *pair;

	fill(&p, 40, 10, 60, 1);
	port_pressure_sum(&p, &local, NOW, TWO_MSL);
	assert_int_equal(p.pairs.count, 1);
	assert_int_equal(p.pressed, 1);
	assert_int_equal(p.waiting, 40);
	pair = port_pair_at(&p, 0);
	assert_int_equal(pair->waiting, 40);
	assert_int_equal(pair->open, 60);
	assert_int_equal(port_pair_range(pair), 1000);
	assert_int_equal(port_pair_used_ppm(pair), 100000);
	assert_false(pair->assumed);
	assert_true(pair->local);
	port_pressure_free(&p);
}

static void the_range_of_a_client_elsewhere_is_assumed(void **state)
{
	static const struct port_range local = { true, 20000, 20999 }, unknown;
	struct port_pressure p = {};

	for (int round = 0; round < 2; round++) { /* the second: here, but the kernel does not tell */
		port_pressure_clear(&p);
		fill(&p, 100, 10, 0, round);
		port_pressure_sum(&p, round ? &unknown : &local, NOW, TWO_MSL);
		assert_true(port_pair_at(&p, 0)->assumed);
		assert_int_equal(port_pair_range(port_pair_at(&p, 0)), 60999 - 32768 + 1);
		assert_int_equal(port_pair_used_ppm(port_pair_at(&p, 0)), 3542);
	}
	port_pressure_free(&p);
}

/* RFC 9293's 2MSL keeps a port: at ten a second 600 of them at most, if the waits go on. */
static void when_it_runs_dry(void **state)
{
	static const struct port_range narrow = { true, 20000, 20299 }, wide = { true, 20000, 20999 };
	static const struct port_range full = { true, 20000, 20099 };
	struct port_pressure p = {};

	fill(&p, 100, 10, 0, 1);
	port_pressure_sum(&p, &wide, NOW, TWO_MSL);
	assert_true(port_pair_at(&p, 0)->rate > 9.99 && port_pair_at(&p, 0)->rate < 10.01);
	assert_true(port_pair_at(&p, 0)->dry_in_ns == NEVER_DRY);
	port_pressure_clear(&p);
	fill(&p, 100, 10, 0, 1);
	port_pressure_sum(&p, &narrow, NOW, TWO_MSL); /* 200 are left */
	assert_in_range(port_pair_at(&p, 0)->dry_in_ns, 19990 * NS_PER_MS, 20010 * NS_PER_MS);
	port_pressure_clear(&p);
	fill(&p, 100, 10, 100, 1); /* and 100 of these are open */
	port_pressure_sum(&p, &narrow, NOW, TWO_MSL);
	assert_in_range(port_pair_at(&p, 0)->dry_in_ns, 9990 * NS_PER_MS, 10010 * NS_PER_MS);
	port_pressure_clear(&p);
	fill(&p, 100, 10, 0, 1);
	port_pressure_sum(&p, &full, NOW, TWO_MSL);
	assert_int_equal(port_pair_at(&p, 0)->dry_in_ns, 0);
	port_pressure_free(&p);
}

/* A wait at the server's end keeps no port of the client's; who only has open connections is no matter of waits. */
static void fullest_first_and_servers_waits_last(void **state)
{
	static const struct port_range local = { true, 20000, 20999 };
	struct port_pressure p = {};

	for (unsigned int i = 0; i < 400; i++) {
		struct flow f = flow_of(1 + i / 100, 20000 + i, 1, 0);
		unsigned int client = i / 100;

		f.local = client == 1 ? LOCAL_END_0 : LOCAL_TRANSIT; /* 10.0.0.2, of whose 1000 ports 50 wait */
		if (client < 2)
			f.state[0] = i % 100 < (client ? 50 : 90) ? STATE_TIME_WAIT : STATE_CLOSED;
		if (client == 2)
			f.state[1] = STATE_TIME_WAIT;
		add(&p, &f, &nothing);
	}
	port_pressure_sum(&p, &local, NOW, TWO_MSL);
	assert_int_equal(p.pairs.count, 3);
	assert_int_equal(p.pressed, 2);
	assert_int_equal(port_pair_at(&p, 0)->key.addr[0][15], 2);
	assert_int_equal(port_pair_at(&p, 0)->waiting, 50);
	assert_int_equal(port_pair_at(&p, 1)->key.addr[0][15], 1);
	assert_int_equal(port_pair_at(&p, 1)->waiting, 90);
	assert_int_equal(port_pair_at(&p, 2)->waiting, 0);
	assert_int_equal(port_pair_at(&p, 2)->server_waiting, 100);
	assert_int_equal(port_pair_at(&p, 2)->open, 100);
	assert_true(port_pair_at(&p, 2)->dry_in_ns == NEVER_DRY);
	port_pressure_free(&p);
}

/* One hook sees the client's end as remote: its packets went out through lo, and only the answers came in. */
static void an_address_of_the_host_is_local(void **state)
{
	static const struct port_range local = { true, 20000, 20999 };
	__u8 addresses[2][16];
	const struct own_addresses own = { addresses, 2 };
	struct port_pressure p = {};
	struct flow f = flow_of(7, 20000, 1, 0);

	set_address(addresses[0], 0, 7);
	set_address(addresses[1], 0, 9);
	f.local = LOCAL_END_1;
	f.state[0] = STATE_TIME_WAIT;
	add(&p, &f, &own);
	f = flow_of(8, 20000, 1, 0);
	f.state[0] = STATE_TIME_WAIT;
	add(&p, &f, &own);
	f = flow_of(8, 20001, 1, 0);
	memset(f.key.addr[0], 0, 16);
	f.key.addr[0][15] = 1; /* ::1 */
	f.state[0] = STATE_TIME_WAIT;
	add(&p, &f, &own);
	port_pressure_sum(&p, &local, NOW, TWO_MSL);
	assert_int_equal(p.pressed, 3);
	assert_int_equal(port_pair_at(&p, 0)->key.addr[0][15], 1);
	assert_true(port_pair_at(&p, 0)->local);
	assert_int_equal(port_pair_at(&p, 1)->key.addr[0][15], 7);
	assert_true(port_pair_at(&p, 1)->local);
	assert_false(port_pair_at(&p, 2)->local);
	port_pressure_free(&p);
}

/* ---- half closed ------------------------------------------------------------------- */

static struct flow half_closed_flow(unsigned int client, unsigned int port, __u64 age_s)
{
	struct flow f = flow_of(client, port, 1, port & 1);

	f.state[f.initiator] = STATE_FIN_WAIT_2;
	f.state[!f.initiator] = STATE_CLOSE_WAIT;
	f.local = LOCAL_END_0 << !f.initiator;
	f.changed = NOW - age_s * NS_PER_SECOND;
	return f;
}

static const struct whose owners[2] = { { .pid = 100, .comm = "one" }, { .pid = 200, .comm = "two" } };

static void owner_by_port(void *arg, const struct flow_row *row, unsigned int end, struct end_owner *owner)
{
	unsigned int port = ntohs(row->key->port[!end]);

	++*(int *)arg;
	owner->whose.unknown = WHOSE_NOT_UNSEEN;
	if (row->state[end] != STATE_CLOSE_WAIT)
		return;
	if (port % 3 < 2)
		owner->whose = owners[port % 3];
	else
		owner->orphan = true;
}

static void ends_that_linger(void **state)
{
	static const struct history h;
	struct half_closed half = {};
	int asked = 0;

	for (int round = 0; round < 2; round++) {
		half_closed_clear(&half, half_closed_before(NOW, 60 * NS_PER_SECOND));
		for (unsigned int i = 0; i < 30; i++) {
			struct flow f = half_closed_flow(1, 3000 + i, i < 24 ? 60 + i : 59);
			const struct flow_row row = flow_row_of(&f, &h, &nothing);

			assert_int_equal(half_closed_add(&half, &row, round ? owner_by_port : NULL, &asked), 0);
		}
		half_closed_sort(&half);
		assert_int_equal(half.ends[STATE_CLOSE_WAIT], 24);
		assert_int_equal(half.ends[STATE_FIN_WAIT_2], 24);
		assert_int_equal(half.local_ends[STATE_CLOSE_WAIT], 24);
		assert_int_equal(half.local_ends[STATE_FIN_WAIT_2], 0);
		assert_int_equal(half.groups.count, round ? 4 : 2);
		assert_int_equal(half_closed_at(&half, 0)->since, NOW - 83 * NS_PER_SECOND);
		for (size_t i = 0; i < half.groups.count; i++) {
			const struct half_closed_group *g = half_closed_at(&half, i);
			bool responder = g->key.state == STATE_CLOSE_WAIT;

			assert_int_equal(g->key.role, !responder);
			assert_int_equal(g->local, responder);
			assert_int_equal(g->key.port[responder ? 0 : 1], htons(80));
			assert_int_equal(g->key.port[responder ? 1 : 0], 0);
			assert_int_equal(g->count, round && responder ? 8 : 24);
			assert_int_equal(g->orphans, round && responder && !g->key.pid ? 8 : 0);
			if (g->key.pid)
				assert_string_equal(g->whose.comm, owners[g->key.pid / 100 - 1].comm);
		}
	}
	assert_int_equal(asked, 48); /* for those that linger only */
	half_closed_free(&half);
}

/* ---- tables ------------------------------------------------------------------------- */

static void many_groups(void **state)
{
	struct port_pressure p = {};

	for (unsigned int round = 0; round < 2; round++)
		for (unsigned int i = 0; i < 20000; i++) {
			struct flow f = flow_of(i & 255, 1000 + round, i >> 8, i & 1);

			f.state[f.initiator] = STATE_TIME_WAIT;
			add(&p, &f, &nothing);
		}
	port_pressure_sum(&p, &assumed_ports, NOW, TWO_MSL);
	assert_int_equal(p.pairs.count, 20000);
	for (size_t i = 0; i < p.pairs.count; i++)
		assert_int_equal(port_pair_at(&p, i)->waiting, 2);
	port_pressure_free(&p);
}

static void arrays_grow(void **state)
{
	size_t count = 0, room = 0;
	int *list = NULL;

	for (int i = 0; i < 1000; i++) {
		int *one = ARRAY_ADD(list, count, room);

		assert_non_null(one);
		assert_int_equal(*one, 0);
		*one = i;
		assert_int_equal(count, i + 1);
		assert_true(room >= count);
	}
	for (int i = 0; i < 1000; i++)
		assert_int_equal(list[i], i);
	assert_true(ARRAY_MAKE_ROOM(list, room, 5000));
	assert_int_equal(list[999], 999);
	assert_true(room >= 5000);
	free(list);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(waiting_and_open_ports_are_in_use),
		cmocka_unit_test(the_range_of_a_client_elsewhere_is_assumed),
		cmocka_unit_test(when_it_runs_dry),
		cmocka_unit_test(fullest_first_and_servers_waits_last),
		cmocka_unit_test(an_address_of_the_host_is_local),
		cmocka_unit_test(ends_that_linger),
		cmocka_unit_test(many_groups),
		cmocka_unit_test(arrays_grow),
	};

	return cmocka_run_group_tests_name("findings", tests, NULL, NULL);
}
