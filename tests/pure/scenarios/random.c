// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
#include "random.h"

#include <stdlib.h>
#include <string.h>

#include "tests/pure/native/tracker.h"
#include "words.h"

#define STEPS 40

/* ---- a generator that is the same everywhere: splitmix64 ------------------ */

static __u64 state;

static __u32 below(__u32 n)
{
	__u64 z = state += 0x9e3779b97f4a7c15ull;

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ull;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebull;
	return ((z >> 32) * n) >> 32;
}

static bool one_in(__u32 n)
{
	return below(n) == 0;
}

/* ---- two ends that talk -------------------------------------------------- */

struct talker {
	__u32 isn, next, acked;
	__u32 clock;        /* of its timestamps */
	bool opened, closed;
};

struct talk {
	struct talker end[2];
	bool timestamps;
};

/* What this end would send next, if it were a TCP. */
static struct segment proper(struct talk *t, int x)
{
	struct talker *me = &t->end[x], *to = &t->end[!x];
	struct segment s = { .seq = me->next, .ack = to->next, .window = 65535, .ttl = 64, .packets = 1 };

	if (!me->opened) {
		s.flags = x == INITIATOR || !to->opened ? TH_SYN : TH_SYN | TH_ACK;
		s.seq = me->isn;
		s.mss = 1460;
		s.wscale = 7;
		s.traits = SEG_MSS | SEG_WSCALE | SEG_SACK_PERMITTED;
		me->opened = true;
		me->next = me->isn + 1;
		return s;
	}
	s.flags = TH_ACK;
	if (!me->closed && one_in(2)) {
		s.flags |= TH_PSH;
		s.len = one_in(3) ? 1460 : below(300);
	}
	if (!me->closed && one_in(8)) {
		s.flags |= TH_FIN;
		me->closed = true;
	}
	me->next += s.len + !!(s.flags & TH_FIN);
	me->acked = s.ack;
	return s;
}

/* Something that should not be. */
static void spoil(struct segment *s, const struct talk *t, int x)
{
	static const __u8 flags[] = { TH_SYN, TH_SYN | TH_ACK, TH_RST, TH_RST | TH_ACK, TH_FIN | TH_ACK, TH_ACK, TH_FIN };
	static const __s32 by[] = { 1, -1, 2, 100, -100, 1460, -1460, 65535, -65535, 1 << 20, -(1 << 20), 1 << 30 };

	switch (below(8)) {
	case 0:
		s->seq += by[below(sizeof(by) / sizeof(*by))];
		break;
	case 1:
		s->ack += by[below(sizeof(by) / sizeof(*by))];
		break;
	case 2:
	case 3:
		s->flags = flags[below(sizeof(flags))];
		break;
	case 4:
		s->seq = one_in(2) ? t->end[x].isn : t->end[!x].acked;
		break;
	case 5:
		s->window = one_in(2) ? 0 : 500;
		break;
	case 6:
		s->flags = below(256);
		break;
	default:
		s->traits ^= one_in(2) ? SEG_FRAGMENT : SEG_BAD_CHECKSUM;
		break;
	}
}

static void stamp(struct segment *s, struct talk *t, int x)
{
	/* All of a connection's segments have them, or none, but for an RST (RFC 7323 3.2). */
	if (!t->timestamps || ((s->flags & TH_RST) && one_in(2)))
		return;
	s->traits |= SEG_TIMESTAMP;
	t->end[x].clock += below(20);
	s->tsval = t->end[x].clock - (one_in(20) ? below(50) : 0);
	s->tsecr = s->flags & TH_ACK ? t->end[!x].clock : 0;
}

static __u64 pause_ns(void)
{
	if (one_in(60))
		return below(90000) * SECOND;
	if (one_in(15))
		return below(130) * SECOND;
	return below(100) * (SECOND / 1000);
}

static void add_step(struct scenario *s, struct talk *t, __u64 now)
{
	struct action *a = &s->actions[s->count];

	*a = (struct action){ .kind = DO_SEND, .line = s->count + 1, .at = now };
	if (one_in(40)) {
		a->kind = DO_SWEEP;
	} else if (s->count && one_in(8) && s->actions[s->count - 1].kind == DO_SEND) {
		/* Something old comes again. */
		const struct action *old = &s->actions[below(s->count)];

		if (old->kind == DO_SEND)
			a->send = old->send;
		else
			a->kind = DO_SWEEP;
	} else {
		int x = below(2);

		a->send.from = x;
		a->send.seg = proper(t, x);
		if (one_in(5))
			spoil(&a->send.seg, t, x);
		stamp(&a->send.seg, t, x);
		if (one_in(60)) {
			a->send.icmp = 1 + below(4);
			a->send.seg.traits &= ~SEG_FRAGMENT; /* no error comes in fragments */
		}
	}
	s->count++;
}

void random_scenario(struct scenario *s, __u64 seed)
{
	__u64 now = CLOCK_START;
	struct talk t = {};

	state = seed << 32;
	*s = (struct scenario){
		.path = "random",
		.conditions = { .port = { 40000, 80 }, .families = 1 + below(2), .seen = 3, .settings = native_settings(30) },
		.actions = calloc(STEPS, sizeof(*s->actions)),
	};
	if (!s->actions) {
		perror("random scenario");
		exit(1);
	}
	s->conditions.checksums = one_in(4);
	s->conditions.local = below(3);
	if (one_in(4))
		s->conditions.port[1] = 50000;
	t.timestamps = one_in(2);
	for (int x = 0; x < 2; x++) {
		t.end[x].isn = below(0xffffffff);
		t.end[x].next = t.end[x].isn;
		t.end[x].clock = below(0xffffffff);
		t.end[x].opened = one_in(10); /* the observer came late */
	}
	while (s->count < STEPS) {
		add_step(s, &t, now);
		now += pause_ns();
	}
}

/* ---- as text -------------------------------------------------------------- */

static void write_flags(__u8 flags, FILE *file)
{
	const char *comma = "";

	for (const struct word *w = flag_words; w->text; w++) {
		if (w->value ? flags & w->value : !flags) {
			fprintf(file, "%s%s", comma, w->text);
			comma = ",";
		}
	}
}

static void write_segment(const struct segment *s, FILE *file)
{
	write_flags(s->flags, file);
	fprintf(file, " seq %u", s->seq);
	if (s->flags & TH_ACK)
		fprintf(file, " ack %u", s->ack);
	if (s->len)
		fprintf(file, " len %u", s->len);
	if (s->window != 65535)
		fprintf(file, " win %u", s->window);
	if (s->traits & SEG_MSS)
		fprintf(file, " mss %u", s->mss);
	if (s->traits & SEG_WSCALE)
		fprintf(file, " wscale %u", s->wscale);
	if (s->traits & SEG_SACK_PERMITTED)
		fprintf(file, " sack");
	if (s->traits & SEG_TIMESTAMP)
		fprintf(file, " ts %u %u", s->tsval, s->tsecr);
	if (s->traits & SEG_FRAGMENT)
		fprintf(file, " fragment");
	if (s->traits & SEG_BAD_CHECKSUM)
		fprintf(file, " bad checksum");
}

static void write_action(const struct action *a, FILE *file)
{
	__u64 us = (a->at - CLOCK_START) / 1000;

	fprintf(file, "at %llu.%06llus\n", us / 1000000, us % 1000000);
	if (a->kind == DO_SWEEP) {
		fprintf(file, "sweep\n");
		return;
	}
	fprintf(file, "%s%s ", word_text(end_words, a->send.from), a->send.icmp ? "'s" : " sends");
	write_segment(&a->send.seg, file);
	if (a->send.place)
		fprintf(file, " from %u", a->send.place);
	if (a->send.icmp)
		fprintf(file, " is answered by ICMP %s", word_text(icmp_words, a->send.icmp));
	fputc('\n', file);
}

void scenario_write(const struct scenario *s, FILE *file)
{
	const struct conditions *c = &s->conditions;

	fprintf(file, "with ports %u %u\nwith %s\n", c->port[0], c->port[1], c->families == 2 ? "ipv6" : "ipv4");
	if (c->checksums)
		fprintf(file, "with checksums verified\n");
	if (c->local)
		fprintf(file, "with observer at %s\n", word_text(end_words, c->local - 1));
	for (int i = 0; i < s->count; i++)
		write_action(&s->actions[i], file);
}
