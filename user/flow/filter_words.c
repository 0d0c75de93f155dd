// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
#include "flow/filter_words.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

#include "flow/address.h"
#include "flow/filter_whose.h"
#include "tcpstate/units.h"

/* ---- an end -------------------------------------------------------------- */

static bool address_fits(const union filter_value *v, const struct filter_subject *s, unsigned int end)
{
	return net_contains(&v->net, s->key->addr[end]);
}

static bool port_fits(const union filter_value *v, const struct filter_subject *s, unsigned int end)
{
	__u16 port = ntohs(s->key->port[end]);

	return v->port.low <= port && port <= v->port.high;
}

static bool state_fits(const union filter_value *v, const struct filter_subject *s, unsigned int end)
{
	return v->number >> (s->state[end] & 63) & 1;
}

/* ---- the whole ----------------------------------------------------------- */

static bool is_tcp(const union filter_value *v, const struct filter_subject *s)
{
	return true;
}

static bool is_ip4(const union filter_value *v, const struct filter_subject *s)
{
	return address_is_v4(s->key->addr[0]);
}

static bool is_ip6(const union filter_value *v, const struct filter_subject *s)
{
	return !address_is_v4(s->key->addr[0]);
}

/* A segment did it, and not a time that ran out. */
static bool has_segment(const struct filter_subject *s)
{
	return (s->type == EVENT_STATE || s->type == EVENT_STRAY) && s->event->sender != SENDER_NONE;
}

static bool flags_fit(const union filter_value *v, const struct filter_subject *s)
{
	return has_segment(s) && s->event->flags == v->number;
}

static bool cause_fits(const union filter_value *v, const struct filter_subject *s)
{
	if (s->type == EVENT_STATE)
		return v->number >> (s->event->cause & 63) & 1;
	return s->numbers && v->number >> (s->numbers->cause & 63) & 1;
}

static bool kind_fits(const union filter_value *v, const struct filter_subject *s)
{
	return s->type == EVENT_STRAY && v->number >> (((const struct stray_event *)s->event)->kind & 63) & 1;
}

static bool sender_fits(const union filter_value *v, const struct filter_subject *s)
{
	enum closer sender = CLOSER_NOBODY;

	if (s->numbers)
		return v->number >> (s->numbers->by & 63) & 1;
	if (s->type != EVENT_STATE && s->type != EVENT_STRAY)
		return false;
	if (has_segment(s))
		sender = s->event->sender == s->initiator ? CLOSER_INITIATOR : CLOSER_RESPONDER;
	return v->number >> sender & 1;
}

static bool how_fits(const union filter_value *v, const struct filter_subject *s)
{
	return s->numbers && v->number >> (s->numbers->how & 63) & 1;
}

/* ---- numbers -------------------------------------------------------------- */

static bool age_of(const struct filter_subject *s, enum filter_side side, __u64 *n)
{
	if (s->numbers)
		*n = s->numbers->age_ns;
	else if (s->type == EVENT_STRAY)
		*n = ((const struct stray_event *)s->event)->age_ms * NS_PER_MS;
	else
		return false;
	return true;
}

static bool lifetime_of(const struct filter_subject *s, enum filter_side side, __u64 *n)
{
	const struct stray_event *stray = (const struct stray_event *)s->event;

	if (s->numbers)
		*n = s->numbers->lifetime_max_ms * NS_PER_MS;
	else if (s->type == EVENT_STRAY && stray->lifetime_ms != LIFETIME_UNKNOWN)
		*n = stray->lifetime_ms * NS_PER_MS;
	else
		return false;
	return !s->numbers || *n;
}

static bool duration_of(const struct filter_subject *s, enum filter_side side, __u64 *n)
{
	if (s->numbers)
		*n = s->numbers->age_ns;
	return s->numbers;
}

static bool idle_of(const struct filter_subject *s, enum filter_side side, __u64 *n)
{
	if (s->numbers)
		*n = s->numbers->idle_ns;
	return s->numbers;
}

static bool strays_number(const struct filter_subject *s, enum filter_side side, __u64 *n)
{
	if (s->numbers)
		*n = s->numbers->strays;
	return s->numbers;
}

static __u64 of_side(const __u64 by_role[2], enum filter_side side)
{
	return side == SIDE_EITHER ? by_role[0] + by_role[1] : by_role[side == SIDE_RESPONDER];
}

static bool packets_number(const struct filter_subject *s, enum filter_side side, __u64 *n)
{
	if (s->numbers)
		*n = of_side(s->numbers->packets, side);
	return s->numbers;
}

static bool bytes_number(const struct filter_subject *s, enum filter_side side, __u64 *n)
{
	if (s->numbers)
		*n = of_side(s->numbers->bytes, side);
	return s->numbers;
}

static bool retransmits_number(const struct filter_subject *s, enum filter_side side, __u64 *n)
{
	if (s->numbers)
		*n = of_side(s->numbers->retransmits, side);
	return s->numbers;
}

static bool len_of(const struct filter_subject *s, enum filter_side side, __u64 *n)
{
	if (has_segment(s))
		*n = s->event->len;
	return has_segment(s);
}

static bool ttl_of(const struct filter_subject *s, enum filter_side side, __u64 *n)
{
	if (has_segment(s))
		*n = s->event->ttl;
	return has_segment(s);
}

/* ---- the table ------------------------------------------------------------ */

#define STATES (1u << EVENT_STATE)
#define STRAYS_ (1u << EVENT_STRAY)
#define FLOWS (1u << EVENT_FLOW)
#define ALL (STATES | 1u << EVENT_TIME_WAIT | STRAYS_ | FLOWS)

#define A_PORT "a port, a range or a service's name, such as 443, 8000-8100 or https"
#define A_TIME "a time, such as 500ms, 5s or 2m"
#define A_NUMBER "a number, such as 1000, 1k, 1.5M or 64Ki"

/* An end's words. */
#define END(word, reader, fits, what, ...)                                                             \
	{ .name = word, .shape = TEST_END, .about = ALL, .sides = true, .read = reader, .end = fits,   \
	  .expected = what, __VA_ARGS__ }
#define WHOSE(word, reader, fits, what) END(word, reader, fits, what, .whose = true)
#define BARE(word, fits) { .name = word, .shape = TEST_BARE, .about = ALL, .whole = fits }
#define NAME(word, whose, reader, fits, what, meaning, other)                                          \
	{ .name = word, .shape = TEST_NAME, .about = whose, .read = reader, .whole = fits,             \
	  .expected = what, .means = meaning, .instead = other }
#define NUMBER(word, whose, reader, value, what, meaning, other, ...)                                  \
	{ .name = word, .shape = TEST_NUMBER, .about = whose, .read = reader, .number = value,         \
	  .expected = what, .means = meaning, .instead = other, __VA_ARGS__ }

static const struct filter_word words[] = {
	/* Of the ends: every event and flow has them. portrange is tcpdump's, sport and dport are ss's. */
	END("host", read_hosts, address_fits, "an address or a host's name, such as 10.0.0.1 or 2001:db8::1"),
	END("net", read_nets, address_fits, "a prefix, such as 10.0.0.0/8 or 2001:db8::/32"),
	END("port", read_ports, port_fits, A_PORT, .ordered = true),
	END("portrange", read_port_range, port_fits, "a range of ports, such as 8000-8100"),
	END("sport", read_ports, port_fits, A_PORT, .ordered = true, .side = SIDE_INITIATOR),
	END("dport", read_ports, port_fits, A_PORT, .ordered = true, .side = SIDE_RESPONDER),
	END("state", read_states, state_fits, "a state, such as ESTABLISHED or TIME_WAIT"),

	/* Of whose it is: the process that has, or had, the end's socket open (flow/whose.h). */
	WHOSE("process", read_text, process_fits, "the name of a process, such as nginx"),
	WHOSE("pid", read_pid, pid_fits, "a process id, such as 1234"),
	WHOSE("cgroup", read_cgroup, cgroup_fits, "the path of a cgroup, such as /system.slice/nginx.service"),
	WHOSE("container", read_text, container_fits, "the beginning of a container's id, such as 3f2a9c"),
	WHOSE("pod", read_text, pod_fits, "the beginning of a pod's uid, such as 8a1b2c3d"),

	/* tcpdump's: alone, or before another test. */
	BARE("tcp", is_tcp), /* all that is seen here */
	BARE("ip", is_ip4),
	BARE("ip6", is_ip6),

	/* Of the segment that an event is about; a flow has many, and none is kept. */
	NAME("flags", STATES | STRAYS_, read_flags, flags_fit, "flags as tcpdump writes them, such as S., F. or R",
	     "a segment's flags", "cause or how"),
	NAME("kind", STRAYS_, read_kinds, kind_fits, "a kind of stray, such as late_data or rst_invalid",
	     "what kind of stray a segment is", "strays > 0"),
	NUMBER("len", STATES | STRAYS_, read_count, len_of, A_NUMBER, "a segment's length", "bytes"),
	NUMBER("ttl", STATES | STRAYS_, read_count, ttl_of, A_NUMBER, "a segment's TTL", NULL),

	/* Of both, each in its own way. */
	NAME("cause", STATES | FLOWS, read_causes, cause_fits, "a cause, such as syn, fin or rst",
	     "why a state changed, or what closed a flow", "kind"),
	NAME("by", STATES | STRAYS_ | FLOWS, read_senders, sender_fits, "initiator, responder, both or none",
	     "who sent a segment, or who closed a flow", NULL),
	NUMBER("age", STRAYS_ | FLOWS, read_duration, age_of, A_TIME,
	       "how long ago a flow began, or what a stray came late for", NULL),
	NUMBER("lifetime", STRAYS_ | FLOWS, read_duration, lifetime_of, A_TIME,
	       "how long a stray was under way, or the longest of a flow's", NULL),

	/* Of a flow as a whole: an event does not know them. */
	NAME("how", FLOWS, read_hows, how_fits, "fin, rst, timeout or none", "how a flow was closed", "cause"),
	NUMBER("duration", FLOWS, read_duration, duration_of, A_TIME, "how long a flow has lasted", NULL),
	NUMBER("idle", FLOWS, read_duration, idle_of, A_TIME, "how long a flow has been silent", NULL),
	NUMBER("packets", FLOWS, read_count, packets_number, A_NUMBER, "a flow's packets", NULL, .sides = true),
	NUMBER("bytes", FLOWS, read_count, bytes_number, A_NUMBER, "a flow's bytes", "len", .sides = true),
	NUMBER("retransmits", FLOWS, read_count, retransmits_number, A_NUMBER, "a flow's retransmissions", NULL, .sides = true),
	NUMBER("strays", FLOWS, read_count, strays_number, A_NUMBER, "how many strays a flow has had", "kind"),
};
#define WORDS (sizeof(words) / sizeof(words[0]))

/* ---- other tools' ---------------------------------------------------------- */

static const struct {
	const char *name, *advice;
} others[] = {
	{ "origin", "where a reset came from is not told; cause rst, how rst and by are what there is" },
	{ "udp", "only TCP is followed" },
	{ "icmp", "only TCP is followed" },
	{ "icmp6", "only TCP is followed" },
	{ "arp", "only TCP is followed" },
	{ "proto", "only TCP is followed; ip and ip6 are words of their own" },
	{ "exclude", "did you mean \"not state\"?" },
	{ "less", "did you mean \"len <=\"?" },
	{ "greater", "did you mean \"len >=\"?" },
	{ "tcp[tcpflags]", "did you mean \"flags\", such as flags S.?" },
	{ "tcp[13]", "did you mean \"flags\", such as flags S.?" },
	{ "addr", "did you mean host?" },
	{ "ip.addr", "did you mean host?" },
	{ "ip.src", "did you mean \"src host\"?" },
	{ "ip.dst", "did you mean \"dst host\"?" },
	{ "ipv6.addr", "did you mean host?" },
	{ "ipv6.src", "did you mean \"src host\"?" },
	{ "ipv6.dst", "did you mean \"dst host\"?" },
	{ "tcp.port", "did you mean port?" },
	{ "tcp.srcport", "did you mean \"src port\"?" },
	{ "tcp.dstport", "did you mean \"dst port\"?" },
	{ "tcp.flags", "did you mean flags?" },
	{ "service", "did you mean port?" },
	{ "vlan", "a flow's VLAN can't be asked for" },
	{ "dev", "interfaces are chosen with --interface" },
};

const char *filter_word_advice(const char *name, size_t len)
{
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		if (strlen(others[i].name) == len && !memcmp(others[i].name, name, len))
			return others[i].advice;
	return NULL;
}

const struct filter_word *filter_word_find(const char *name, size_t len)
{
	for (size_t i = 0; i < WORDS; i++)
		if (strlen(words[i].name) == len && !memcmp(words[i].name, name, len))
			return &words[i];
	return NULL;
}

const char *const *filter_word_names(void)
{
	static const char *names[WORDS + 6];
	static const char *const joints[] = { "src", "dst", "not", "and", "or" };

	if (!names[0]) {
		for (size_t i = 0; i < WORDS; i++)
			names[i] = words[i].name;
		memcpy(names + WORDS, joints, sizeof(joints));
	}
	return names;
}

/* ---- evaluation ------------------------------------------------------------ */

static bool end_fits(const struct filter_test *t, const struct filter_subject *s, unsigned int end)
{
	for (size_t i = 0; i < t->values.count; i++)
		if (t->word->end(&t->values.list[i], s, end))
			return true;
	return false;
}

static bool either_end_fits(const struct filter_test *t, const struct filter_subject *s)
{
	if (t->side != SIDE_EITHER)
		return end_fits(t, s, s->initiator ^ (t->side == SIDE_RESPONDER));
	return end_fits(t, s, 0) || end_fits(t, s, 1);
}

static bool whole_fits(const struct filter_test *t, const struct filter_subject *s)
{
	if (t->word->shape == TEST_BARE)
		return t->word->whole(NULL, s);
	for (size_t i = 0; i < t->values.count; i++)
		if (t->word->whole(&t->values.list[i], s))
			return true;
	return false;
}

/* What is not known is neither more nor less than anything. */
static bool number_fits(const struct filter_test *t, const struct filter_subject *s)
{
	__u64 number, limit = t->values.list[0].number;

	if (!t->word->number(s, t->side, &number))
		return false;
	switch (t->comparison) {
	case COMPARE_ABOVE:
		return number > limit;
	case COMPARE_AT_LEAST:
		return number >= limit;
	case COMPARE_BELOW:
		return number < limit;
	case COMPARE_AT_MOST:
		return number <= limit;
	default:
		for (size_t i = 0; i < t->values.count; i++)
			if (number == t->values.list[i].number)
				return true;
		return false;
	}
}

void filter_test_free(struct filter_test *t)
{
	for (size_t i = 0; t->word && t->word->whose && i < t->values.count; i++)
		free(t->values.list[i].text);
	free(t->values.list);
}

bool filter_test_fits(const struct filter_test *t, const struct filter_subject *s)
{
	switch (t->word->shape) {
	case TEST_END:
		return either_end_fits(t, s);
	case TEST_NUMBER:
		return number_fits(t, s);
	default:
		return whole_fits(t, s);
	}
}
