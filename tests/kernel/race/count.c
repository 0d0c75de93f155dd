// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* One flow, two CPUs: what is sent by the fast path and by the slow one adds up. */
#include "race.h"

#define BURST 4
#define SIZE 10

/* Of the one flow of a stress, whatever its rounds. */
static struct {
	struct pair pair;
	__u32 next[2];
	__u64 packets[2], bytes[2], segments_before, payload_before;
} said;

static int begin(struct race *race)
{
	said.pair = race_pair(0);
	said.next[CLIENT] = CLIENT_FIRST;
	said.next[SERVER] = SERVER_FIRST;
	said.packets[CLIENT] = 2;
	said.packets[SERVER] = 1;
	said.bytes[CLIENT] = said.bytes[SERVER] = 0;
	said.segments_before = rig_counter(&race->rig, offsetof(struct counters, count[COUNT_SEGMENTS]));
	said.payload_before = rig_counter(&race->rig, offsetof(struct counters, count[COUNT_PAYLOAD_BYTES]));
	race_open(race, &said.pair);
	return 0;
}

static void say(struct race *race, int cpu, int from, __u32 seq, __u32 ack)
{
	race_shoot(race, cpu, &said.pair, &(struct sent){ from, TH_ACK, SIZE, seq, ack });
	said.packets[from]++;
	said.bytes[from] += SIZE;
}

/* In order: the fast path's. */
static void say_next(struct race *race, int cpu, int from, __u32 ack)
{
	say(race, cpu, from, said.next[from], ack);
	said.next[from] += SIZE;
}

/* Its last segment again: the slow path's. */
static void say_again(struct race *race, int cpu, int from, __u32 seq, __u32 ack)
{
	say(race, cpu, from, seq - SIZE, ack);
}

/* The other end takes it all: else its window ends. */
static void acknowledge(struct race *race, int from)
{
	race_send(race, &said.pair, &(struct sent){ from, TH_ACK, 0, said.next[from], said.next[!from] });
	said.packets[from]++;
}

static bool adds_up(struct race *race)
{
	struct flow f;
	__u32 client;

	if (!race_expect_one(race, &said.pair, &f, &client))
		return false;
	for (int from = 0; from < 2; from++) {
		const __u32 end = client ^ from;

		if (packets_of(&f, end) != said.packets[from] || f.end[end].bytes != said.bytes[from] ||
		    f.end[end].next != said.next[from]) {
			race_fail(race, "%s: %llu packets of %llu, %llu bytes of %llu, next %u for %u",
				  from ? "server" : "client", packets_of(&f, end), said.packets[from], f.end[end].bytes,
				  said.bytes[from], f.end[end].next, said.next[from]);
			/* The next round is judged by itself. */
			said.packets[from] = packets_of(&f, end);
			said.bytes[from] = f.end[end].bytes;
			said.next[from] = f.end[end].next;
			return false;
		}
	}
	return true;
}

static bool fast_and_fast(struct race *race, unsigned long round)
{
	const __u32 seen[2] = { said.next[CLIENT], said.next[SERVER] };

	for (int i = 0; i < BURST; i++) {
		say_next(race, 0, CLIENT, seen[SERVER]);
		say_next(race, 1, SERVER, seen[CLIENT]);
	}
	race_run(race);
	acknowledge(race, SERVER);
	acknowledge(race, CLIENT);
	return adds_up(race);
}

static bool fast_and_slow(struct race *race, unsigned long round)
{
	const __u32 seen[2] = { said.next[CLIENT], said.next[SERVER] };

	for (int i = 0; i < BURST; i++) {
		say_next(race, 0, CLIENT, seen[SERVER]);
		if (seen[SERVER] > SERVER_FIRST)
			say_again(race, 1, SERVER, seen[SERVER], seen[CLIENT]);
		else
			say_next(race, 1, SERVER, seen[CLIENT]);
	}
	race_run(race);
	acknowledge(race, SERVER);
	acknowledge(race, CLIENT);
	return adds_up(race);
}

static bool same_end(struct race *race, unsigned long round)
{
	const __u32 seen[2] = { said.next[CLIENT], said.next[SERVER] };

	for (int i = 0; i < BURST; i++) {
		say_next(race, 0, CLIENT, seen[SERVER]);
		if (seen[CLIENT] > CLIENT_FIRST)
			say_again(race, 1, CLIENT, seen[CLIENT], seen[SERVER]);
	}
	race_run(race);
	acknowledge(race, SERVER);
	acknowledge(race, CLIENT);
	return adds_up(race);
}

/* The counters of all CPUs, over all rounds. */
static bool end(struct race *race)
{
	const __u64 segments = rig_counter(&race->rig, offsetof(struct counters, count[COUNT_SEGMENTS])) - said.segments_before;
	const __u64 payload = rig_counter(&race->rig, offsetof(struct counters, count[COUNT_PAYLOAD_BYTES])) - said.payload_before;
	const __u64 packets = said.packets[CLIENT] + said.packets[SERVER], bytes = said.bytes[CLIENT] + said.bytes[SERVER];

	/* Where a round failed, what was sent is not known any more. */
	return race->failed || (segments == packets && payload == bytes) ||
	       race_fail(race, "the counters have %llu segments of %llu, %llu bytes of %llu", segments, packets, payload, bytes);
}

const struct stress count_stresses[] = {
	{ .name = "count-fast", .what = "data of both ends in order", .begin = begin, .round = fast_and_fast, .end = end },
	{ .name = "count-slow", .what = "data of one end, retransmissions of the other", .begin = begin,
	  .round = fast_and_slow, .end = end },
	{ .name = "count-end", .what = "data and retransmissions of one end", .begin = begin, .round = same_end, .end = end },
	{},
};
