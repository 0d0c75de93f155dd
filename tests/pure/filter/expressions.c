// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* Each word by what it lets through, and each mistake by what is said of it, and where. */
#include "unit.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

#include "flow/address.h"
#include "tcpstate/units.h"

#define MB 1000000ull

/* ---- what is looked at: A to H -------------------------------------------------- */

enum { SUBJECTS = 8 };

static struct flow_key keys[SUBJECTS];
static __u8 states[SUBJECTS][2];
static struct flow_numbers numbers[SUBJECTS];
static struct stray_event events[SUBJECTS]; /* the longest */
static struct filter_subject subjects[SUBJECTS];

/* End 0 is the first address, which is the initiator unless it is said. */
static struct filter_subject *make(char letter, const char *a, int a_port, const char *b, int b_port, int a_state, int b_state)
{
	int i = letter - 'A';

	assert_true(address_parse(a, strlen(a), keys[i].addr[0]));
	assert_true(address_parse(b, strlen(b), keys[i].addr[1]));
	keys[i].port[0] = htons(a_port);
	keys[i].port[1] = htons(b_port);
	states[i][0] = a_state;
	states[i][1] = b_state;
	subjects[i] = (struct filter_subject){ .key = &keys[i], .state = states[i], .type = EVENT_FLOW, .numbers = &numbers[i] };
	return &subjects[i];
}

static struct stray_event *tell(char letter, unsigned int type, unsigned int sender, unsigned int flags, unsigned int cause)
{
	struct stray_event *e = &events[letter - 'A'];

	subjects[letter - 'A'].type = e->event.type = type;
	subjects[letter - 'A'].numbers = NULL;
	subjects[letter - 'A'].event = &e->event;
	e->event.sender = sender;
	e->event.flags = flags;
	e->event.cause = cause;
	return e;
}

static int make_subjects(void **state)
{
	struct stray_event *e;

	make('A', "10.0.0.1", 40000, "10.0.0.2", 443, STATE_ESTABLISHED, STATE_ESTABLISHED);
	numbers[0] = (struct flow_numbers){ 600 * NS_PER_SECOND, NS_PER_SECOND, { 2000, 1000 }, { 2 * MB, 1000 }, { 3, 0 },
					    0, 0, CLOSER_NOBODY, CLOSE_NONE, CAUSE_NONE, 0 };
	make('B', "2001:db8::1", 50000, "2001:db8::2", 22, STATE_TIME_WAIT, STATE_CLOSED);
	numbers[1] = (struct flow_numbers){ 2 * NS_PER_SECOND, 500 * NS_PER_MS, { 6, 5 }, { 100, 200 }, { 0, 0 },
					    2, 1500, CLOSER_INITIATOR, CLOSE_FIN, CAUSE_FIN, 0 };
	/* Refused: the server, which is end 0, sent the RST. */
	make('C', "10.0.0.2", 25, "10.1.0.1", 33000, STATE_CLOSED, STATE_CLOSED)->initiator = 1;
	numbers[2] = (struct flow_numbers){ NS_PER_MS, NS_PER_MS, { 1, 1 }, { 0, 0 }, { 0, 0 },
					    0, 0, CLOSER_RESPONDER, CLOSE_RST, CAUSE_REFUSED, 0 };

	make('D', "10.0.0.1", 40000, "10.0.0.2", 443, STATE_SYN_SENT, STATE_SYN_RECEIVED);
	e = tell('D', EVENT_STATE, 1, TH_SYN | TH_ACK, CAUSE_SYN_ACK);
	e->event.ttl = 64;
	make('E', "10.0.0.1", 40000, "10.0.0.2", 443, STATE_CLOSED, STATE_CLOSED);
	tell('E', EVENT_STATE, SENDER_NONE, 0, CAUSE_TIMEOUT);
	make('F', "10.0.0.1", 40001, "10.0.0.3", 80, STATE_TIME_WAIT, STATE_CLOSED);
	e = tell('F', EVENT_STRAY, 1, TH_PSH | TH_ACK, 0);
	e->kind = STRAY_LATE_DATA;
	e->event.len = 1448;
	e->event.ttl = 17;
	e->age_ms = 3000;
	e->lifetime_ms = LIFETIME_UNKNOWN;
	make('G', "10.0.0.1", 40001, "10.0.0.3", 80, STATE_ESTABLISHED, STATE_ESTABLISHED);
	e = tell('G', EVENT_STRAY, 0, TH_RST, 0);
	e->kind = STRAY_RST_INVALID;
	e->event.ttl = 64;
	e->age_ms = 0;
	e->lifetime_ms = 2100;
	make('H', "10.0.0.1", 40001, "10.0.0.3", 80, STATE_TIME_WAIT, STATE_CLOSED);
	tell('H', EVENT_TIME_WAIT, 1, TH_FIN | TH_ACK, 0);
	return 0;
}

/* ---- accepted --------------------------------------------------------------------- */

static const struct {
	const char *text, *fits; /* letters */
} accepted[] = {
	{ "", "ABCDEFGH" },
	{ "host 10.0.0.1", "ADEFGH" },
	{ "host 10.0.0.2,2001:db8::1", "ABCDE" },
	{ "src host 10.0.0.2", "" }, /* C's initiator is its end 1 */
	{ "dst host 10.0.0.2", "ACDE" },
	{ "src host 10.1.0.1", "C" },
	{ "host ::ffff:10.0.0.3", "FGH" },
	{ "host localhost", "" },
	{ "net 10.1.0.0/16", "C" },
	{ "net 2001:db8::/32", "B" },
	{ "port 443", "ADE" },
	{ "port 20-30", "BC" },
	{ "port 22,80", "BFGH" },
	{ "dst port 25", "C" },
	{ "src port 25", "" },
	{ "state TIME_WAIT", "BFH" },
	{ "state CLOSED,SYN_SENT", "BCDEFH" },
	{ "src state closed", "CE" },

	/* Joined. */
	{ "host 10.0.0.1 and port 443", "ADE" },
	{ "port 22 or port 443 and state ESTABLISHED", "AB" },
	{ "(port 22 or port 443) and state SYN_SENT", "D" },
	{ "not port 443", "BCFGH" },
	{ "! ( port 443 ) && !port 22", "CFGH" },
	{ "port 22 || port 25", "BC" },
	{ "not not port 22", "B" },

	/* Of a segment. */
	{ "flags S.", "D" },
	{ "flags .S", "D" },
	{ "flags [S.]", "D" },
	{ "flags R,P.", "FG" },
	{ "flags F.", "" }, /* a time_wait event tells no flags */
	{ "flags none", "" },
	{ "not flags S.", "ABCEFGH" },
	{ "kind late_data", "F" },
	{ "kind late-data,rst_invalid", "FG" },
	{ "not kind late_data", "ABCDEGH" },
	{ "len > 1k", "F" },
	{ "len = 0", "DG" },
	{ "len != 0", "ABCEFH" },
	{ "ttl < 20", "F" },
	{ "ttl = 17,64", "DFG" },

	/* Of both. */
	{ "cause syn_ack", "D" },
	{ "cause timeout,refused", "CE" },
	{ "cause fin", "B" },
	{ "cause rst", "" },
	{ "cause none", "A" },
	{ "by responder", "CDF" },
	{ "by initiator", "BG" },
	{ "by none", "AE" },
	{ "by = both", "" },
	{ "age > 5m", "A" },
	{ "age >= 2s and age <= 10m", "ABF" },
	{ "age = 0", "G" },
	{ "lifetime > 1s", "BG" },
	{ "lifetime < 10d", "BG" }, /* unknown is no number */
	{ "not lifetime > 1s", "ACDEFH" },

	/* Of a flow. */
	{ "how rst", "C" },
	{ "how fin,rst", "BC" },
	{ "how != none", "BCDEFGH" },
	{ "bytes > 1M", "A" },
	{ "bytes>=2001000", "A" },
	{ "bytes > 2001k", "" },
	{ "src bytes = 2M", "A" },
	{ "dst bytes = 200B", "B" },
	{ "bytes < 1Ki", "BC" },
	{ "bytes = 0.3k", "B" },
	{ "packets = 2,11", "BC" },
	{ "retransmits > 0", "A" },
	{ "dst retransmits > 0", "" },
	{ "strays > 0", "B" },
	{ "strays == 0", "AC" },
	{ "duration lt 1s", "C" },
	{ "idle ge 1s", "A" },
	{ "idle = 500ms", "B" },
	{ "idle = 0.5s", "B" },
	{ "age = 0h10m", "A" },
	{ "age = 9m60s", "A" },

	/* As tcpdump has it. */
	{ "tcp", "ABCDEFGH" },
	{ "tcp port 443", "ADE" },
	{ "tcp dst port 443", "ADE" },
	{ "tcp and port 22", "B" },
	{ "ip6", "B" },
	{ "ip", "ACDEFGH" },
	{ "ip6 host 2001:db8::1", "B" },
	{ "ip tcp src port 40001", "FGH" },
	{ "not ip6", "ACDEFGH" },
	{ "portrange 1-1024", "ABCDEFGH" },
	{ "src portrange 1-1024", "" },
	{ "src 10.0.0.1", "ADEFGH" },
	{ "dst 10.0.0.2,10.0.0.3", "ACDEFGH" },
	{ "src net 10.1.0.0/16", "C" },

	/* As ss has it. */
	{ "dport = :443", "ADE" },
	{ "sport = :40001", "FGH" },
	{ "sport eq 40001", "FGH" },
	{ "dport != :443", "BCFGH" },
	{ "dport > :442", "ADE" },
	{ "dport >= :444", "" },
	{ "dport lt 25", "B" },
	{ "dport <= 25", "BC" },
	{ "dport < 0", "" },
	{ "port > 65535", "" },
	{ "( dport = :22 or sport = :33000 )", "BC" },
	{ "dst 10.0.0.0/24", "ACDEFGH" },
	{ "state time-wait", "BFH" },
	{ "state established", "AG" },
	{ "state syn-recv", "D" },
	{ "state bucket", "BDFH" },
	{ "state connected", "ABDFGH" },
	{ "state synchronized", "ABDFGH" },
	{ "src state synchronized", "ABFGH" },
	{ "port https", "ADE" },
	{ "port ssh,http", "BFGH" },
	{ "dport = :https", "ADE" },
	{ "src state estab and dport != :https", "G" },
};

static void what_each_lets_through(void **state)
{
	for (unsigned int i = 0; i < sizeof(accepted) / sizeof(accepted[0]); i++) {
		char fits[SUBJECTS + 1] = "";
		struct filter *filter;
		size_t n = 0;

		listen_anew();
		if (filter_parse(accepted[i].text, FILTER_EVENTS, &filter))
			fail_msg("\"%s\": %s", accepted[i].text, said);
		for (int s = 0; s < SUBJECTS; s++)
			if (filter_match(filter, &subjects[s]))
				fits[n++] = 'A' + s;
		filter_free(filter);
		if (strcmp(fits, accepted[i].fits))
			fail_msg("\"%s\": %s, not %s", accepted[i].text, fits, accepted[i].fits);
	}
}

/* ---- refused ----------------------------------------------------------------------- */

#define ALL FILTER_EVENTS
#define FLOWS FILTER_FLOWS
#define STATES (1u << EVENT_STATE)

static const struct {
	const char *text;
	__u32 about;
	int at;
	const char *says; /* a part of it */
} refused[] = {
	{ "hots 10.0.0.1", ALL, 0, "expected a test, such as port 443, state TIME_WAIT or bytes > 1M, found \"hots\"; did you mean host?" },
	{ "port 80 and", ALL, 11, "expected a test" },
	{ "port 80 host 10.0.0.1", ALL, 8, "expected and, or, or the end, found \"host\"" },
	{ "(port 80", ALL, 0, "never closed" },
	{ "port 80)", ALL, 7, "never opened" },
	{ "(port 80 port 90)", ALL, 9, "expected and, or, or \")\"" },
	{ "port 80 or 443", ALL, 11, "several of one kind are a list, such as port 80,443" },
	{ "10.0.0.1", ALL, 0, "did you mean \"host 10.0.0.1\"?" },
	{ "10.0.0.1:443", ALL, 0, "did you mean \"host 10.0.0.1 and port 443\"?" },
	{ "dst 10.0.0.1:443", ALL, 4, "did you mean \"dst host 10.0.0.1 and dst port 443\"?" },
	{ "src :22", ALL, 4, "did you mean \"src port 22\"?" },
	{ "src *:22", ALL, 4, "did you mean \"src port 22\"?" },
	{ "src", ALL, 3, "expected host, net, port, state or an address after \"src\"" },
	{ "src or dst port 80", ALL, 4, "goes without saying" },
	{ "src flags S.", ALL, 4, "src and dst don't go with \"flags\"" },
	{ "dst age > 5m", ALL, 4, "src and dst don't go with \"age\"" },
	{ "udp port 53", ALL, 0, "only TCP is followed" },
	{ "origin middlebox", ALL, 0, "where a reset came from is not told" },
	{ "exclude time-wait", ALL, 0, "did you mean \"not state\"?" },
	{ "tcp.port == 80", ALL, 0, "did you mean port?" },
	{ "greater 100", ALL, 0, "did you mean \"len >=\"?" },

	{ "port", ALL, 4, "\"port\" needs a value after it: a port, a range or a service's name" },
	{ "port 65536", ALL, 5, "\"65536\" is not a port" },
	{ "port 90-80", ALL, 5, "\"90-80\" is not a port" },
	{ "port 80,,90", ALL, 8, "expected a port" },
	{ "port nosuchservice", ALL, 5, "\"nosuchservice\" is not a port, a range or a service's name" },
	{ "port > 80,90", ALL, 7, "is compared with one value" },
	{ "port > 80-90", ALL, 7, "is compared with one value" },
	{ "portrange 80", ALL, 10, "not a range of ports" },
	{ "host 10.0.0.300", ALL, 5, "is not an address or a host's name" },
	{ "host 10.0.0.0/8", ALL, 5, "a prefix: net takes it" },
	{ "host no_such_host.invalid", ALL, 5, "looking it up as a host's name: " },
	{ "host > 5", ALL, 5, "of \"host\" none is more than another" },
	{ "net 10.0.0.0/33", ALL, 4, "is not a prefix" },
	{ "net 2001:db8::/129", ALL, 4, "is not a prefix" },
	{ "state TIMEWAIT", ALL, 6, "is not a state; did you mean TIME_WAIT?" },
	{ "state x", ALL, 6, "is not a state, such as" },
	{ "state > ESTABLISHED", ALL, 6, "none is more than another" },

	{ "flags SA", ALL, 6, "ACK is a dot, so that a SYN-ACK is S." },
	{ "flags X", ALL, 6, "is not flags as tcpdump writes them" },
	{ "kind late_date", ALL, 5, "did you mean late_data?" },
	{ "kind none", ALL, 5, "is not a kind of stray" },
	{ "cause syn-akc", ALL, 6, "did you mean syn_ack?" },
	{ "by server", ALL, 3, "is not initiator, responder, both or none" },
	{ "how closed", ALL, 4, "is not fin, rst, timeout or none" },
	{ "age > 5", ALL, 6, "needs a unit" },
	{ "age > 5x", ALL, 6, "needs a unit" },
	{ "age > m", ALL, 6, "is not a time" },
	{ "age > 1.5ns", ALL, 6, "is not a whole number of nanoseconds" },
	{ "age > 300000d", ALL, 6, "is too large" },
	{ "age 5m", ALL, 4, "expected >, >=, <, <=, = or != after \"age\", found \"5m\"" },
	{ "bytes", ALL, 5, "expected >, >=, <, <=, = or != after \"bytes\"" },
	{ "bytes >", ALL, 7, "needs a value" },
	{ "bytes > -1", ALL, 8, "is not a number" },
	{ "bytes > 1m", ALL, 8, "is not a number" },
	{ "bytes > 1.5", ALL, 8, "is no whole number" },
	{ "bytes > 18446744073709551616", ALL, 8, "is too large" },
	{ "bytes > 18446744073709552k", ALL, 8, "is too large" },
	{ "bytes > 1,2", ALL, 8, "is compared with one value" },

	/* Where they can't be met. */
	{ "kind late_data", FLOWS, 0, "\"kind\" (what kind of stray a segment is) is told of stray events, and here are only flows" },
	{ "port 80 and flags S.", FLOWS, 12, "is told of state and stray events" },
	{ "len > 5", FLOWS, 0, "of these there is \"bytes\"" },
	{ "cause syn", FLOWS, 6, "is not what closed a flow: fin, rst, refused, timeout or none" },
	{ "kind late_data", STATES, 0, "and here are only state events: --events chooses" },
	{ "bytes > 1M", STATES | 1u << EVENT_STRAY, 0, "here are only state and stray events: --events chooses; of these there is \"len\"" },
	{ "age > 5m", STATES, 0, "is told of stray events and flows" },
	{ "how rst", ALL & ~FLOWS, 0, "is told of flows, and here are only state, time_wait and stray events" },
};

static void what_is_said_of_mistakes(void **state)
{
	for (unsigned int i = 0; i < sizeof(refused) / sizeof(refused[0]); i++) {
		struct filter *filter;

		listen_anew();
		if (!filter_parse(refused[i].text, refused[i].about, &filter)) {
			filter_free(filter);
			fail_msg("\"%s\" was accepted", refused[i].text);
		}
		assert_null(filter);
		if (said_at != refused[i].at || !strstr(said, refused[i].says))
			fail_msg("\"%s\": at %d: %s", refused[i].text, said_at, said);
	}
}

static void levels_are_bounded(void **state)
{
	static const char *const openers[] = { "(", "not ", "! ", "tcp ", "(not " };
	char text[20000];
	struct filter *filter;

	for (unsigned int i = 0; i < sizeof(openers) / sizeof(openers[0]); i++) {
		text[0] = 0;
		for (int n = 0; n < 2000; n++)
			strcat(text, openers[i]);
		listen_anew();
		assert_int_not_equal(filter_parse(text, ALL, &filter), 0);
		assert_non_null(strstr(said, "more than 64 levels deep"));
	}
}

static void a_file_is_told_from_a_filter(void **state)
{
	assert_true(filter_begins_with("port"));
	assert_true(filter_begins_with("(port"));
	assert_true(filter_begins_with("bytes>1M"));
	assert_true(filter_begins_with("not"));
	assert_false(filter_begins_with("capture.pcap"));
	assert_false(filter_begins_with("and"));
	assert_string_equal(filter_word_near("prot"), "port");
}

int test_expressions(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_each_lets_through),
		cmocka_unit_test(what_is_said_of_mistakes),
		cmocka_unit_test(levels_are_bounded),
		cmocka_unit_test(a_file_is_told_from_a_filter),
	};

	return cmocka_run_group_tests(tests, make_subjects, NULL);
}
