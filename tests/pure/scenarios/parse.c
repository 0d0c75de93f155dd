// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* The language, statement by statement. README.md beside this file describes it. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "line.h"
#include "parse_expect.h"
#include "scenario.h"
#include "tests/pure/native/tracker.h"

static struct action *add_action(struct scenario *s, enum action_kind kind, int line, __u64 at)
{
	struct action *action;

	s->actions = reallocarray(s->actions, s->count + 1, sizeof(*s->actions));
	if (!s->actions) {
		perror("scenario");
		exit(1);
	}
	action = &s->actions[s->count++];
	*action = (struct action){ .kind = kind, .line = line, .at = at };
	return action;
}

/* ---- with: conditions --------------------------------------------------- */

static bool read_port(struct line *l, __u16 *port)
{
	unsigned long long n;

	if (!line_number(l, "a port", 65535, &n))
		return false;
	*port = n;
	return true;
}

static bool read_seconds(struct line *l, __u64 *ns)
{
	unsigned long long n;

	if (!line_number(l, "seconds", 10000000, &n))
		return false;
	*ns = n * SECOND;
	return true;
}

/* The observer is known to have missed what came before. */
static bool read_blindness(struct line *l, struct conditions *c)
{
	unsigned long long ns;

	if (!line_time(l, &ns))
		return false;
	c->settings.blind_since = CLOCK_START + ns;
	return true;
}

static bool read_with(struct line *l, struct scenario *s)
{
	struct conditions *c = &s->conditions;
	__u64 ns;
	int value;

	if (s->count)
		return line_fail(l, "conditions must stand before anything happens");
	if (line_has(l, "ports"))
		return read_port(l, &c->port[INITIATOR]) && read_port(l, &c->port[RESPONDER]);
	if (line_has(l, "ipv4")) {
		c->families = 1;
		return true;
	}
	if (line_has(l, "ipv6")) {
		c->families = 2;
		return true;
	}
	if (line_has(l, "self")) {
		c->self = true;
		return true;
	}
	if (line_has(l, "msl")) {
		if (!read_seconds(l, &ns))
			return false;
		c->settings.timeout_ns[STATE_TIME_WAIT] = 2 * ns;
		c->settings.timeout_ns[STATE_CLOSED] = 2 * ns;
		return true;
	}
	if (line_has(l, "timeout"))
		return line_word(l, state_words, "a state", &value) &&
		       read_seconds(l, &c->settings.timeout_ns[value]);
	if (line_has(l, "unconfirmed"))
		return read_seconds(l, &c->settings.unconfirmed_ns);
	if (line_has(l, "checksums")) {
		c->checksums = true;
		return line_must(l, "verified");
	}
	if (line_has(l, "only")) {
		if (!line_word(l, end_words, "an end", &value))
			return false;
		c->seen = 1 << value;
		return line_must(l, "seen");
	}
	if (line_has(l, "observer")) {
		if (line_has(l, "blind"))
			return line_must(l, "until") && read_blindness(l, c);
		if (!line_must(l, "at") || !line_word(l, end_words, "an end", &value))
			return false;
		c->local = value + 1;
		return true;
	}
	if (line_has(l, "strays")) {
		c->watched = true;
		return line_must(l, "watched");
	}
	if (line_has(l, "segments")) {
		c->repeated = true;
		return line_must(l, "repeated");
	}
	l->at++;
	return line_fail(l, "with what? ports A B, ipv4, ipv6, self, msl N, timeout STATE N, unconfirmed N, "
			    "checksums verified, observer at END, observer blind until TIME, only END seen, strays watched, segments repeated");
}

/* ---- sends -------------------------------------------------------------- */

static bool read_u32(struct line *l, const char *what, __u32 *value)
{
	unsigned long long n;

	if (!line_number(l, what, 0xffffffff, &n))
		return false;
	*value = n;
	return true;
}

/* One field of a segment, if the next word begins one. */
static bool read_field(struct line *l, struct action *action, bool *known)
{
	struct segment *s = &action->send.seg;
	unsigned long long n;

	*known = true;
	if (line_has(l, "seq"))
		return read_u32(l, "seq", &s->seq);
	if (line_has(l, "ack"))
		return read_u32(l, "ack", &s->ack);
	if (line_has(l, "len")) {
		if (!line_number(l, "len", 65000, &n))
			return false;
		s->len = n;
		return true;
	}
	if (line_has(l, "win")) {
		if (!line_number(l, "win", 65535, &n))
			return false;
		s->window = n;
		return true;
	}
	if (line_has(l, "mss")) {
		if (!line_number(l, "mss", 65535, &n))
			return false;
		s->mss = n;
		s->traits |= SEG_MSS;
		return true;
	}
	if (line_has(l, "wscale")) {
		if (!line_number(l, "wscale", 255, &n))
			return false;
		s->wscale = n;
		s->traits |= SEG_WSCALE;
		return true;
	}
	if (line_has(l, "sack")) {
		s->traits |= SEG_SACK_PERMITTED;
		return true;
	}
	if (line_has(l, "ts")) {
		s->traits |= SEG_TIMESTAMP;
		return read_u32(l, "tsval", &s->tsval) && read_u32(l, "tsecr", &s->tsecr);
	}
	if (line_has(l, "ttl")) {
		if (!line_number(l, "ttl", 255, &n))
			return false;
		s->ttl = n;
		return true;
	}
	if (line_has(l, "bad")) {
		if (line_has(l, "options")) {
			s->traits |= SEG_BAD_OPTIONS;
			return true;
		}
		s->traits |= SEG_BAD_CHECKSUM;
		return line_must(l, "checksum");
	}
	if (line_has(l, "fragment")) {
		s->traits |= SEG_FRAGMENT;
		return true;
	}
	if (line_has(l, "from")) {
		if (!line_number(l, "a place", 65535, &n))
			return false;
		action->send.place = n;
		return true;
	}
	*known = false;
	return true;
}

static bool read_segment(struct line *l, struct action *action)
{
	struct segment *s = &action->send.seg;
	bool known = true;
	int flags;

	*s = (struct segment){ .window = 65535, .ttl = 64, .packets = 1 };
	if (!line_flags(l, flag_words, "a flag", &flags))
		return false;
	s->flags = flags;
	while (known)
		if (!read_field(l, action, &known))
			return false;
	return true;
}

/* initiator's SYN seq 1000 is answered by ICMP port unreachable */
static bool read_icmp(struct line *l, struct action *action)
{
	char kind[64];
	int value;

	if (!read_segment(l, action) || !line_must(l, "is") || !line_must(l, "answered") ||
	    !line_must(l, "by") || !line_must(l, "ICMP"))
		return false;
	if (!l->word[l->at] || !l->word[l->at + 1])
		return line_fail(l, "by ICMP what? port unreachable, communication prohibited, host unreachable, time exceeded");
	snprintf(kind, sizeof(kind), "%s %s", l->word[l->at], l->word[l->at + 1]);
	l->at += 2;
	value = word_value(icmp_words, kind);
	if (value < 0)
		return line_fail(l, "\"%s\" is no ICMP error of ours", kind);
	action->send.icmp = value;
	return true;
}

static bool read_send(struct line *l, struct scenario *s, __u64 now, int from)
{
	struct action *action = add_action(s, DO_SEND, l->number, now);

	action->send.from = from;
	if (s->conditions.self && from != INITIATOR)
		return line_fail(l, "one socket connected to itself has only an initiator");
	return line_must(l, "sends") && read_segment(l, action);
}

/* ---- statements --------------------------------------------------------- */

static bool read_expect(struct line *l, struct scenario *s, __u64 now)
{
	bool former = line_has(l, "former");

	do {
		struct action *action = add_action(s, DO_CHECK, l->number, now);

		action->check.line = l->number;
		action->check.former = former;
		if (!parse_expectation(l, &action->check))
			return false;
	} while (l->word[l->at]);
	return true;
}

static bool read_statement(struct line *l, struct scenario *s, __u64 *now)
{
	unsigned long long ns;

	if (line_has(l, "with"))
		return read_with(l, s);
	if (line_has(l, "at")) {
		if (!line_time(l, &ns))
			return false;
		if (CLOCK_START + ns < *now)
			return line_fail(l, "the clock does not go back");
		*now = CLOCK_START + ns;
		return true;
	}
	if (line_has(l, "after")) {
		if (!line_time(l, &ns))
			return false;
		*now += ns;
		return true;
	}
	if (line_has(l, "sweep")) {
		add_action(s, DO_SWEEP, l->number, *now);
		return true;
	}
	if (line_has(l, "expect"))
		return read_expect(l, s, *now);
	if (line_has(l, "initiator"))
		return read_send(l, s, *now, INITIATOR);
	if (line_has(l, "responder"))
		return read_send(l, s, *now, RESPONDER);
	if (line_has(l, "initiator's"))
		return read_icmp(l, add_action(s, DO_SEND, l->number, *now));
	if (line_has(l, "responder's")) {
		struct action *action = add_action(s, DO_SEND, l->number, *now);

		action->send.from = RESPONDER;
		return read_icmp(l, action);
	}
	l->at++;
	return line_fail(l, "\"%s\" begins no statement: with, at, after, sweep, expect, or an end that sends something", l->word[0]);
}

static void init(struct scenario *s, const char *path)
{
	const char *base = strrchr(path, '/');

	*s = (struct scenario){
		.path = path,
		.conditions = {
			.port = { 40000, 80 },
			.families = 3,
			.seen = 3,
			.settings = native_settings(30),
		},
	};
	snprintf(s->name, sizeof(s->name), "%s", base ? base + 1 : path);
	s->name[strcspn(s->name, ".")] = 0;
}

static bool read_lines(struct scenario *s, FILE *file, char *error)
{
	struct line l = { .path = s->path, .error = error };
	__u64 now = CLOCK_START;
	char *text = NULL;
	size_t size = 0;
	bool good = true;

	while (good && getline(&text, &size, file) >= 0) {
		l.number++;
		good = line_cut(&l, text);
		if (!good || !l.word[0])
			continue;
		good = read_statement(&l, s, &now);
		if (good && l.word[l.at]) {
			l.at++;
			good = line_fail(&l, "\"%s\" is too much here", l.word[l.at - 1]);
		}
	}
	free(text);
	return good;
}

bool scenario_read(struct scenario *s, const char *path, char error[ERROR_TEXT])
{
	FILE *file = fopen(path, "r");
	bool good;

	init(s, path);
	if (!file) {
		snprintf(error, ERROR_TEXT, "%s: %s", path, strerror(errno));
		return false;
	}
	good = read_lines(s, file, error);
	fclose(file);
	if (good && !s->count) {
		snprintf(error, ERROR_TEXT, "%s:1:1: nothing happens in it", path);
		good = false;
	}
	if (!good)
		scenario_free(s);
	return good;
}

void scenario_free(struct scenario *s)
{
	free(s->actions);
	s->actions = NULL;
	s->count = 0;
}
