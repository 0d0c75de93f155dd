// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* A FIN against data, on two CPUs: never a number behind the FIN, and the connection ends as it should. */
#include "race.h"

#define SIZE 10
#define CLIENT_FIN (CLIENT_FIRST + SIZE)

static struct sent data(__u32 ack)
{
	return (struct sent){ CLIENT, TH_ACK | TH_PSH, SIZE, CLIENT_FIRST, ack };
}

static bool expect_states(struct race *race, const struct pair *pair, __u8 client_state, __u8 server_state, __u32 client_next,
			  __u32 server_next)
{
	struct flow f;
	__u32 c;

	if (!race_expect_one(race, pair, &f, &c))
		return false;
	if (f.state[c] != client_state || f.state[!c] != server_state)
		return race_fail(race, "states %u, %u where %u, %u are due", f.state[c], f.state[!c], client_state, server_state);
	if (f.end[c].next != client_next || f.end[!c].next != server_next)
		return race_fail(race, "next %u, %u where %u, %u are due", f.end[c].next, f.end[!c].next, client_next, server_next);
	return true;
}

/* The client's data on one CPU, its FIN behind it on the other. */
static bool own_fin(struct race *race, unsigned long round)
{
	const struct pair pair = race_pair(round);
	const struct sent first = data(SERVER_FIRST);
	bool held;

	race_open(race, &pair);
	race_shoot(race, 0, &pair, &first);
	race_shoot(race, 1, &pair, &(struct sent){ CLIENT, TH_FIN | TH_ACK, 0, CLIENT_FIN, SERVER_FIRST });
	race_run(race);
	held = expect_states(race, &pair, STATE_FIN_WAIT_1, STATE_CLOSE_WAIT, CLIENT_FIN + 1, SERVER_FIRST);
	race_send(race, &pair, &(struct sent){ SERVER, TH_ACK, 0, SERVER_FIRST, CLIENT_FIN + 1 });
	race_send(race, &pair, &(struct sent){ SERVER, TH_FIN | TH_ACK, 0, SERVER_FIRST, CLIENT_FIN + 1 });
	race_send(race, &pair, &(struct sent){ CLIENT, TH_ACK, 0, CLIENT_FIN + 1, SERVER_FIRST + 1 });
	held &= expect_states(race, &pair, STATE_TIME_WAIT, STATE_CLOSED, CLIENT_FIN + 1, SERVER_FIRST + 1);
	rig_clear(&race->rig, SET);
	return held;
}

static bool closes_by_server(struct race *race, const struct pair *pair)
{
	bool held;

	race_send(race, pair, &(struct sent){ CLIENT, TH_FIN | TH_ACK, 0, CLIENT_FIN, SERVER_FIRST + 1 });
	race_send(race, pair, &(struct sent){ SERVER, TH_ACK, 0, SERVER_FIRST + 1, CLIENT_FIN + 1 });
	held = expect_states(race, pair, STATE_CLOSED, STATE_TIME_WAIT, CLIENT_FIN + 1, SERVER_FIRST + 1);
	rig_clear(&race->rig, SET);
	return held;
}

/* The client's data, and the server's FIN that it has not seen. */
static bool other_fin(struct race *race, unsigned long round)
{
	const struct pair pair = race_pair(round);
	const struct sent first = data(SERVER_FIRST);
	bool held;

	race_open(race, &pair);
	race_shoot(race, 0, &pair, &first);
	race_shoot(race, 1, &pair, &(struct sent){ SERVER, TH_FIN | TH_ACK, 0, SERVER_FIRST, CLIENT_FIRST });
	race_run(race);
	held = expect_states(race, &pair, STATE_CLOSE_WAIT, STATE_FIN_WAIT_1, CLIENT_FIN, SERVER_FIRST + 1);
	return closes_by_server(race, &pair) && held;
}

/* The client's data acknowledges the server's FIN, which passes on the other CPU: FIN_WAIT_2, whichever comes first. */
static bool acked_fin(struct race *race, unsigned long round)
{
	const struct pair pair = race_pair(round);
	const struct sent first = data(SERVER_FIRST + 1);
	bool held;

	race_open(race, &pair);
	race_shoot(race, 0, &pair, &first);
	race_shoot(race, 1, &pair, &(struct sent){ SERVER, TH_FIN | TH_ACK, 0, SERVER_FIRST, CLIENT_FIRST });
	race_run(race);
	held = expect_states(race, &pair, STATE_CLOSE_WAIT, STATE_FIN_WAIT_2, CLIENT_FIN, SERVER_FIRST + 1);
	return closes_by_server(race, &pair) && held;
}

/* Both ends' FINs cross. */
static bool both_fins(struct race *race, unsigned long round)
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
	held = expect_states(race, &pair, STATE_TIME_WAIT, STATE_TIME_WAIT, CLIENT_FIRST + 1, SERVER_FIRST + 1);
	rig_clear(&race->rig, SET);
	return held;
}

const struct stress close_stresses[] = {
	{ .name = "close-own", .what = "data and the FIN behind it", .round = own_fin },
	{ .name = "close-other", .what = "data and the other end's FIN", .round = other_fin },
	{ .name = "close-acked", .what = "data that acknowledges the FIN of the other CPU", .round = acked_fin },
	{ .name = "close-both", .what = "two FINs, and their ACKs", .round = both_fins },
	{},
};
