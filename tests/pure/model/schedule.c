// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
#include "schedule.h"

#include "endpoint.h"

__u32 roll(struct dice *d, __u32 sides)
{
	__u64 z = d->state += 0x9e3779b97f4a7c15ull;

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ull;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebull;
	return ((z >> 32) * sides) >> 32;
}

static bool one_in(struct dice *d, __u32 n)
{
	return roll(d, n) == 0;
}

static __u32 any_number(struct dice *d)
{
	return roll(d, 65536) << 16 | roll(d, 65536);
}

/* ---- what the ends are -------------------------------------------------- */

/* Some are about to wrap, some are in the middle of the space. */
static __u32 any_iss(struct dice *d)
{
	switch (roll(d, 4)) {
	case 0:
		return -1 - roll(d, 3000);
	case 1:
		return 0x7fffffff - roll(d, 3000);
	default:
		return any_number(d);
	}
}

static void choose_windows(struct end_options *o, struct dice *d, bool huge)
{
	static const __u32 segments[] = { 1460, 1460, 536, 8960 };

	o->segment = segments[roll(d, 4)];
	if (huge) {
		o->scale = 14;
		o->buffer = 65535u << 14;
		o->segment = 1u << (20 + roll(d, 9));
	} else if (o->offers & OPT_SCALE) {
		o->scale = roll(d, 4) ? 7 : roll(d, 15);
		o->buffer = (4096u + roll(d, 60000)) << (o->scale < 8 ? o->scale : 8);
	} else {
		o->buffer = 4096 + roll(d, 60000);
	}
}

static void choose_end(struct end_options *o, struct dice *d, __u8 offers, bool huge)
{
	o->offers = one_in(d, 10) ? roll(d, 4) : offers;
	if (huge)
		o->offers |= OPT_SCALE;
	choose_windows(o, d, huge);
	o->habits = (one_in(d, 2) ? HABIT_DELAYS_ACKS : 0) | (one_in(d, 3) ? HABIT_CLOSES_AT_EOF : 0) |
		    (one_in(d, 3) ? HABIT_REPLIES : 0) | (one_in(d, 3) ? HABIT_PROBES_A_BYTE : 0);
	o->reply = 2 + roll(d, 3000);
	o->ts_offset = one_in(d, 4) ? -1 - roll(d, 5000) : any_number(d);
	o->iss[0] = any_iss(d);
	for (int i = 1; i < LIVES; i++)
		o->iss[i] = one_in(d, 4) ? any_iss(d) : o->iss[i - 1] + (1u << 24) + roll(d, 1 << 24);
}

/* ---- what the applications do ------------------------------------------- */

struct script {
	struct schedule *s;
	struct dice *d;
	__u64 now;
	bool huge;
};

static void add(struct script *c, int end, enum verb verb, __u64 amount)
{
	if (c->s->action_count < ACTIONS)
		c->s->action[c->s->action_count++] = (struct action){ c->now, amount, end, verb };
}

/* At once, within the round trip, or well behind it. */
static void pause(struct script *c)
{
	const __u64 round = (c->s->delay_us[0] + c->s->delay_us[1]) * 1000ull;

	switch (roll(c->d, 4)) {
	case 0:
		break;
	case 1:
		c->now += round * roll(c->d, 100) / 100;
		break;
	default:
		c->now += round * 2 + 100 * MS;
	}
}

static __u64 any_amount(struct script *c)
{
	if (c->huge)
		return (__u64)(1 + roll(c->d, 20)) << (26 + roll(c->d, 3));
	return one_in(c->d, 30) ? 1 : one_in(c->d, 4) ? 2 + roll(c->d, 30000) : 2 + roll(c->d, 1400);
}

static void chat(struct script *c)
{
	for (int i = roll(c->d, 6); i > 0; i--) {
		const int end = roll(c->d, 2);

		pause(c);
		switch (roll(c->d, 12)) {
		case 0:
			add(c, end, DO_KEEPALIVE, 0);
			break;
		case 1:
			add(c, end, DO_STOP_READING, 0);
			add(c, !end, DO_SEND, any_amount(c) + c->s->end[end].buffer / 2);
			c->now += 3 * SEC;
			add(c, end, DO_READ, 0);
			break;
		default:
			add(c, end, DO_SEND, any_amount(c));
		}
	}
}

static void close_it(struct script *c)
{
	const int first = roll(c->d, 2);

	pause(c);
	switch (roll(c->d, 10)) {
	case 0:
		add(c, first, DO_ABORT, 0);
		break;
	case 1:
		return;
	case 2: /* half-closed, and the other end talks on */
		add(c, first, DO_SHUT, 0);
		pause(c);
		add(c, !first, DO_SEND, any_amount(c));
		pause(c);
		add(c, !first, one_in(c->d, 6) ? DO_ABORT : DO_SHUT, 0);
		break;
	case 3: /* FINs may cross */
		add(c, first, DO_SHUT, 0);
		c->now += c->s->delay_us[0] * 500ull * roll(c->d, 2);
		add(c, !first, DO_SHUT, 0);
		break;
	case 4:
		add(c, first, DO_SEND, any_amount(c));
		add(c, first, DO_CLOSE, 0);
		pause(c);
		add(c, !first, DO_CLOSE, 0);
		break;
	case 5: /* forgets it, and finds out */
		add(c, first, DO_REBOOT, 0);
		pause(c);
		add(c, !first, DO_SEND, any_amount(c));
		break;
	default:
		add(c, first, one_in(c->d, 2) ? DO_CLOSE : DO_SHUT, 0);
		pause(c);
		add(c, !first, DO_CLOSE, 0);
	}
}

static void live(struct script *c, __u8 life)
{
	add(c, 0, DO_OPEN, life);
	if (one_in(c->d, 12)) {
		c->now += c->s->delay_us[0] * 10ull * roll(c->d, 100);
		add(c, 1, DO_OPEN, life);
		/* One port does not open and listen. */
		c->s->end[1].habits &= ~HABIT_LISTENS;
	}
	chat(c);
	close_it(c);
}

static void write_script(struct script *c)
{
	static const __u64 gaps[] = { 0, 300 * MS, 1500 * MS, 10 * SEC, 70 * SEC, 200 * SEC };
	int lives = 1 + one_in(c->d, 4) + one_in(c->d, 12);

	for (int life = 1; life <= lives; life++) {
		live(c, life);
		c->now += gaps[roll(c->d, 6)] + (c->s->delay_us[0] + c->s->delay_us[1]) * 3000ull;
	}
}

/* ---- what becomes of the frames ----------------------------------------- */

static void choose_mishaps(struct schedule *s, struct dice *d)
{
	const int n = one_in(d, 2) ? 0 : 1 + roll(d, 4);

	for (int i = 0; i < n; i++)
		s->net[s->net_count++] = (struct net_event){
			.frame = one_in(d, 3) ? roll(d, 8) : roll(d, 40),
			.mishap = roll(d, one_in(d, 8) ? MISHAPS : FINS_LOST),
			.by_us = 10 + roll(d, one_in(d, 4) ? 3000000 : 3 * (s->delay_us[0] + 1)),
		};
}

static void choose_slips(struct schedule *s, struct dice *d, bool doubles)
{
	const int n = one_in(d, 3) ? 0 : 1 + roll(d, 3);

	for (int i = 0; i < n; i++) {
		const __u8 slip = doubles && one_in(d, 6) ? DOUBLED : one_in(d, 3) ? SWAPPED : MISSED;
		const __u16 frame = one_in(d, 3) ? roll(d, 8) : roll(d, 30);

		s->slip[s->slip_count++] = (struct slip_event){
			frame, slip, slip == MISSED && one_in(d, 12) ? roll(d, 60) : 0,
		};
	}
}

void schedule_random(struct schedule *s, __u64 seed, bool doubles)
{
	struct dice d = { seed };
	const bool huge = one_in(&d, 12);
	const __u8 offers = (one_in(&d, 2) ? OPT_TIMESTAMPS : 0) | (one_in(&d, 4) ? 0 : OPT_SCALE);
	struct script c = { .s = s, .d = &d, .huge = huge };

	*s = (struct schedule){ .tap = 1 + roll(&d, 99) };
	s->view = one_in(&d, 2) ? VIEW_TAP : roll(&d, 3);
	s->seen = one_in(&d, 20) ? 1 + roll(&d, 2) : 3;
	s->swapped_key = one_in(&d, 2);
	s->delay_us[0] = one_in(&d, 3) ? 100 + roll(&d, 1000) : 1000 + roll(&d, 60000);
	s->delay_us[1] = one_in(&d, 3) ? 100 + roll(&d, 60000) : s->delay_us[0];
	for (int x = 0; x < 2; x++)
		choose_end(&s->end[x], &d, offers, huge);
	if (!one_in(&d, 20))
		s->end[1].habits |= HABIT_LISTENS;
	if (!one_in(&d, 20))
		s->end[1].habits |= HABIT_LISTENS;
	write_script(&c);
	choose_mishaps(s, &d);
	choose_slips(s, &d, doubles);
}
