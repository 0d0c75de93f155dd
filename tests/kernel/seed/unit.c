// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* What user space makes of NAT, of devices on one another, and of a socket beside its flow. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

#include "host/links.h"
#include "host/translations.h"
#include "live/audit.h"
#include "live/seeding.h"

/* ---- /proc/net/nf_conntrack ------------------------------------------------ */

static struct translations parsed(const char *text)
{
	struct translations found = {};
	FILE *file = fmemopen((void *)text, strlen(text), "r");

	assert_non_null(file);
	assert_int_equal(translations_parse(file, &found), 0);
	fclose(file);
	return found;
}

static bool is_end(const struct flow_key *key, unsigned int end, const char *v4, unsigned int port)
{
	__u8 addr[4];

	inet_pton(AF_INET, v4, addr);
	return !memcmp(key->addr[end] + 12, addr, 4) && ntohs(key->port[end]) == port;
}

static void what_is_not_translated_is_left_out(void **state)
{
	struct translations found = parsed(
		"ipv4     2 tcp      6 431999 ESTABLISHED src=10.0.0.1 dst=10.0.0.2 sport=40000 dport=80 src=10.0.0.2 dst=10.0.0.1 sport=80 dport=40000 [ASSURED] mark=0 zone=0 use=2\n"
		"ipv4     2 udp      17 29 src=10.0.0.1 dst=9.9.9.9 sport=4000 dport=53 src=9.9.9.9 dst=192.0.2.1 sport=53 dport=4000 mark=0 use=2\n"
		"ipv4     2 tcp      6 broken\n");

	assert_true(found.known);
	assert_int_equal(found.count, 0);
	translations_free(&found);
}

/* A server behind DNAT to another port of this host: REDIRECT. */
static void redirect(void **state)
{
	struct translations found = parsed(
		"ipv4     2 tcp      6 100 ESTABLISHED src=192.0.2.9 dst=10.0.0.1 sport=50000 dport=80 src=10.0.0.1 dst=192.0.2.9 sport=8080 dport=50000 [ASSURED] use=1\n");
	const struct translation *t = found.list;
	struct flow_key other = {};

	assert_int_equal(found.count, 1);
	assert_true(is_end(&t->original, t->original_client, "192.0.2.9", 50000));
	assert_true(is_end(&t->original, !t->original_client, "10.0.0.1", 80));
	assert_true(is_end(&t->reply, t->reply_client, "192.0.2.9", 50000));
	assert_true(is_end(&t->reply, !t->reply_client, "10.0.0.1", 8080));
	assert_true(is_translated(&found, &t->original));
	assert_true(is_translated(&found, &t->reply));
	assert_false(is_translated(&found, &other));
	translations_free(&found);
}

/* A client of this host behind MASQUERADE: it is called otherwise on the wire. */
static void masquerade(void **state)
{
	struct translations found = parsed(
		"ipv6     10 tcp      6 100 ESTABLISHED src=fd00::5 dst=2001:db8::1 sport=40000 dport=443 src=2001:db8::1 dst=2001:db8::99 sport=443 dport=61000 [ASSURED] use=1\n"
		"ipv4     2 tcp      6 100 ESTABLISHED src=10.0.0.5 dst=192.0.2.1 sport=40000 dport=443 src=192.0.2.1 dst=192.0.2.99 sport=443 dport=61000 use=1\n");
	const struct translation *t = &found.list[1];

	assert_int_equal(found.count, 2);
	assert_true(is_end(&t->original, t->original_client, "10.0.0.5", 40000));
	assert_true(is_end(&t->reply, t->reply_client, "192.0.2.99", 61000));
	translations_free(&found);
}

/* ---- devices ----------------------------------------------------------------- */

static struct link devices[] = {
	{ .ifindex = 1 },
	{ .ifindex = 2 },                                              /* hooked */
	{ .ifindex = 3, .lower = 2, .vlan = 10, .kind = "vlan" },
	{ .ifindex = 4, .lower = 3, .vlan = 20, .kind = "vlan" },
	{ .ifindex = 5, .lower = 2, .kind = "macvlan" },
	{ .ifindex = 6, .kind = "bond" },
	{ .ifindex = 7, .master = 6 },                                 /* hooked */
	{ .ifindex = 8, .master = 6 },
	{ .ifindex = 9, .kind = "vxlan" },
	{ .ifindex = 10, .lower = 2, .kind = "veth" },                 /* a number of its peer's namespace, perhaps */
	{ .ifindex = 11, .lower = 11, .kind = "vlan" },                /* nonsense must end */
};

static const unsigned int hooked[] = { 2, 7 };

static int kind_of(unsigned int ifindex, __u32 zone_mode, __u32 *zone)
{
	const struct links links = { .list = devices, .count = sizeof(devices) / sizeof(*devices) };
	struct seed_path path = {};

	if (!seed_path_of(&links, hooked, 2, zone_mode, ifindex, &path))
		return 0;
	*zone = path.zone;
	return path.kind;
}

static void who_passes_a_hook(void **state)
{
	__u32 zone;

	assert_int_equal(kind_of(1, ZONE_NONE, &zone), 0);
	assert_int_equal(kind_of(2, ZONE_NONE, &zone), SEED_PATH_WATCHED);
	assert_int_equal(kind_of(3, ZONE_NONE, &zone), SEED_PATH_WATCHED);
	assert_int_equal(kind_of(5, ZONE_NONE, &zone), SEED_PATH_WATCHED);
	assert_int_equal(kind_of(6, ZONE_NONE, &zone), SEED_PATH_UNKNOWN); /* one of its two */
	assert_int_equal(kind_of(9, ZONE_NONE, &zone), SEED_PATH_UNKNOWN);
	assert_int_equal(kind_of(10, ZONE_NONE, &zone), 0);
	assert_int_equal(kind_of(11, ZONE_NONE, &zone), 0);
	assert_int_equal(kind_of(99, ZONE_NONE, &zone), 0);
	devices[7].ifindex = 7;
	assert_int_equal(kind_of(6, ZONE_NONE, &zone), SEED_PATH_WATCHED); /* both */
	assert_int_equal(kind_of(6, ZONE_IFINDEX, &zone), SEED_PATH_UNKNOWN);
	devices[7].ifindex = 8;
}

static void the_zone_is_as_packets_have_it_there(void **state)
{
	__u32 zone;

	assert_int_equal(kind_of(4, ZONE_NONE, &zone), SEED_PATH_WATCHED);
	assert_int_equal(zone, 0);
	assert_int_equal(kind_of(4, ZONE_VLAN, &zone), SEED_PATH_WATCHED);
	assert_int_equal(zone, 10 | 20 << 12);
	assert_int_equal(kind_of(3, ZONE_VLAN, &zone), SEED_PATH_WATCHED);
	assert_int_equal(zone, 10);
	assert_int_equal(kind_of(3, ZONE_IFINDEX, &zone), SEED_PATH_WATCHED);
	assert_int_equal(zone, 2);
}

/* ---- the audit ---------------------------------------------------------------- */

/* What is said of it: 0: nothing; 1: they agree; else 2 + enum audit_kind. */
static int said(__u8 wire, __u8 kernel, __u32 unsent, bool had_socket)
{
	const struct found_socket socket = { .state = kernel, .unsent = unsent };
	enum audit_kind kind;
	bool agree;

	if (!audit_compare(wire, &socket, had_socket, &agree, &kind))
		return 0;
	return agree ? 1 : 2 + kind;
}

static void wire_and_socket(void **state)
{
	for (__u8 same = 1; same <= STATE_CLOSING; same++)
		assert_int_equal(said(same, same, 0, true), 1);
	assert_int_equal(said(STATE_ESTABLISHED, 0, 0, true), 2 + AUDIT_SOCKET_GONE);
	assert_int_equal(said(STATE_FIN_WAIT_2, 0, 0, true), 2 + AUDIT_SOCKET_GONE);
	assert_int_equal(said(STATE_ESTABLISHED, 0, 0, false), 2 + AUDIT_NO_SOCKET);
	assert_int_equal(said(STATE_CLOSED, 0, 0, true), 1);
	assert_int_equal(said(STATE_TIME_WAIT, 0, 0, true), 0);    /* recycled, perhaps */
	assert_int_equal(said(STATE_SYN_RECEIVED, 0, 0, true), 0); /* behind SYN cookies there is none */
	assert_int_equal(said(STATE_CLOSED, STATE_ESTABLISHED, 0, true), 2 + AUDIT_CLOSED_ON_WIRE);
	assert_int_equal(said(STATE_CLOSED, STATE_SYN_SENT, 0, true), 0); /* the next life */
	assert_int_equal(said(STATE_ESTABLISHED, STATE_CLOSE_WAIT, 0, true), 2 + AUDIT_STATE);
	/* The FIN is behind data that the peer has no room for; alone, it has been sent. */
	assert_int_equal(said(STATE_ESTABLISHED, STATE_FIN_WAIT_1, 5000, true), 1);
	assert_int_equal(said(STATE_ESTABLISHED, STATE_FIN_WAIT_1, 1, true), 2 + AUDIT_STATE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_not_translated_is_left_out),
		cmocka_unit_test(redirect),
		cmocka_unit_test(masquerade),
		cmocka_unit_test(who_passes_a_hook),
		cmocka_unit_test(the_zone_is_as_packets_have_it_there),
		cmocka_unit_test(wire_and_socket),
	};

	return cmocka_run_group_tests_name("seed", tests, NULL, NULL);
}
