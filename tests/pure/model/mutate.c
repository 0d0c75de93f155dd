// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
#include "mutate.h"

#include <string.h>

#define FRAMES_CHANGED 48 /* of the first so many, each may have a mishap */

#define COUNT(list) (sizeof(list) / sizeof((list)[0]))

#define WITHOUT(list, i) memmove(&s->list[i], &s->list[(i) + 1], (--s->list##_count - (i)) * sizeof(s->list[0]))

/* ---- the network -------------------------------------------------------- */

static const struct net_event mishaps[] = {
	{ .mishap = LOST_BEHIND },
	{ .mishap = LOST_BEFORE },
	{ .mishap = LATE_BEHIND, .by_us = 2000 },
	{ .mishap = LATE_BEHIND, .by_us = 200000 },
	{ .mishap = LATE_BEHIND, .by_us = 2500000 },
	{ .mishap = TWICE_BEHIND, .by_us = 5000 },
	{ .mishap = TWICE_BEHIND, .by_us = 1000000 },
};

/* When what the other world lacks next was seen in the first one. 0: it lacks nothing. */
static __u64 next_seen(const struct world *of)
{
	return of->matched < of->trace->count ? of->trace->seen[of->matched].time : 0;
}

/* It passes only then. */
static bool hold_back(struct schedule *s, const struct world *of, unsigned int frame)
{
	const __u64 next = next_seen(of);

	if (s->net_count == NET_EVENTS || of->passes[frame] == NEVER || next <= of->passes[frame])
		return false;
	s->net[s->net_count++] = (struct net_event){ frame, LATE_BEFORE, (next - of->passes[frame]) / 1000 };
	return true;
}

static bool add_mishap(struct schedule *s, unsigned int frame, unsigned int way)
{
	if (s->net_count == NET_EVENTS)
		return false;
	s->net[s->net_count] = mishaps[way];
	s->net[s->net_count++].frame = frame;
	return true;
}

#define EVENT_WAYS (1 + COUNT(mishaps) + 8)

static bool change_event(struct schedule *s, unsigned int i, unsigned int way)
{
	static const int by[] = { -2, -1, 1, 2 };
	struct net_event *e = &s->net[i];

	if (!way) {
		WITHOUT(net, i);
	} else if (way <= COUNT(mishaps)) {
		const __u16 frame = e->frame;

		*e = mishaps[way - 1];
		e->frame = frame;
	} else if (way <= COUNT(mishaps) + 4) {
		const int frame = e->frame + by[way - COUNT(mishaps) - 1];

		if (frame < 0)
			return false;
		e->frame = frame;
	} else {
		static const unsigned int percent[] = { 50, 90, 110, 200 };

		e->by_us = e->by_us / 100 * percent[way - COUNT(mishaps) - 5];
	}
	return true;
}

/* ---- the applications --------------------------------------------------- */

static const struct action doings[] = {
	{ .verb = DO_SHUT }, { .verb = DO_CLOSE }, { .verb = DO_ABORT }, { .verb = DO_REBOOT }, { .verb = DO_KEEPALIVE },
	{ .verb = DO_SEND, .amount = 1 },
};

static void insert(struct schedule *s, const struct action *a)
{
	int i = s->action_count++;

	for (; i > 0 && s->action[i - 1].at > a->at; i--)
		s->action[i] = s->action[i - 1];
	s->action[i] = *a;
}

/* Just before, or just behind, a frame is sent. */
static bool add_action(struct schedule *s, const struct world *of, unsigned int frame, unsigned int way)
{
	const bool behind = way & 1, end = way & 2;
	struct action a = doings[way >> 2];

	if (s->action_count == ACTIONS || of->sent[frame] < 2 * SEC / 2)
		return false;
	a.at = of->sent[frame] - SEC;
	if (!behind && !a.at)
		return false;
	a.at += behind ? 1000 : -1000;
	a.end = end;
	insert(s, &a);
	return true;
}

/* What was seen of the end comes from elsewhere. */
static bool forge(struct schedule *s, const struct world *of, unsigned int which)
{
	const struct sighting *seen = &of->trace->seen[which];
	const __u64 way = way_before(s, seen->from);
	struct action a = { .verb = DO_FORGE, .amount = s->forged_count, .end = seen->from };

	if (s->action_count == ACTIONS || s->forged_count == FORGED || seen->time < SEC + way)
		return false;
	s->forged[s->forged_count++] = seen->wire;
	a.at = seen->time - SEC - way;
	insert(s, &a);
	return true;
}

#define ACTION_WAYS (1 + COUNT(doings) + 3 + 6 + 1)

static bool change_action(struct schedule *s, const struct world *of, unsigned int i, unsigned int way)
{
	struct action a = s->action[i];
	const __u64 round = (s->delay_us[0] + s->delay_us[1]) * 1000ull;

	if (a.verb == DO_FORGE && way)
		return false;
	if (way && way <= COUNT(doings)) {
		s->action[i].verb = doings[way - 1].verb;
		s->action[i].amount = doings[way - 1].amount;
		return true;
	}
	switch ((int)(way - COUNT(doings)) * !!way) {
	case 0: /* not at all */
		WITHOUT(action, i);
		return true;
	case 1: /* a byte more, or less */
	case 2:
		if (a.verb != DO_SEND || (a.amount == 1 && way - COUNT(doings) == 2))
			return false;
		s->action[i].amount += way - COUNT(doings) == 1 ? 1 : -1;
		return true;
	case 3: /* the other end does it */
		s->action[i].end ^= 1;
		return true;
	default:
		break;
	}
	static const int tenths[] = { -10, -5, -1, 1, 5, 10 };
	const unsigned int i10 = way - COUNT(doings) - 4;
	const __s64 at = i10 < COUNT(tenths) ? (__s64)a.at + (__s64)round / 10 * tenths[i10] :
					       (__s64)(next_seen(of) - SEC - way_before(s, a.end));

	if (at < 0 || (i10 == COUNT(tenths) && !next_seen(of)))
		return false;
	WITHOUT(action, i);
	a.at = at;
	insert(s, &a);
	return true;
}

/* ---- what the ends are -------------------------------------------------- */

#define END_WAYS 8

static bool change_end(struct end_options *o, unsigned int way)
{
	switch (way) {
	case 0 ... 4:
		o->habits ^= 1 << way;
		return true;
	case 5:
		o->buffer /= 2;
		return true;
	case 6:
		o->segment = o->segment > 1000 ? o->segment / 2 : o->segment * 2;
		return true;
	default:
		o->reply = 1;
		return true;
	}
}

/* ---- all of them, in order ---------------------------------------------- */

/* How many of each kind there are. */
struct kinds {
	unsigned int ends, events, actions, mishaps, held, forged, added;
};

static struct kinds kinds_of(const struct schedule *s, const struct world *of)
{
	const unsigned int frames = of->frames < FRAMES_CHANGED ? of->frames : FRAMES_CHANGED;

	return (struct kinds){
		.ends = 2 * END_WAYS,
		.events = s->net_count * EVENT_WAYS,
		.actions = s->action_count * ACTION_WAYS,
		.mishaps = frames * COUNT(mishaps),
		.held = frames,
		.forged = of->trace->count < FRAMES_CHANGED ? of->trace->count : FRAMES_CHANGED,
		.added = frames * 4 * COUNT(doings),
	};
}

unsigned int mutations(const struct schedule *s, const struct world *of)
{
	const struct kinds n = kinds_of(s, of);

	return n.ends + n.events + n.actions + n.mishaps + n.held + n.forged + n.added;
}

bool mutate(struct schedule *s, const struct world *of, unsigned int which)
{
	const struct kinds n = kinds_of(s, of);

	if (which < n.ends)
		return change_end(&s->end[which / END_WAYS], which % END_WAYS);
	which -= n.ends;
	if (which < n.events)
		return change_event(s, which / EVENT_WAYS, which % EVENT_WAYS);
	which -= n.events;
	if (which < n.actions)
		return change_action(s, of, which / ACTION_WAYS, which % ACTION_WAYS);
	which -= n.actions;
	if (which < n.mishaps)
		return add_mishap(s, which / COUNT(mishaps), which % COUNT(mishaps));
	which -= n.mishaps;
	if (which < n.held)
		return hold_back(s, of, which);
	which -= n.held;
	if (which < n.forged)
		return forge(s, of, which);
	which -= n.forged;
	return add_action(s, of, which / (4 * COUNT(doings)), which % (4 * COUNT(doings)));
}
