// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
#include "top/sample.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "flow/flow_numbers.h"
#include "tcpstate/tell/standing.h"
#include "tcpstate/units.h"

/* A flow's start may be told by the coarse clock, which is up to a tick (10 ms) behind. */
#define TICK_NS 10000000ULL

struct top_past {
	__u64 id;
	__u64 packets[2], bytes[2];
	__u32 retransmits;
	__u32 strays;
	__u32 mark;  /* of past_marks, plus one; 0: it had no strays */
	__u32 pad;
};

struct top_marks {
	__u16 strays[STRAY_COUNT];
};

void sample_free(struct top_sample *s)
{
	free(s->flows);
	free(s->past);
	free(s->index);
	free(s->marks);
	free(s->past_marks);
	*s = (struct top_sample){};
}

/* ---- the past ---------------------------------------------------------------- */

static __u32 *index_slot(const struct top_sample *s, __u64 id)
{
	__u32 mask = (1u << s->index_bits) - 1;
	__u32 at = id * 0x9e3779b97f4a7c15ULL >> (64 - s->index_bits);

	while (s->index[at] && s->past[s->index[at] - 1].id != id)
		at = (at + 1) & mask;
	return &s->index[at];
}

/* Half of it stays empty. */
static int make_index(struct top_sample *s)
{
	unsigned int bits = 8;

	while (1ULL << bits < 2 * s->past_count)
		bits++;
	if (bits != s->index_bits || !s->index) {
		free(s->index);
		s->index = malloc(sizeof(*s->index) << bits);
		s->index_bits = bits;
	}
	if (!s->index)
		return -ENOMEM;
	memset(s->index, 0, sizeof(*s->index) << bits);
	for (size_t i = 0; i < s->past_count; i++)
		*index_slot(s, s->past[i].id) = i + 1;
	return 0;
}

static const struct top_past *find_past(const struct top_sample *s, __u64 id)
{
	__u32 found = s->index ? *index_slot(s, id) : 0;

	return found ? &s->past[found - 1] : NULL;
}

static void swap_marks(struct top_sample *s)
{
	struct top_marks *marks = s->marks;
	size_t room = s->mark_room;

	s->marks = s->past_marks;
	s->mark_room = s->past_mark_room;
	s->past_marks = marks;
	s->past_mark_room = room;
	s->past_mark_count = s->mark_count;
	s->mark_count = 0;
}

int sample_begin(struct top_sample *s, __u64 time)
{
	__u32 mark = 0;

	if (s->count && !ARRAY_MAKE_ROOM(s->past, s->past_room, s->count))
		return -ENOMEM;
	for (size_t i = 0; i < s->count; i++) {
		const struct top_flow *f = &s->flows[i];

		s->past[i] = (struct top_past){
			.id = f->id,
			.packets = { f->packets[0], f->packets[1] },
			.bytes = { f->bytes[0], f->bytes[1] },
			.retransmits = f->retransmits,
			.strays = f->strays,
			.mark = f->strays ? ++mark : 0, /* marks lie in the order of their flows */
		};
	}
	s->past_count = s->count;
	s->count = 0;
	swap_marks(s);
	s->before = s->time;
	s->time = time;
	s->then = s->now;
	return make_index(s);
}

/* ---- a flow ------------------------------------------------------------------- */

__u64 growth(__u64 now, __u64 then)
{
	return now > then ? now - then : 0;
}

/* What is not in the past, though it was there then, has slipped through between two reads. */
static bool is_new(const struct top_sample *s, const struct flow *f)
{
	return s->before && f->start + TICK_NS >= s->before;
}

static void take_growth(const struct top_sample *s, struct top_flow *f, const struct top_past *past)
{
	for (int role = 0; role < 2; role++) {
		f->new_packets[role] = growth(f->packets[role], past->packets[role]);
		f->new_bytes[role] = growth(f->bytes[role], past->bytes[role]);
	}
	f->new_retransmits = growth(f->retransmits, past->retransmits);
	f->new_strays = growth(f->strays, past->strays);
}

static void log_strays(struct top_sample *s, const struct top_flow *f, const struct history *h,
		       const struct top_marks *past)
{
	/* When it came is not told: at the flow's newest segment, or before. */
	struct top_stray stray = { .time = f->last_seen, .id = f->id, .key = f->key, .initiator = f->initiator,
				   .lifetime_max_ms = h->lifetime_max_ms };

	for (unsigned int kind = STRAY_NONE + 1; kind < STRAY_COUNT; kind++) {
		stray.kind = kind;
		stray.count = growth(h->strays[kind], past ? past->strays[kind] : 0);
		if (stray.count)
			log_add(&s->log, &stray);
	}
}

int sample_add(struct top_sample *s, const struct flow *flow, const struct history *h)
{
	static const struct top_past nothing;
	const struct top_past *past = find_past(s, flow->id);
	unsigned int initiator = flow->initiator & 1;
	struct top_flow *f = ARRAY_ADD(s->flows, s->count, s->room);
	struct top_marks *marks;

	if (!f)
		return -ENOMEM;
	*f = (struct top_flow){
		.key = flow->key,
		.id = flow->id,
		.start = flow->start,
		.last_seen = flow->last_seen,
		.changed = flow->changed,
		.wait_since = { h->wait_since[0], h->wait_since[1] },
		.packets = { packets_of(flow, initiator), packets_of(flow, !initiator) },
		.bytes = { flow->end[initiator].bytes, flow->end[!initiator].bytes },
		.retransmits = flow->past[0].retransmits + flow->past[1].retransmits,
		.strays = strays_of(h),
		.state = { flow->state[0] % STATE_SLOTS, flow->state[1] % STATE_SLOTS },
		.initiator = initiator,
		.local = flow->local,
		.traits = flow->traits,
		.seeded = seeded_ends(flow),
		.retransmits_of = { flow->past[initiator].retransmits, flow->past[!initiator].retransmits },
		.by = closer_of(flow),
		.how = flow->closed_how,
		.cause = closing_cause(flow),
		.lifetime_max_ms = h->lifetime_max_ms,
	};
	if (past || is_new(s, flow))
		take_growth(s, f, past ?: &nothing);
	if (!f->strays)
		return 0;
	marks = ARRAY_ADD(s->marks, s->mark_count, s->mark_room);
	if (!marks) {
		s->count--;
		return -ENOMEM;
	}
	memcpy(marks->strays, h->strays, sizeof(h->strays));
	if (!past || f->new_strays)
		log_strays(s, f, h, past && past->mark ? &s->past_marks[past->mark - 1] : NULL);
	return 0;
}

void sample_end(struct top_sample *s, const struct counters *counters)
{
	s->now = *counters;
}

/* ---- rates --------------------------------------------------------------------- */

bool sample_has_rates(const struct top_sample *s)
{
	return s->before && s->time > s->before;
}

double sample_seconds(const struct top_sample *s)
{
	return sample_has_rates(s) ? (double)(s->time - s->before) / NS_PER_SECOND : 0;
}

double sample_rate(const struct top_sample *s, __u64 grown)
{
	return sample_has_rates(s) ? grown / sample_seconds(s) : 0;
}
