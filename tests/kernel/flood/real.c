// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/*
 * A connection as its client's NIC sees it: SYN, and a round trip later the SYN-ACK; four
 * requests, each answered a round trip later; then both close. It is looked for in the table
 * when its last ACK has passed: then the client waits, the server is closed, and every
 * packet since its SYN (or SYN-ACK) has been counted.
 */
#include <stdio.h>
#include <stdlib.h>

#include "lookup.h"
#include "real.h"

#define MS 1000000ull
#define ROUND_TRIP 100u /* ms */
#define REQUEST 100
#define ANSWER 500
#define EXCHANGES 4

/* Numbers count from each end's first byte. */
struct step {
	unsigned int ms; /* since the SYN */
	struct sent sent;
};

#define EXCHANGE(n)                                                                                                     \
	{ (n + 1) * ROUND_TRIP, { CLIENT, TH_ACK | TH_PSH, REQUEST, (n)*REQUEST, (n)*ANSWER } },                        \
	{ (n + 2) * ROUND_TRIP, { SERVER, TH_ACK | TH_PSH, ANSWER, (n)*ANSWER, (n + 1) * REQUEST } },                   \
	{ (n + 2) * ROUND_TRIP, { CLIENT, TH_ACK, 0, (n + 1) * REQUEST, (n + 1) * ANSWER } }

#define ALL_REQUESTS (EXCHANGES * REQUEST)
#define ALL_ANSWERS (EXCHANGES * ANSWER)
#define CLOSE_MS ((EXCHANGES + 1) * ROUND_TRIP)

static const struct step steps[] = {
	{ 0, { CLIENT, TH_SYN, 0, -1, 0 } },
	{ ROUND_TRIP, { SERVER, TH_SYN | TH_ACK, 0, -1, 0 } },
	{ ROUND_TRIP, { CLIENT, TH_ACK, 0, 0, 0 } },
	EXCHANGE(0),
	EXCHANGE(1),
	EXCHANGE(2),
	EXCHANGE(3),
	{ CLOSE_MS, { CLIENT, TH_FIN | TH_ACK, 0, ALL_REQUESTS, ALL_ANSWERS } },
	{ CLOSE_MS + ROUND_TRIP, { SERVER, TH_FIN | TH_ACK, 0, ALL_ANSWERS, ALL_REQUESTS + 1 } },
	{ CLOSE_MS + ROUND_TRIP, { CLIENT, TH_ACK, 0, ALL_REQUESTS + 1, ALL_ANSWERS + 1 } },
};
#define STEPS (sizeof(steps) / sizeof(steps[0]))
#define HANDSHAKE_STEPS 3

static __u64 packets_from(int end)
{
	__u64 packets = 0;

	for (size_t i = 0; i < STEPS; i++)
		packets += steps[i].sent.from == end;
	return packets;
}

struct connection {
	__u64 start; /* ns */
	__u32 step;
};

/* A talker's packets go on: one each way, every 200 ms. */
struct talker {
	__u64 due;
	__u32 next[2];
	__u64 packets[2];
};

struct real {
	struct rig *rig;
	struct real_tally tally;
	struct connection *connections;
	unsigned long most, first, count; /* those before first have ended */
	struct talker talkers[TALKERS];
	__u64 next_start;
};

static struct pair pair_of(unsigned long number)
{
	return (struct pair){
		.addr = { 0x0a010000 + (number >> 14), 0xc0000201 },
		.port = { 40000 + (number & 0x3fff), 80 },
	};
}

static __u32 first_of(unsigned long number, int end)
{
	return (number * 2 + end) * 2654435761u;
}

static void transmit(struct real *real, unsigned long number, const struct sent *relative)
{
	const struct pair pair = pair_of(number);
	struct sent sent = *relative;
	struct wire wire;

	sent.seq += first_of(number, sent.from);
	if (sent.flags & TH_ACK)
		sent.ack += first_of(number, !sent.from);
	wire_build(&wire, &pair, &sent);
	rig_frame(real->rig, &wire);
}

/* Its flow; client: the index of the client's end. Returns how many there are. */
static int find(struct real *real, unsigned long number, struct flow *f, __u32 *client)
{
	const struct pair pair = pair_of(number);
	struct flow_key key;

	wire_key(&pair, &key, client);
	return rig_find(real->rig, lookup_set(&key), &key, f);
}

static void lose(struct real *real, const char *what, int found, const struct flow *f, __u32 c)
{
	if (real->tally.why[0])
		return;
	if (!found)
		snprintf(real->tally.why, sizeof(real->tally.why), "%s is not in the table", what);
	else
		snprintf(real->tally.why, sizeof(real->tally.why),
			 "%s is there %d times, in states %u, %u, with %llu and %llu packets, traits %#x", what, found,
			 f->state[c], f->state[!c], packets_of(f, c), packets_of(f, !c), f->traits);
}

static void judge(struct real *real, unsigned long number)
{
	struct flow f = {};
	__u32 c = 0;
	const int found = find(real, number, &f, &c);
	const __u64 missing = packets_from(CLIENT) - packets_of(&f, c);
	const bool right = found == 1 && f.state[c] == STATE_TIME_WAIT && f.state[!c] == STATE_CLOSED &&
			   !(f.traits & FLOW_GUESSED_ROLES) && packets_of(&f, !c) == packets_from(SERVER);

	real->tally.ended++;
	if (right && !missing && f.past[c].syns) {
		real->tally.from_syn++;
	} else if (right && missing == 1 && !f.past[c].syns) {
		real->tally.from_syn_ack++;
	} else {
		real->tally.lost++;
		lose(real, "a connection that has closed", found, &f, c);
	}
}

/* Returns false once it has ended. */
static bool advance(struct real *real, unsigned long number, __u64 now)
{
	struct connection *c = &real->connections[number];

	while (c->step < STEPS && c->start + steps[c->step].ms * MS <= now) {
		transmit(real, TALKERS + number, &steps[c->step].sent);
		if (++c->step == STEPS)
			judge(real, TALKERS + number);
	}
	return c->step < STEPS;
}

static void talk(struct real *real, unsigned long number)
{
	struct talker *t = &real->talkers[number];

	for (int from = CLIENT; from <= SERVER; from++) {
		transmit(real, number, &(struct sent){ from, TH_ACK | TH_PSH, REQUEST, t->next[from], t->next[!from] });
		t->next[from] += REQUEST;
		t->packets[from]++;
	}
	t->due += 2 * ROUND_TRIP * MS;
}

struct real *real_begin(struct rig *rig, unsigned long most, __u64 now)
{
	struct real *real = calloc(1, sizeof(*real));
	struct connection *connections = calloc(most, sizeof(*connections));

	if (!real || !connections) {
		free(real);
		free(connections);
		return NULL;
	}
	*real = (struct real){ .rig = rig, .connections = connections, .most = most };
	for (unsigned long i = 0; i < TALKERS; i++) {
		for (int step = 0; step < HANDSHAKE_STEPS; step++)
			transmit(real, i, &steps[step].sent);
		real->talkers[i] = (struct talker){ .due = now + i * MS, .packets = { 2, 1 } };
		talk(real, i);
	}
	return real;
}

void real_run(struct real *real, __u64 now, bool may_open)
{
	if (may_open && !real->next_start)
		real->next_start = now;
	while (may_open && real->next_start <= now && real->count < real->most) {
		real->connections[real->count++].start = real->next_start;
		real->next_start += SECOND_NS / REAL_A_SECOND;
		real->tally.opened++;
	}
	for (unsigned long i = 0; i < TALKERS; i++)
		if (real->talkers[i].due <= now)
			talk(real, i);
	/* All take equally long: they end in the order in which they began. */
	for (unsigned long i = real->first; i < real->count; i++)
		if (!advance(real, i, now) && i == real->first)
			real->first++;
}

struct real_tally real_end(struct real *real)
{
	struct real_tally tally;

	for (unsigned long i = 0; i < TALKERS; i++) {
		const struct talker *t = &real->talkers[i];
		struct flow f = {};
		__u32 c = 0;
		const int found = find(real, i, &f, &c);

		if (found == 1 && f.state[0] == STATE_ESTABLISHED && f.state[1] == STATE_ESTABLISHED &&
		    packets_of(&f, c) == t->packets[CLIENT] && packets_of(&f, !c) == t->packets[SERVER])
			continue;
		real->tally.talkers_lost++;
		lose(real, "one that talks", found, &f, c);
	}
	tally = real->tally;
	free(real->connections);
	free(real);
	return tally;
}
