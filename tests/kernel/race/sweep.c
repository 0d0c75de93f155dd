// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* A full set of flows whose time has run out: newcomers against the sweep, and against each other. */
#include <string.h>

#include <bpf/bpf.h>

#include "race.h"

#define TIMEOUT_NS (20 * SECOND_NS)

/* The full set, put back before each round. */
static struct {
	struct tag_set tags;
	struct flow flows[SET_WAYS];
	__u32 slots[SET_WAYS];
} full;

static struct sent syn_ack(void)
{
	return (struct sent){ SERVER, TH_SYN | TH_ACK, 0, SERVER_FIRST - 1, CLIENT_FIRST };
}

static int begin(struct race *race)
{
	const struct sent first = syn_ack();
	const __u64 past = now_ns() - 2 * TIMEOUT_NS;
	int err = rig_configure(&race->rig, 0, TIMEOUT_NS);

	for (unsigned long i = 0; i < SET_WAYS; i++) {
		struct pair pair = race_pair(i);

		pair.addr[SERVER]++; /* of nobody in the rounds */
		race_send(race, &pair, &first);
	}
	full.tags = race->rig.tags[SET];
	for (__u32 slot = 0; !err && slot < SET_WAYS; slot++) {
		full.slots[slot] = slot;
		err = bpf_map_lookup_elem(race->rig.flows, &slot, &full.flows[slot]);
		full.flows[slot].last_seen = full.flows[slot].changed = full.flows[slot].start = past;
		if (!full.flows[slot].id)
			return -1;
	}
	return err;
}

static void fill(struct race *race)
{
	__u32 count = SET_WAYS;

	bpf_map_update_batch(race->rig.flows, full.slots, full.flows, &count, NULL);
	race->rig.tags[SET] = full.tags;
	rig_sweep_anew(&race->rig);
}

/* Its second segment finds it. */
static bool exists(struct race *race, const struct pair *pair)
{
	struct flow f;
	__u32 client;

	race_send(race, pair, &(struct sent){ CLIENT, TH_ACK, 0, CLIENT_FIRST, SERVER_FIRST });
	if (!race_expect_one(race, pair, &f, &client))
		return false;
	return packets_of(&f, 0) + packets_of(&f, 1) == 2 ||
	       race_fail(race, "%llu packets counted, 2 sent", packets_of(&f, 0) + packets_of(&f, 1));
}

static bool swept(struct race *race, unsigned long round)
{
	const struct pair pair = race_pair(round);
	const struct sent first = syn_ack();

	fill(race);
	race_shoot(race, 0, &pair, &first);
	race->shots[1].sweeps = true;
	race_run(race);
	return exists(race, &pair);
}

static bool crowded(struct race *race, unsigned long round)
{
	const struct pair pairs[2] = { race_pair(2 * round), race_pair(2 * round + 1) };
	const struct sent first = syn_ack();
	bool one, other;

	fill(race);
	race_shoot(race, 0, &pairs[0], &first);
	race_shoot(race, 1, &pairs[1], &first);
	race_run(race);
	one = exists(race, &pairs[0]);
	other = exists(race, &pairs[1]);
	return one && other;
}

/* Both at once for one key, where there is no room but what must give way. */
static bool twins(struct race *race, unsigned long round)
{
	const struct pair pair = race_pair(round);
	struct flow f;
	__u32 client;

	fill(race);
	race_shoot(race, 0, &pair, &(struct sent){ SERVER, TH_SYN | TH_ACK, 0, SERVER_FIRST - 1, CLIENT_FIRST });
	race_shoot(race, 1, &pair, &(struct sent){ CLIENT, TH_ACK, 0, CLIENT_FIRST, SERVER_FIRST });
	race_run(race);
	return race_expect_one(race, &pair, &f, &client) &&
	       (packets_of(&f, 0) + packets_of(&f, 1) == 2 ||
		race_fail(race, "%llu packets counted, 2 sent", packets_of(&f, 0) + packets_of(&f, 1)));
}

static int take_record(void *context, void *record, size_t size)
{
	struct flow_record *last = context;

	if (((const struct flow_record *)record)->type == EVENT_FLOW)
		memcpy(last, record, sizeof(*last));
	return 0;
}

static int begin_records(struct race *race)
{
	return rig_configure(&race->rig, 1 << EVENT_FLOW, TIMEOUT_NS);
}

/* An established flow whose time has run out, and its next segment: it is in the record, or in a flow. */
static bool swept_talking(struct race *race, unsigned long round)
{
	const struct pair pair = race_pair(round);
	struct flow_record ended = {};
	struct flow f = {};
	struct flow_key key;
	__u64 packets, bytes;
	__u32 client, slot = 0;
	int found;

	race_open(race, &pair);
	while (slot < SET_WAYS && (bpf_map_lookup_elem(race->rig.flows, &slot, &f) || !f.id))
		slot++;
	f.last_seen -= 2 * TIMEOUT_NS;
	f.changed -= 2 * TIMEOUT_NS;
	bpf_map_update_elem(race->rig.flows, &slot, &f, BPF_ANY);
	rig_sweep_anew(&race->rig);
	race_shoot(race, 0, &pair, &(struct sent){ CLIENT, TH_ACK | TH_PSH, 10, CLIENT_FIRST, SERVER_FIRST });
	race->shots[1].sweeps = true;
	race_run(race);
	f = (struct flow){};
	wire_key(&pair, &key, &client);
	found = rig_find(&race->rig, SET, &key, &f);
	rig_drain(&race->rig, take_record, &ended);
	packets = packets_of(&f, client) + packets_of(&ended.flow, client);
	bytes = f.end[client].bytes + ended.flow.end[client].bytes;
	rig_clear(&race->rig, SET);
	if (found > 1 || packets != 3 || bytes != 10)
		return race_fail(race, "%d flows, %s, %llu packets of 3, %llu bytes of 10", found,
				 ended.type ? "one ended" : "none ended", packets, bytes);
	return true;
}

const struct stress sweep_stresses[] = {
	{ .name = "sweep-claim", .what = "a newcomer and the sweep in a full set", .begin = begin, .round = swept },
	{ .name = "claim-claim", .what = "two newcomers in a full set", .begin = begin, .round = crowded },
	{ .name = "claim-twin", .what = "one newcomer twice in a full set", .begin = begin, .round = twins },
	{ .name = "sweep-talk", .what = "data and the sweep, when a connection's time has run out", .begin = begin_records,
	  .round = swept_talking },
	{},
};
