// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* Random expressions against an evaluator of its own, written in one of the ways in which each can be. */
#include "unit.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "flow/address.h"
#include "flow/names.h"
#include "tcpstate/units.h"

enum { EXPRESSIONS = 4000, SUBJECTS = 25 };

static unsigned int below(unsigned int n)
{
	return rand() % n;
}

/* ---- subjects --------------------------------------------------------------------- */

/* Few values of each, so that tests are met now and then. */
struct subject {
	struct flow_key key;
	__u8 state[2];
	struct flow_numbers numbers;
	struct stray_event event;
	struct filter_subject subject;
};

static const unsigned int ports[] = { 22, 80, 443, 1024, 40000 };
static const unsigned int flag_sets[] = { TH_SYN, TH_SYN | TH_ACK, TH_FIN | TH_ACK, TH_RST, TH_ACK };

static void make_subject(struct subject *s)
{
	static const unsigned int types[] = { EVENT_STATE, EVENT_STRAY, EVENT_TIME_WAIT, EVENT_FLOW, EVENT_FLOW };

	memset(s, 0, sizeof(*s));
	for (int end = 0; end < 2; end++) {
		s->key.addr[end][10] = s->key.addr[end][11] = 0xff;
		s->key.addr[end][12] = 10;
		s->key.addr[end][15] = below(4);
		s->key.port[end] = htons(ports[below(5)]);
		s->state[end] = 1 + below(11);
		s->numbers.packets[end] = below(6);
		s->numbers.bytes[end] = below(4) * 1000;
		s->numbers.retransmits[end] = below(3);
	}
	s->numbers.age_ns = below(5) * NS_PER_SECOND;
	s->numbers.idle_ns = below(5) * 500 * NS_PER_MS;
	s->numbers.strays = below(3);
	s->numbers.lifetime_max_ms = below(3) * 1000;
	s->numbers.by = below(CLOSER_COUNT);
	s->numbers.how = below(CLOSE_HOWS);
	s->numbers.cause = below(2) ? CAUSE_RST : CAUSE_FIN;
	s->event.event.sender = below(3);
	s->event.event.flags = flag_sets[below(5)];
	s->event.event.cause = below(CAUSE_COUNT);
	s->event.event.len = below(4) * 1000;
	s->event.event.ttl = 62 + below(4);
	s->event.kind = 1 + below(STRAY_COUNT - 1);
	s->event.age_ms = below(4) * 1000;
	s->event.lifetime_ms = below(2) ? below(4) * 1000 : LIFETIME_UNKNOWN;
	s->subject = (struct filter_subject){
		.key = &s->key, .state = s->state, .initiator = below(2), .type = types[below(5)], .event = &s->event.event,
	};
	s->event.event.type = s->subject.type;
	if (s->subject.type == EVENT_FLOW) {
		s->subject.event = NULL;
		s->subject.numbers = &s->numbers;
	}
}

/* ---- expressions ---------------------------------------------------------------------- */

enum op { AND, OR, NOT, TEST };
enum what { HOST, PORT, STATE, FLAGS, CAUSE, KIND, BY, HOW, AGE, LIFETIME, IDLE, PACKETS, BYTES, RETRANSMITS, STRAYED, LEN, TTL, WHATS };

struct expression {
	enum op op;
	struct expression *child[2];
	enum what what;
	int side;           /* 0: none; 1: src, 2: dst */
	int comparison;     /* of numbers: an index of comparisons */
	unsigned int value, other; /* both, where a list is allowed */
};

static const char *const comparisons[][3] = {
	{ "=", "==", "eq" }, { "!=", "ne", "neq" }, { ">", "gt", "gt" }, { ">=", "ge", "geq" }, { "<", "lt", "lt" }, { "<=", "le", "leq" },
};

static const char *const words[WHATS] = { "host", "port", "state", "flags", "cause", "kind", "by", "how", "age", "lifetime", "idle",
					  "packets", "bytes", "retransmits", "strays", "len", "ttl" };

static struct expression *make_expression(int depth)
{
	struct expression *e = calloc(1, sizeof(*e));

	e->op = depth ? below(4) : TEST;
	if (e->op != TEST) {
		e->child[0] = make_expression(depth - 1);
		e->child[1] = e->op == NOT ? NULL : make_expression(depth - 1);
		return e;
	}
	e->what = below(WHATS);
	if (e->what <= STATE || (e->what >= PACKETS && e->what <= RETRANSMITS))
		e->side = below(3);
	e->comparison = e->what >= AGE || e->what == PORT ? below(6) : below(2);
	e->value = below(64);
	e->other = below(2) && e->comparison < 2 ? below(64) : e->value;
	return e;
}

static void free_expression(struct expression *e)
{
	if (!e)
		return;
	free_expression(e->child[0]);
	free_expression(e->child[1]);
	free(e);
}

/* ---- the evaluator -------------------------------------------------------------------- */

static __u64 number_of(enum what what, unsigned int value)
{
	switch (what) {
	case AGE:
	case LIFETIME:
		return value % 5 * NS_PER_SECOND;
	case IDLE:
		return value % 5 * 500 * NS_PER_MS;
	case BYTES:
	case LEN:
		return value % 5 * 1000;
	case TTL:
		return 62 + value % 4;
	default:
		return value % 6;
	}
}

static bool compare(__u64 a, int comparison, __u64 b)
{
	const bool holds[] = { a == b, a != b, a > b, a >= b, a < b, a <= b };

	return holds[comparison];
}

static bool numbers_hold(const struct expression *e, bool known, __u64 n)
{
	__u64 one = number_of(e->what, e->value), other = number_of(e->what, e->other);

	if (e->comparison == 1) /* is not equal: not known is, too */
		return !(known && (n == one || n == other));
	return known && (compare(n, e->comparison, one) || compare(n, e->comparison, other));
}

static bool end_is(const struct expression *e, const struct subject *s, unsigned int end, unsigned int value)
{
	switch (e->what) {
	case HOST:
		return s->key.addr[end][15] == value % 4;
	case PORT:
		return compare(ntohs(s->key.port[end]), e->comparison == 1 ? 0 : e->comparison, ports[value % 5]);
	default:
		return s->state[end] == 1 + value % 11;
	}
}

static bool ends_hold(const struct expression *e, const struct subject *s)
{
	bool fits = false;

	for (unsigned int end = 0; end < 2; end++)
		if (!e->side || end == (s->subject.initiator ^ (e->side == 2)))
			fits |= end_is(e, s, end, e->value) || end_is(e, s, end, e->other);
	return fits != (e->comparison == 1);
}

static __u64 sum_of(const struct expression *e, const __u64 n[2])
{
	return e->side ? n[e->side - 1] : n[0] + n[1];
}

static bool names_hold(const struct expression *e, const struct subject *s)
{
	const struct event *event = &s->event.event;
	bool flow = s->subject.numbers, state = s->subject.type == EVENT_STATE, stray = s->subject.type == EVENT_STRAY;
	bool fits = false;

	for (int i = 0; i < 2; i++) {
		unsigned int v = i ? e->other : e->value;
		unsigned int sender = event->sender == 2 ? CLOSER_NOBODY :
				      event->sender == s->subject.initiator ? CLOSER_INITIATOR : CLOSER_RESPONDER;

		if (e->what == FLAGS)
			fits |= (state || stray) && event->sender != 2 && event->flags == flag_sets[v % 5];
		if (e->what == CAUSE)
			fits |= (state && event->cause == v % CAUSE_COUNT) || (flow && s->numbers.cause == v % CAUSE_COUNT);
		if (e->what == KIND)
			fits |= stray && s->event.kind == 1 + v % (STRAY_COUNT - 1);
		if (e->what == BY)
			fits |= ((state || stray) && sender == v % CLOSER_COUNT) || (flow && s->numbers.by == v % CLOSER_COUNT);
		if (e->what == HOW)
			fits |= flow && s->numbers.how == v % CLOSE_HOWS;
	}
	return fits != (e->comparison == 1);
}

static bool holds(const struct expression *e, const struct subject *s)
{
	const struct flow_numbers *n = &s->numbers;
	bool flow = s->subject.numbers, stray = s->subject.type == EVENT_STRAY;
	bool segment = (stray || s->subject.type == EVENT_STATE) && s->event.event.sender != 2;

	if (e->op == NOT)
		return !holds(e->child[0], s);
	if (e->op != TEST)
		return e->op == AND ? holds(e->child[0], s) && holds(e->child[1], s) : holds(e->child[0], s) || holds(e->child[1], s);
	switch (e->what) {
	case AGE:
		return numbers_hold(e, flow || stray, flow ? n->age_ns : s->event.age_ms * NS_PER_MS);
	case LIFETIME:
		return numbers_hold(e, flow ? n->lifetime_max_ms : stray && s->event.lifetime_ms != LIFETIME_UNKNOWN,
				    (flow ? n->lifetime_max_ms : s->event.lifetime_ms) * NS_PER_MS);
	case IDLE:
		return numbers_hold(e, flow, n->idle_ns);
	case PACKETS:
		return numbers_hold(e, flow, sum_of(e, n->packets));
	case BYTES:
		return numbers_hold(e, flow, sum_of(e, n->bytes));
	case RETRANSMITS:
		return numbers_hold(e, flow, sum_of(e, n->retransmits));
	case STRAYED:
		return numbers_hold(e, flow, n->strays);
	case LEN:
		return numbers_hold(e, segment, s->event.event.len);
	case TTL:
		return numbers_hold(e, segment, s->event.event.ttl);
	default:
		return e->what <= STATE ? ends_hold(e, s) : names_hold(e, s);
	}
}

/* ---- as text ---------------------------------------------------------------------------- */

static char text[1 << 16];
static size_t len;

static void put(const char *word)
{
	len += snprintf(text + len, sizeof(text) - len, "%s", word);
}

static void put_number(const struct expression *e, unsigned int value)
{
	__u64 n = number_of(e->what, value);
	bool thousands = n >= 1000 && below(2);
	char word[40];

	if (e->what == AGE || e->what == LIFETIME || e->what == IDLE)
		snprintf(word, sizeof(word), below(2) ? "%llums" : "%llu000us", n / NS_PER_MS);
	else
		snprintf(word, sizeof(word), thousands ? "%lluk" : "%llu", thousands ? n / 1000 : n);
	put(word);
}

static void put_value(const struct expression *e, unsigned int v)
{
	char word[FLAGS_TEXT > 40 ? FLAGS_TEXT : 40];

	switch (e->what) {
	case HOST:
		snprintf(word, sizeof(word), below(2) ? "10.0.0.%u" : "::ffff:10.0.0.%u", v % 4);
		break;
	case PORT:
		snprintf(word, sizeof(word), below(2) ? "%u" : ":%u", ports[v % 5]);
		break;
	case STATE:
		snprintf(word, sizeof(word), "%s", below(2) ? state_name(1 + v % 11) : state_label(1 + v % 11));
		break;
	case FLAGS:
		flags_text(word, flag_sets[v % 5]);
		break;
	case CAUSE:
		snprintf(word, sizeof(word), "%s", cause_name(v % CAUSE_COUNT));
		break;
	case KIND:
		snprintf(word, sizeof(word), "%s", stray_name(1 + v % (STRAY_COUNT - 1)));
		break;
	case BY:
		snprintf(word, sizeof(word), "%s", closer_name(v % CLOSER_COUNT));
		break;
	case HOW:
		snprintf(word, sizeof(word), "%s", close_how_name(v % CLOSE_HOWS));
		break;
	default:
		put_number(e, v);
		return;
	}
	put(word);
}

static void put_test(const struct expression *e)
{
	unsigned int style = below(3);
	/* Signs need no blanks, words do. */
	const char *sign = comparisons[e->comparison][style], *blank = sign[0] >= 'a' || below(2) ? " " : "";

	if (e->side)
		put(e->side == 1 ? "src " : "dst ");
	put(words[e->what]);
	if (e->what < AGE && !e->comparison && below(2)) {
		put(" ");
	} else {
		put(blank);
		put(sign);
		put(blank);
	}
	put_value(e, e->value);
	if (e->other != e->value) {
		put(",");
		put_value(e, e->other);
	}
}

/* How strongly it binds: an operand that does so less needs parentheses. */
static int strength(const struct expression *e)
{
	return e->op == OR ? 0 : e->op == AND ? 1 : 2;
}

static void put_expression(const struct expression *e, int least)
{
	bool parentheses = strength(e) < least || !below(4);

	if (parentheses)
		put(below(2) ? "(" : " ( ");
	if (e->op == TEST) {
		put_test(e);
	} else if (e->op == NOT) {
		put(below(2) ? "not " : "!");
		put_expression(e->child[0], 2);
	} else {
		put_expression(e->child[0], strength(e));
		put(e->op == AND ? (below(2) ? " and " : " && ") : below(2) ? " or " : " || ");
		put_expression(e->child[1], strength(e) + 1);
	}
	if (parentheses)
		put(")");
}

static void random_expressions(void **state)
{
	static struct subject subjects[SUBJECTS];
	unsigned int met = 0, unmet = 0;

	srand(12);
	for (int i = 0; i < EXPRESSIONS; i++) {
		struct expression *e = make_expression(below(5));
		struct filter *filter;

		len = 0;
		put_expression(e, 0);
		listen_anew();
		if (filter_parse(text, FILTER_EVENTS, &filter))
			fail_msg("\"%s\": %s", text, said);
		for (int s = 0; s < SUBJECTS; s++) {
			make_subject(&subjects[s]);
			if (filter_match(filter, &subjects[s].subject) != holds(e, &subjects[s]))
				fail_msg("\"%s\": of a subject of type %u", text, subjects[s].subject.type);
			*(holds(e, &subjects[s]) ? &met : &unmet) += 1;
		}
		filter_free(filter);
		free_expression(e);
	}
	/* It has tested both. */
	assert_true(met > EXPRESSIONS * SUBJECTS / 5);
	assert_true(unmet > EXPRESSIONS * SUBJECTS / 5);
}

int test_random(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(random_expressions),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
