// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/*
 * Random walks: segments made up around the numbers that a flow has, by a
 * generator with a fixed seed. After every one of them
 *
 *  - each end is in a state of the enum,
 *  - what became of it can be put together from rows of the table that this
 *    kind of segment may cause,
 *  - a second flow, whose sequence numbers and timestamps are all moved by
 *    constants, is judged the same and is in the same states,
 *  - so is a third, whose ends are exchanged; and for all of them, the segment
 *    is a stray of the same kind, with the same harm, age and lifetime.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "unit.h"

#define SEEDS 40
#define STEPS 20000

/* ---- a generator that is the same everywhere: splitmix64 ------------------ */

static __u64 random_state;

static __u32 random_number(void)
{
	__u64 z = random_state += 0x9e3779b97f4a7c15ull;

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ull;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebull;
	return z >> 32;
}

static __u32 below(__u32 n)
{
	return (__u64)random_number() * n >> 32;
}

static bool one_in(__u32 n)
{
	return below(n) == 0;
}

/* ---- segments ----------------------------------------------------------- */

/* Where an end's numbers begin: far from each other, so that none is right by chance. */
static const __u32 origin[2] = { 0x10000000, 0x70000000 };

/* A number of x's space that matters to somebody, or one near to it, or any. */
static __u32 number_of(const struct flow *f, __u32 x)
{
	const __u8 mine = f->past[x].traits, theirs = f->past[x ^ 1].traits;
	const __u32 next = mine & END_HEARD ? f->end[x].next : origin[x];
	const __u32 near[] = {
		next, next, next, next, next, origin[x],
		theirs & END_ACKED ? f->end[x ^ 1].acked : next,
		theirs & END_ACKED ? f->end[x ^ 1].acked : next,
		theirs & END_ACKED ? f->end[x ^ 1].edge : next,
		mine & END_SYN ? f->past[x].isn : next,
		mine & END_SYN ? f->past[x].isn + 1 : next,
		mine & END_FIN ? f->past[x].fin : next,
		mine & END_HOLE ? f->past[x].hole_start : next,
		mine & END_HOLE ? f->past[x].hole_end : next,
	};
	static const __s32 beside[] = { 0, 0, 0, 0, 0, 0, 1, -1, 2, 100, -100, 1460, -1460, 70000, -70000 };

	if (one_in(200))
		return random_number();
	return near[below(sizeof(near) / sizeof(*near))] + beside[below(sizeof(beside) / sizeof(*beside))];
}

/* Never 0, which as an echo means that there is none. */
static __u32 time_of(const struct flow *f, __u32 x)
{
	return f->past[x].traits & END_TIMESTAMPS ? f->end[x].tsval : 1000000 * (x + 1);
}

static __u8 some_flags(void)
{
	static const __u8 usual[] = {
		TH_ACK, TH_ACK, TH_ACK, TH_ACK, TH_ACK, TH_ACK | TH_PSH, TH_ACK | TH_PSH, TH_ACK | TH_PSH,
		TH_FIN | TH_ACK, TH_FIN | TH_ACK, TH_SYN, TH_SYN, TH_SYN | TH_ACK, TH_SYN | TH_ACK,
		TH_RST, TH_RST | TH_ACK,
	};

	return one_in(50) ? random_number() : usual[below(sizeof(usual))];
}

static struct segment some_segment(const struct flow *f, __u32 x)
{
	static const __u32 lengths[] = { 0, 0, 0, 1, 100, 100, 1460 };
	static const __u16 windows[] = { 0, 500, 65535, 65535, 65535 };
	struct segment s = {
		.flags = some_flags(),
		.seq = number_of(f, x),
		.len = lengths[below(7)],
		.window = windows[below(5)],
		.ttl = 64,
		.packets = 1,
	};

	if (s.flags & TH_ACK)
		s.ack = number_of(f, x ^ 1);
	if (one_in(2)) {
		s.traits |= SEG_TIMESTAMP;
		s.tsval = time_of(f, x) + below(5) - 1;
		s.tsecr = time_of(f, x ^ 1) + below(3);
	}
	if (s.flags & TH_SYN && one_in(2)) {
		s.traits |= SEG_WSCALE | SEG_SACK_PERMITTED | SEG_MSS;
		s.wscale = below(15);
		s.mss = 1460;
	}
	if (one_in(200))
		s.traits |= SEG_FRAGMENT;
	if (one_in(100))
		s.traits |= SEG_BAD_CHECKSUM;
	return s;
}

static __u64 some_time(void)
{
	if (one_in(500))
		return below(100000) * SECOND;
	if (one_in(20))
		return below(70) * SECOND;
	return below(50) * (SECOND / 1000);
}

/* ---- one flow, as the tracker treats it ---------------------------------- */

struct walker {
	struct flow flow;
	struct history history;
	struct news news;   /* of this segment */
	__u32 exchanged;    /* its end 0 is the others' end 1 */
	__u32 shift[2];     /* of its ends' numbers, by the others' end */
	__u32 ts_shift[2];
	enum judgment judgment;
	bool opened;        /* by this segment */
	__u8 before[2];     /* states */
	__u8 after[2];      /* by this segment alone: what it explained may change them further */
};

static const struct settings times = {
	.timeout_ns = {
		[STATE_SYN_SENT] = 120 * SECOND, [STATE_SYN_RECEIVED] = 60 * SECOND,
		[STATE_ESTABLISHED] = 86400 * SECOND, [STATE_FIN_WAIT_1] = 120 * SECOND,
		[STATE_FIN_WAIT_2] = 86400 * SECOND, [STATE_CLOSE_WAIT] = 86400 * SECOND,
		[STATE_CLOSING] = 120 * SECOND, [STATE_LAST_ACK] = 120 * SECOND,
		[STATE_TIME_WAIT] = 60 * SECOND, [STATE_CLOSED] = 60 * SECOND,
	},
	.unconfirmed_ns = 300 * SECOND,
};

static void open_anew(struct walker *w, __u32 x, const struct segment *s, __u64 now)
{
	w->opened = true;
	if (w->flow.id)
		succeed(&w->flow, &w->history, now);
	else
		w->history = (struct history){};
	/* Ports that tell nothing of the roles, whichever end comes first. */
	w->flow = (struct flow){ .id = 1, .key = { .port = { 0xffff, 0xfffe } } };
	open_flow(&w->flow, &w->history, x, s, w->judgment, now);
}

/* x's segment, in the walker's numbers. */
static struct segment as_sent_to(const struct walker *w, __u32 x, struct segment s)
{
	s.seq += w->shift[x];
	if (s.flags & TH_ACK)
		s.ack += w->shift[x ^ 1];
	if (s.traits & SEG_TIMESTAMP) {
		s.tsval += w->ts_shift[x];
		s.tsecr += w->ts_shift[x ^ 1];
	}
	return s;
}

/* What the flow's newest segment has settled, or explained. */
static void take_released(struct walker *w)
{
	const struct claim c = w->news.released;
	const __u32 end = w->news.released_end, as = w->news.released_as;
	const enum judgment judgment = judge_released(&w->flow, &c.seg);
	const __u64 now = c.time > w->flow.changed ? c.time : w->flow.changed;

	if (judgment == JUDGE_OPEN || judgment == JUDGE_OPEN_SYN_ACK) {
		w->judgment = judgment;
		open_anew(w, end, &c.seg, now);
	}
	apply(&w->flow, &w->history, end, &c.seg, judgment, as, now, &w->news);
	explains_claim(&w->flow, &w->history, end, now, &w->news);
}

/* False: no flow, and none is opened. */
static bool take(struct walker *w, __u32 x, struct segment s, __u64 now)
{
	struct flow *f = &w->flow;
	struct news told;

	s = as_sent_to(w, x, s);
	x ^= w->exchanged;
	w->opened = false;
	if (!f->id || (flow_deadline(f, &w->history, &times) < now && opens_flow(&s))) {
		if (!opens_flow(&s))
			return false;
		w->judgment = judge_opening(&s);
		open_anew(w, x, &s, now);
	} else {
		while (settles_claim(f, &w->history, x, &s, now, &w->news))
			take_released(w);
		w->judgment = judge_arrived(f, &w->history, x, &s, now, 0);
		if (w->judgment == JUDGE_OPEN || w->judgment == JUDGE_OPEN_SYN_ACK)
			open_anew(w, x, &s, now);
	}
	memcpy(w->before, f->state, 2);
	if (w->judgment == JUDGE_UNIGNORED)
		memcpy(w->before, f->was, 2);
	apply(f, &w->history, x, &s, w->judgment, ARRIVED, now, &w->news);
	memcpy(w->after, f->state, 2);
	told = w->news;
	explains_claim(f, &w->history, x, now, &w->news);
	while (w->news.released_end != NO_END)
		take_released(w);
	w->news = told;
	return true;
}

/* ---- what must hold ------------------------------------------------------ */

static bool is_state(__u8 state)
{
	return state >= STATE_ESTABLISHED && state <= STATE_CLOSING;
}

/* What a segment may make happen to its sender, and to its receiver; a bit each. */
static unsigned int happenings(__u8 flags, bool sender)
{
	unsigned int taken_back = 1 << MISSED_FIN | 1 << DENIED_FIN | 1 << CROSSED_FIN;
	unsigned int acks = 1 << SENT_ACK | 1 << RCVD_ACK_OF_SYN | 1 << RCVD_FIN | taken_back;

	if (flags & TH_RST)
		return 1 << RESET;
	if (flags & TH_SYN) {
		if (!(flags & TH_ACK))
			return sender ? 1 << SENT_SYN | 1 << RCVD_SYN : 1 << RCVD_SYN;
		/* An end that we took for a listener may turn out to have sent a SYN. */
		return sender ? 1 << SENT_SYN_ACK | 1 << RCVD_SYN : 1 << SENT_SYN | 1 << RCVD_SYN_ACK;
	}
	if (!(flags & TH_ACK))
		return 0;
	/* An ACK may prove a FIN of the receiver that had not been believed. */
	if (!sender)
		return acks | 1 << RCVD_ACK_OF_FIN | 1 << SENT_FIN;
	/* Whatever comes behind SENT_FIN in the enum is of its kind: a FIN that the table has more to say of. */
	/* An ACK behind what was sent may prove one, too. */
	return flags & TH_FIN ? ~(1u << RESET | 1u << TIMED_OUT | 1u << SENT_SYN | 1u << SENT_SYN_ACK) :
				acks | 1 << SENT_FIN | 1 << SENT_FIN_UNAWARE | 1 << RCVD_ACK_OF_FIN;
}

/* From one state to the other by rows of the table for these happenings alone. */
static bool leads_to(__u8 from, __u8 to, unsigned int allowed)
{
	unsigned int reached = 1u << from, before;

	do {
		before = reached;
		for (int state = 1; state <= STATE_CLOSING; state++)
			for (int what = 0; what < HAPPENINGS; what++)
				if ((reached >> state & 1) && (allowed >> what & 1))
					reached |= 1u << state_after(state, what);
	} while (reached != before);
	return reached >> to & 1;
}

static const char *what_is_wrong(const struct walker *w, __u32 x, __u8 flags)
{
	const __u8 *now = w->after;

	if (!is_state(now[0]) || !is_state(now[1]))
		return "an end is in no state";
	if (!leads_to(w->before[x], now[x], happenings(flags, true)))
		return "the sender's state can't come of this segment";
	if (!leads_to(w->before[x ^ 1], now[x ^ 1], happenings(flags, false)))
		return "the receiver's state can't come of this segment";
	return NULL;
}

/* What is told of a stray that x sent. */
static const char *how_strays_differ(const struct walker *a, const struct walker *b, __u32 x,
				     const struct segment *s, __u64 now)
{
	const struct segment there = as_sent_to(b, x, *s);
	const __u32 z = x ^ b->exchanged;

	if (a->news.stray == STRAY_NONE || a->opened)
		return NULL;
	if (stray_age_ms(&a->flow, &a->history, a->news.stray, now) !=
	    stray_age_ms(&b->flow, &b->history, b->news.stray, now))
		return "the stray's ages differ";
	if (lifetime_of(&a->history, x, s, now) != lifetime_of(&b->history, z, &there, now))
		return "the stray's lifetimes differ";
	if (would_be_in_window(&a->flow, x, s) != would_be_in_window(&b->flow, z, &there))
		return "only one stray is in the window";
	return NULL;
}

static const char *how_they_differ(const struct walker *a, const struct walker *b)
{
	const __u32 e = b->exchanged;

	if (a->judgment != b->judgment)
		return "it is judged differently";
	if (a->flow.state[0] != b->flow.state[e] || a->flow.state[1] != b->flow.state[1 ^ e])
		return "the states differ";
	if (a->flow.initiator != (b->flow.initiator ^ e))
		return "the roles differ";
	if (a->flow.traits != b->flow.traits)
		return "the traits differ";
	if (a->news.stray != b->news.stray)
		return "it is a stray of different kinds";
	if (memcmp(a->history.strays, b->history.strays, sizeof(a->history.strays)))
		return "strays are counted differently";
	if (a->news.wait.phase != b->news.wait.phase || a->history.wait_restarts != b->history.wait_restarts)
		return "TIME_WAIT differs";
	for (__u32 x = 0; x < 2; x++) {
		if (a->history.wait_since[x] != b->history.wait_since[x ^ e])
			return "TIME_WAIT began at different times";
		if (a->flow.past[x].retransmits != b->flow.past[x ^ e].retransmits)
			return "retransmissions are counted differently";
		if (a->flow.past[x].traits != b->flow.past[x ^ e].traits)
			return "the ends' traits differ";
		if ((a->flow.past[x].traits & END_HEARD) &&
		    (__u32)(a->flow.end[x].next + b->shift[x]) != b->flow.end[x ^ e].next)
			return "the numbers differ";
	}
	return NULL;
}

/* ---- the walks ----------------------------------------------------------- */

static void fail_step(const char *name, __u64 seed, int step, __u32 x, const struct segment *s,
		      const struct walker *a, const struct walker *b, const char *why)
{
	print_error("seed %llu, step %d, end %u sends flags %#x seq %u ack %u len %u: %s: %s "
		    "(judgments %d and %d, states %u %u -> %u %u and %u %u -> %u %u, traits %#x and %#x)\n",
		    seed, step, x, s->flags, s->seq, s->ack, s->len, name, why, a->judgment, b->judgment,
		    a->before[0], a->before[1], a->flow.state[0], a->flow.state[1],
		    b->before[b->exchanged], b->before[1 ^ b->exchanged],
		    b->flow.state[b->exchanged], b->flow.state[1 ^ b->exchanged], a->flow.traits, b->flow.traits);
	fail();
}

static void walk(const char *name, __u64 seed, struct walker *other)
{
	struct walker one = {};
	__u64 now = 1000000 * SECOND;

	random_state = seed << 32;
	for (int i = 0; i < STEPS; i++) {
		__u32 x = below(2);
		struct segment s = some_segment(&one.flow, x);
		const char *why;

		now += some_time();
		if (take(&one, x, s, now) != take(other, x, s, now))
			fail_step(name, seed, i, x, &s, &one, other, "only one opens a flow");
		if (!one.flow.id)
			continue;
		why = what_is_wrong(&one, x, s.flags);
		if (!why)
			why = how_they_differ(&one, other);
		if (!why)
			why = how_strays_differ(&one, other, x, &s, now);
		if (why)
			fail_step(name, seed, i, x, &s, &one, other, why);
		if (one_in(2000))
			one.flow.id = other->flow.id = 0; /* swept */
	}
}

static void with_numbers_moved(void **state)
{
	for (__u64 seed = 1; seed <= SEEDS; seed++) {
		struct walker moved = {
			.shift = { (__u32)seed * 0x61c88647, ~(__u32)seed * 0x2545f491 },
			.ts_shift = { (__u32)seed << 27, -(__u32)seed },
		};

		walk("moved", seed, &moved);
	}
}

static void with_ends_exchanged(void **state)
{
	for (__u64 seed = 1; seed <= SEEDS; seed++) {
		struct walker exchanged = { .exchanged = 1 };

		walk("exchanged", seed + 1000, &exchanged);
	}
}

int test_walk(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(with_numbers_moved),
		cmocka_unit_test(with_ends_exchanged),
	};

	return cmocka_run_group_tests_name("walk", tests, NULL, NULL);
}
