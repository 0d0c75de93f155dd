/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * Strays, after the slow path has said that a segment is one: how late it is,
 * and what harm it could have done. Most packets never come here.
 */
#ifndef TCPSTATE_BPF_TRACK_STRAY_PATH_H
#define TCPSTATE_BPF_TRACK_STRAY_PATH_H

#include "track/events.h"
#include "track/flow_table.h"
#include "parse/packet.h"

static __always_inline void count_late(const struct stray_event *e)
{
	struct counters *c = my_counters();
	__u32 bucket;

	if (!c)
		return;
	if (e->kind < STRAY_COUNT)
		add(&c->strays[e->kind], 1);
	if (is_harmful(e))
		add(&c->harmful, 1);
	if (e->lifetime_ms == LIFETIME_UNKNOWN)
		return;
	bucket = lifetime_bucket(e->lifetime_ms);
	add(&c->lifetimes[bucket < LIFETIME_BUCKETS ? bucket : LIFETIME_BUCKETS - 1], 1);
	add(&c->lifetimes_sum_ms, e->lifetime_ms);
}

/* kind: enum stray. The slot's flow may be another by now: then there is nothing to tell. */
__noinline int stray_path(const struct packet *p, __u32 slot, __u32 kind, __u32 user)
{
	__u32 zero = 0;
	struct settings *set = bpf_map_lookup_elem(&settings, &zero);
	struct scratch *out = bpf_map_lookup_elem(&scratch, &user);
	struct history *h = history_at(slot);
	struct flow *f = flow_at(slot);
	__u64 now = clock_precise();

	if (!p || !set || !out || !h || !f)
		return 0;
	bpf_spin_lock(&f->lock);
	if (!is_key(f, &p->key)) {
		bpf_spin_unlock(&f->lock);
		return 0;
	}
	/* What was held, and is refused now, came earlier. */
	if (p == &out->refused)
		now = out->refused_time;
	describe_stray(&out->stray, f, h, p->from & 1, &p->seg, kind,
		       p != &out->refused && reread(&out->news.in_window), now);
	bool ordinary = is_overtaken_ack(&out->stray, f, p->from & 1, &p->seg);

	check_lifetime(&out->stray, f);
	if (!ordinary)
		note_stray(h, &out->stray);
	bpf_spin_unlock(&f->lock);
	if (ordinary)
		return 0;

	count_late(&out->stray);
	if (set->events & 1 << EVENT_STRAY)
		emit(&out->stray, sizeof(out->stray), EVENT_STRAY, budget_of(out->stray.event.traits));
	return 1;
}

/* A segment that belongs to no flow, and opens none. */
static __always_inline void tell_unknown(const struct packet *p, struct settings *set)
{
	struct scratch *out = my_scratch(SCRATCH_PACKET);
	struct stray_event *e;

	if (!out)
		return;
	e = &out->stray;
	describe_unknown(e, &p->key, p->from & 1, &p->seg, clock_precise());
	count_late(e);
	if (set->events & 1 << EVENT_STRAY)
		emit(e, sizeof(*e), EVENT_STRAY, LEFT_OUT_UNKNOWN);
}

#endif
