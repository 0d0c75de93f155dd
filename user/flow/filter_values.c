// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
#include "flow/filter_values.h"

#include <ctype.h>
#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <string.h>

#include "base/array.h"
#include "base/error.h"
#include "flow/address.h"
#include "flow/filter_units.h"
#include "flow/names.h"
#include "flow/services.h"

#define NAME_LONGEST 255 /* of a host, RFC 1035 */

static int fail_value(const struct value_text *t, const char *wrong)
{
	return fail_at(t->words->text, t->part - t->words->text, t->len ? t->len : 1, "filter: \"%.*s\" %s", (int)t->len,
		       t->part, wrong);
}

int bad_value(const struct value_text *t)
{
	size_t at = t->part - t->words->text;

	if (!t->len)
		return fail_at(t->words->text, at, 1, "filter: expected %s here", t->expected);
	return fail_at(t->words->text, at, t->len, "filter: \"%.*s\" is not %s", (int)t->len, t->part, t->expected);
}

int add_value(struct filter_values *values, const union filter_value *value)
{
	union filter_value *place = ARRAY_ADD(values->list, values->count, values->room);

	if (!place)
		return fail(-ENOMEM, "out of memory while reading the filter");
	*place = *value;
	return 0;
}

static int add_number(struct filter_values *values, __u64 number)
{
	return add_value(values, &(union filter_value){ .number = number });
}

/* ---- addresses ---------------------------------------------------------- */

/* A mistyped address is no name to ask a name server for. */
static bool may_be_name(const char *text, size_t len)
{
	bool letters = false;

	for (size_t i = 0; i < len; i++) {
		if (!isalnum((unsigned char)text[i]) && !strchr("-._", text[i]))
			return false;
		letters |= isalpha((unsigned char)text[i]) != 0;
	}
	return letters && len <= NAME_LONGEST;
}

static int add_address(struct filter_values *values, const struct sockaddr *address)
{
	union filter_value value = { .net.prefixlen = 128 };

	if (address->sa_family == AF_INET)
		address_from_v4(value.net.addr, &((const struct sockaddr_in *)address)->sin_addr);
	else if (address->sa_family == AF_INET6)
		memcpy(value.net.addr, &((const struct sockaddr_in6 *)address)->sin6_addr, 16);
	else
		return 0;
	return add_value(values, &value);
}

/* All that the name stands for now. */
static int resolve(const struct value_text *t, struct filter_values *values)
{
	const struct addrinfo hints = { .ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM };
	struct addrinfo *list;
	char name[NAME_LONGEST + 1];
	int err;

	memcpy(name, t->part, t->len);
	name[t->len] = 0;
	err = getaddrinfo(name, NULL, &hints, &list);
	if (err)
		return fail_at(t->words->text, t->part - t->words->text, t->len,
			       "filter: \"%s\" is not an address, and looking it up as a host's name: %s", name,
			       err == EAI_SYSTEM ? strerror(errno) : gai_strerror(err));
	for (const struct addrinfo *i = list; !err && i; i = i->ai_next)
		err = add_address(values, i->ai_addr);
	freeaddrinfo(list);
	return err;
}

int read_hosts(const struct value_text *t, struct filter_values *values)
{
	union filter_value value;

	if (memchr(t->part, '/', t->len))
		return fail_value(t, "is not an address, but a prefix: net takes it");
	if (net_parse(t->part, t->len, &value.net))
		return add_value(values, &value);
	return may_be_name(t->part, t->len) ? resolve(t, values) : bad_value(t);
}

int read_nets(const struct value_text *t, struct filter_values *values)
{
	union filter_value value;

	return net_parse(t->part, t->len, &value.net) ? add_value(values, &value) : bad_value(t);
}

int read_ports(const struct value_text *t, struct filter_values *values)
{
	union filter_value value;

	if (!ports_or_service(t->part, t->len, &value.port.low, &value.port.high))
		return bad_value(t);
	return add_value(values, &value);
}

int read_port_range(const struct value_text *t, struct filter_values *values)
{
	union filter_value value;

	if (!memchr(t->part, '-', t->len) || !ports_parse(t->part, t->len, &value.port.low, &value.port.high))
		return bad_value(t);
	return add_value(values, &value);
}

/* ---- names -------------------------------------------------------------- */

#define WORD_LONGEST 32

/* As the names that we have are spelled: FIN-WAIT-1 is fin_wait_1. False: it is too long for any. */
static bool normal(char word[WORD_LONGEST], const char *text, size_t len)
{
	if (len >= WORD_LONGEST)
		return false;
	for (size_t i = 0; i < len; i++)
		word[i] = text[i] == '-' ? '_' : tolower((unsigned char)text[i]);
	word[len] = 0;
	return true;
}

/* One of the names of [0, count), as a mask; known: of these, which may be. */
static int read_name(const struct value_text *t, struct filter_values *values, const char *(*name_of)(unsigned int),
		     unsigned int count, __u64 known)
{
	const char *names[65] = {}, *near = NULL;
	char word[WORD_LONGEST];
	unsigned int listed = 0;

	for (unsigned int i = 0; i < count; i++)
		if (known >> i & 1)
			names[listed++] = name_of(i);
	if (normal(word, t->part, t->len)) {
		for (unsigned int i = 0; i < count; i++)
			if ((known >> i & 1) && !strcmp(word, name_of(i)))
				return add_number(values, 1ULL << i);
		near = nearest(word, names);
	}
	if (!t->len || !near)
		return bad_value(t);
	return fail_at(t->words->text, t->part - t->words->text, t->len, "filter: \"%.*s\" is not %s; did you mean %s?",
		       (int)t->len, t->part, t->expected, near);
}

#define ALL_OF(count) ((1ULL << (count)) - 1)

int read_causes(const struct value_text *t, struct filter_values *values)
{
	/* Of a flow: what closed it. */
	const __u64 closing = 1ULL << CAUSE_NONE | 1ULL << CAUSE_FIN | 1ULL << CAUSE_RST | 1ULL << CAUSE_REFUSED |
			      1ULL << CAUSE_TIMEOUT;
	struct value_text of_flow = *t;

	if (t->about >> EVENT_STATE & 1)
		return read_name(t, values, cause_name, CAUSE_COUNT, ALL_OF(CAUSE_COUNT));
	of_flow.expected = "what closed a flow: fin, rst, refused, timeout or none";
	return read_name(&of_flow, values, cause_name, CAUSE_COUNT, closing);
}

int read_kinds(const struct value_text *t, struct filter_values *values)
{
	return read_name(t, values, stray_name, STRAY_COUNT, ALL_OF(STRAY_COUNT) & ~(1ULL << STRAY_NONE));
}

int read_senders(const struct value_text *t, struct filter_values *values)
{
	return read_name(t, values, closer_name, CLOSER_COUNT, ALL_OF(CLOSER_COUNT));
}

int read_hows(const struct value_text *t, struct filter_values *values)
{
	return read_name(t, values, close_how_name, CLOSE_HOWS, ALL_OF(CLOSE_HOWS));
}

#define S(name) (1ULL << STATE_##name)
#define LISTENERS (S(LISTEN) | S(CLOSED))
#define MINISOCKETS (S(TIME_WAIT) | S(SYN_RECEIVED))

/* As ss and netstat spell states, and ss's names for several. */
static const struct {
	const char *name;
	__u64 states;
} other_states[] = {
	{ "estab", S(ESTABLISHED) },
	{ "syn_recv", S(SYN_RECEIVED) },
	{ "fin_wait1", S(FIN_WAIT_1) },
	{ "fin_wait2", S(FIN_WAIT_2) },
	{ "listening", S(LISTEN) },
	{ "close", S(CLOSED) },
	{ "all", ~0ULL },
	{ "connected", ~LISTENERS },
	{ "synchronized", ~(LISTENERS | S(SYN_SENT)) },
	{ "bucket", MINISOCKETS },
	{ "big", ~MINISOCKETS },
};

int read_states(const struct value_text *t, struct filter_values *values)
{
	unsigned int state = state_by_name(t->part, t->len);
	char word[WORD_LONGEST];
	const char *near = NULL;

	if (state)
		return add_number(values, 1ULL << state);
	if (normal(word, t->part, t->len)) {
		for (unsigned int i = 0; i < sizeof(other_states) / sizeof(other_states[0]); i++)
			if (!strcmp(word, other_states[i].name))
				return add_number(values, other_states[i].states);
		for (char *c = word; *c; c++)
			*c = toupper((unsigned char)*c);
		near = nearest(word, state_names);
	}
	if (!t->len || !near)
		return bad_value(t);
	return fail_at(t->words->text, t->part - t->words->text, t->len, "filter: \"%.*s\" is not a state; did you mean %s?",
		       (int)t->len, t->part, near);
}

/* ---- flags -------------------------------------------------------------- */

/* S. or, as tcpdump prints it, [S.]; in any order. */
int read_flags(const struct value_text *t, struct filter_values *values)
{
	static const char letters[] = "FSRP.UEW";
	const char *part = t->part;
	size_t len = t->len;
	__u64 flags = 0;

	if (len > 2 && part[0] == '[' && part[len - 1] == ']') {
		part++;
		len -= 2;
	}
	if (len == 4 && !memcmp(part, "none", 4))
		return add_number(values, 0);
	for (size_t i = 0; i < len; i++) {
		const char *letter = strchr(letters, part[i]);

		if (part[i] == 'A')
			return fail_value(t, "is not flags as tcpdump writes them: ACK is a dot, so that a SYN-ACK is S.");
		if (!letter || !part[i])
			return bad_value(t);
		flags |= 1u << (letter - letters);
	}
	return len ? add_number(values, flags) : bad_value(t);
}

/* ---- numbers ------------------------------------------------------------ */

int read_duration(const struct value_text *t, struct filter_values *values)
{
	__u64 ns;
	const char *wrong = duration_read(t->part, t->len, &ns);

	if (wrong && !t->len)
		return bad_value(t);
	return wrong ? fail_value(t, wrong) : add_number(values, ns);
}

int read_count(const struct value_text *t, struct filter_values *values)
{
	__u64 count;
	const char *wrong = count_read(t->part, t->len, &count);

	if (wrong && !t->len)
		return bad_value(t);
	return wrong ? fail_value(t, wrong) : add_number(values, count);
}
