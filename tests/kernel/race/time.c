// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* Time does not run backwards for a flow: of two events, the one that the other builds on is the older. */
#include <string.h>

#include "race.h"

#define MOST_EVENTS 16

struct heard {
	struct event event[MOST_EVENTS];
	int count;
};

static int take(void *context, void *record, size_t size)
{
	struct heard *heard = context;
	const struct event *event = record;

	if (event->type == EVENT_STATE && heard->count < MOST_EVENTS)
		heard->event[heard->count++] = *event;
	return 0;
}

static int begin(struct race *race)
{
	return rig_configure(&race->rig, 1 << EVENT_STATE, 0);
}

/* Each state event begins where another one ended. */
static bool runs_forward(struct race *race)
{
	struct heard heard = {};

	rig_drain(&race->rig, take, &heard);
	for (int i = 0; i < heard.count; i++)
		for (int j = 0; j < heard.count; j++) {
			const struct event *a = &heard.event[i], *b = &heard.event[j];

			if (i != j && a->id == b->id && !memcmp(a->state, b->was, sizeof(a->state)) && b->time < a->time)
				return race_fail(race, "%u, %u became %u, %u %llu ns before it was that", b->was[0], b->was[1],
						 b->state[0], b->state[1], a->time - b->time);
		}
	return true;
}

static bool fins(struct race *race, unsigned long round)
{
	const struct pair pair = race_pair(round);
	bool held;

	race_open(race, &pair);
	race_shoot(race, 0, &pair, &(struct sent){ CLIENT, TH_FIN | TH_ACK, 0, CLIENT_FIRST, SERVER_FIRST });
	race_shoot(race, 1, &pair, &(struct sent){ SERVER, TH_FIN | TH_ACK, 0, SERVER_FIRST, CLIENT_FIRST });
	race_run(race);
	race_shoot(race, 0, &pair, &(struct sent){ CLIENT, TH_ACK, 0, CLIENT_FIRST + 1, SERVER_FIRST + 1 });
	race_shoot(race, 1, &pair, &(struct sent){ SERVER, TH_ACK, 0, SERVER_FIRST + 1, CLIENT_FIRST + 1 });
	race_run(race);
	held = runs_forward(race);
	rig_clear(&race->rig, SET);
	return held;
}

/* SYN-ACK and the ACK of it, on two CPUs; whichever comes first. */
static bool handshake(struct race *race, unsigned long round)
{
	const struct pair pair = race_pair(round);
	bool held;

	race_send(race, &pair, &(struct sent){ CLIENT, TH_SYN, 0, CLIENT_FIRST - 1, 0 });
	race_shoot(race, 0, &pair, &(struct sent){ SERVER, TH_SYN | TH_ACK, 0, SERVER_FIRST - 1, CLIENT_FIRST });
	race_shoot(race, 1, &pair, &(struct sent){ CLIENT, TH_ACK, 0, CLIENT_FIRST, SERVER_FIRST });
	race_run(race);
	held = runs_forward(race);
	rig_clear(&race->rig, SET);
	return held;
}

/* What is last seen does not go back, though the fast path's clock is a coarse one. */
static bool last_seen(struct race *race, unsigned long round)
{
	const struct pair pair = race_pair(round);
	struct flow before, f;
	__u32 client;
	bool held;

	race_open(race, &pair);
	if (!race_expect_one(race, &pair, &before, &client))
		return false;
	race_shoot(race, 0, &pair, &(struct sent){ CLIENT, TH_ACK, 10, CLIENT_FIRST, SERVER_FIRST });
	race_shoot(race, 1, &pair, &(struct sent){ SERVER, TH_ACK, 10, SERVER_FIRST, CLIENT_FIRST });
	race_run(race);
	held = race_expect_one(race, &pair, &f, &client) &&
	       (f.last_seen >= before.last_seen ||
		race_fail(race, "last_seen fell back by %llu ns", before.last_seen - f.last_seen));
	rig_clear(&race->rig, SET);
	return held;
}

const struct stress time_stresses[] = {
	{ .name = "time-fins", .what = "the times of two FINs and their ACKs", .begin = begin, .round = fins },
	{ .name = "time-handshake", .what = "the times of a handshake", .begin = begin, .round = handshake },
	{ .name = "time-seen", .what = "when a flow was last seen", .round = last_seen },
	{},
};
