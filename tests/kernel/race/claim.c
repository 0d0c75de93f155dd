// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* One key, claimed by two segments at once: one flow, in which both are counted. */
#include "race.h"

/* The handshake goes on: whoever claimed twice has the rest of it in one of two. */
static bool ends_as_one(struct race *race, const struct pair *pair, __u32 frames)
{
	struct flow f;
	__u32 client;
	bool one;

	race_send(race, pair, &(struct sent){ SERVER, TH_SYN | TH_ACK, 0, SERVER_FIRST - 1, CLIENT_FIRST });
	race_send(race, pair, &(struct sent){ CLIENT, TH_ACK, 0, CLIENT_FIRST, SERVER_FIRST });
	one = race_expect_one(race, pair, &f, &client);
	if (one && packets_of(&f, 0) + packets_of(&f, 1) != frames)
		one = race_fail(race, "%llu packets counted, %u sent", packets_of(&f, 0) + packets_of(&f, 1), frames);
	rig_clear(&race->rig, SET);
	return one;
}

static bool syn_and_answer(struct race *race, unsigned long round)
{
	const struct pair pair = race_pair(round);

	race_shoot(race, 0, &pair, &(struct sent){ CLIENT, TH_SYN, 0, CLIENT_FIRST - 1, 0 });
	race_shoot(race, 1, &pair, &(struct sent){ SERVER, TH_SYN | TH_ACK, 0, SERVER_FIRST - 1, CLIENT_FIRST });
	race_run(race);
	return ends_as_one(race, &pair, 4);
}

static bool syn_twice(struct race *race, unsigned long round)
{
	const struct pair pair = race_pair(round);

	for (int cpu = 0; cpu < 2; cpu++)
		race_shoot(race, cpu, &pair, &(struct sent){ CLIENT, TH_SYN, 0, CLIENT_FIRST - 1, 0 });
	race_run(race);
	return ends_as_one(race, &pair, 4);
}

/* Met in its middle. */
static bool both_directions(struct race *race, unsigned long round)
{
	const struct pair pair = race_pair(round);
	struct flow f;
	__u32 client;
	bool one;

	race_shoot(race, 0, &pair, &(struct sent){ CLIENT, TH_ACK | TH_PSH, 10, CLIENT_FIRST, SERVER_FIRST });
	race_shoot(race, 1, &pair, &(struct sent){ SERVER, TH_ACK | TH_PSH, 10, SERVER_FIRST, CLIENT_FIRST });
	race_run(race);
	one = race_expect_one(race, &pair, &f, &client);
	if (one && packets_of(&f, 0) + packets_of(&f, 1) != 2)
		one = race_fail(race, "%llu packets counted, 2 sent", packets_of(&f, 0) + packets_of(&f, 1));
	rig_clear(&race->rig, SET);
	return one;
}

const struct stress claim_stresses[] = {
	{ .name = "claim-syn-ack", .what = "a SYN and its SYN-ACK", .round = syn_and_answer },
	{ .name = "claim-syn", .what = "the same SYN twice", .round = syn_twice },
	{ .name = "claim-data", .what = "data of both ends, met in the middle", .round = both_directions },
	{},
};
