/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * The socket's flow gets a place in the table, beside packets that are tracked at the same time:
 * as flow_table.h says, there is never a second flow of one key. Nothing gives way for it.
 */
#ifndef TCPSTATE_BPF_SEED_PLACE_H
#define TCPSTATE_BPF_SEED_PLACE_H

#include "track/claim.h"
#include "track/embryo.h"
#include "seed/maps.h"

/* The embryo of the socket's key, if there is one: looked for, or dropped, as a flow of the key is there now. A global function, as slow_path. */
__noinline int find_embryo(__u64 hash, __u32 drop)
{
	__u32 zero = 0;
	const struct seed_work *w = bpf_map_lookup_elem(&seed_work, &zero);
	struct place at = embryo_place(hash);
	struct embryo_prints *index = embryo_sets ? bpf_map_lookup_elem(&prints, &at.set) : NULL;
	struct embryo_set *embryo;
	__u32 ways, gone = 0;
	bool found = false;

	if (!w || !index || !ways_of_embryo(index, at.print))
		return false;
	embryo = bpf_map_lookup_elem(&embryos, &at.set);
	if (!embryo)
		return false;
	bpf_spin_lock(&embryo->lock);
	ways = ways_of_embryo(index, at.print);
	for (int i = 0; i < EMBRYO_CANDIDATES && ways && !found; i++) {
		__u32 way = lowest(ways);

		if (way < EMBRYO_WAYS && embryo->at[way].id && same_key(&embryo->at[way].key, &w->at.key)) {
			found = true;
			if (drop) {
				gone = standing_of_embryo(embryo->at[way].from & 1, embryo->at[way].local);
				embryo->at[way].id = 0;
				index->print[way] = 0;
			}
		}
		ways &= ways - 1;
	}
	bpf_spin_unlock(&embryo->lock);
	if (gone) {
		count_standing(gone, 0);
		count_many(COUNT_FLOWS_OPENED, -1);
	}
	return found;
}

static __always_inline void count_seeded(const struct socket_facts *s)
{
	struct counters *c = my_counters();

	if (!c)
		return;
	add(&c->count[COUNT_SEEDED], 1);
	if (!is_seeded_as(s, SEED_NEW))
		return;
	add(&c->count[COUNT_FLOWS_OPENED], 1);
	if (state_of(s) == STATE_TIME_WAIT)
		add(&c->waits[WAIT_NONE], 1); /* or its end would have no beginning */
}

/* All but the key and the lock. */
static __always_inline void copy_flow(struct flow *to, const struct flow *from)
{
	to->last_seen = from->last_seen;
	to->state[0] = from->state[0];
	to->state[1] = from->state[1];
	to->wscale = from->wscale;
	to->attention = from->attention;
	__builtin_memcpy(to->end, from->end, sizeof(*to) - offsetof(struct flow, end));
}

/* What the socket says becomes of the copy. A global function, as slow_path. */
__noinline int seed_copy(__u32 fresh)
{
	__u32 zero = 0;
	struct seed_work *w = bpf_map_lookup_elem(&seed_work, &zero);
	const struct settings *set = bpf_map_lookup_elem(&settings, &zero);

	if (!w || !set)
		return 0;

	const __u32 x = w->at.from & 1;

	w->facts.how = fresh ? SEED_NEW : decide_seeding(&w->flow, x, set->blind_since);
	if (is_seeded_as(&w->facts, SEED_KNOWN))
		return 0;
	seed_flow(&w->flow, &w->history, x, &w->facts, w->time, set->timeout_ns[STATE_TIME_WAIT]);
	return 1;
}

enum seed_result {
	SEED_DONE,
	SEED_AGAIN,    /* packets have come in between, or the slot is another's now */
	SEED_NO_PLACE,
};

/* The slot that is claimed for the socket's flow. A global function, as slow_path. */
__noinline int seed_new(__u32 slot, __u64 hash)
{
	__u32 zero = 0, after;
	struct seed_work *w = bpf_map_lookup_elem(&seed_work, &zero);
	struct tag_set *tag = tags_of(slot / SET_WAYS);
	struct history *h = history_at(slot);
	struct flow *f = flow_at(slot);

	if (!w || !tag || !f || !h)
		return 0;
	__builtin_memset(&w->flow, 0, sizeof(w->flow));
	__builtin_memset(&w->history, 0, sizeof(w->history));
	w->flow.key = w->at.key;
	w->flow.id = flow_id(hash, w->time, &w->at.seg);
	if (w->at.self)
		w->flow.traits = FLOW_SELF;
	seed_copy(true);
	after = standing_of(&w->flow);

	bpf_spin_lock(&f->lock);
	f->key = w->at.key;
	copy_flow(f, &w->flow);
	*h = w->history;
	set_class(tag_word(tag, slot % SET_WAYS), slot % SET_WAYS, tag_worth(&w->flow, &w->history));
	bpf_spin_unlock(&f->lock);

	count_standing(0, after);
	count_seeded(&w->facts);
	return 1;
}

/* The slot that is, or was, the flow's: completed, unless more is known than the socket tells. A global function, as slow_path. */
__noinline int seed_known(__u32 slot)
{
	__u32 zero = 0, before, after, class;
	struct seed_work *w = bpf_map_lookup_elem(&seed_work, &zero);
	struct tag_set *tag = tags_of(slot / SET_WAYS);
	struct history *h = history_at(slot);
	struct flow *f = flow_at(slot);
	next_word word[2];
	__u64 heard, id;
	bool same, told;

	if (!w || !tag || !f || !h)
		return SEED_AGAIN;
	bpf_spin_lock(&f->lock);
	same = is_key(f, &w->at.key);
	copy_flow(&w->flow, f);
	w->history = *h;
	bpf_spin_unlock(&f->lock);
	if (!same)
		return SEED_AGAIN;

	w->flow.key = w->at.key;
	before = standing_of(&w->flow);
	told = seeded_ends(&w->flow);
	id = w->flow.id;
	heard = w->flow.last_seen;
	word[0] = *(next_word *)&w->flow.end[0].next;
	word[1] = *(next_word *)&w->flow.end[1].next;
	if (!seed_copy(false))
		return SEED_DONE;
	after = standing_of(&w->flow);
	class = tag_worth(&w->flow, &w->history);

	bpf_spin_lock(&f->lock);
	close_fast_path(f);
	same = f->id == id && f->last_seen == heard && *(next_word *)&f->end[0].next == (word[0] | NEXT_CLOSED) &&
	       *(next_word *)&f->end[1].next == (word[1] | NEXT_CLOSED);
	if (same) {
		copy_flow(f, &w->flow);
		*h = w->history;
		set_class(tag_word(tag, slot % SET_WAYS), slot % SET_WAYS, class);
	}
	open_fast_path(f);
	bpf_spin_unlock(&f->lock);
	if (!same)
		return SEED_AGAIN;
	if (before != after)
		count_standing(before, after);
	if (!told)
		count_seeded(&w->facts);
	return SEED_DONE;
}

/* Where the socket's flow is, or NO_SLOT; and an empty way for it: claim_way(). Global functions, as slow_path. */
__noinline __u32 find_seeded(__u64 hash)
{
	__u32 zero = 0;
	const struct seed_work *w = bpf_map_lookup_elem(&seed_work, &zero);
	struct place at = place_of(hash);
	struct tag_set *tag = tags_of(at.set);
	struct flow *f;

	return w && tag ? find_flow(tag, at, &w->at.key, &f) : NO_SLOT;
}

__noinline __u32 claim_seeded(__u64 hash)
{
	__u32 zero = 0;
	const struct seed_work *w = bpf_map_lookup_elem(&seed_work, &zero);
	struct place at = place_of(hash);
	struct tag_set *tag = tags_of(at.set);

	return w && tag ? claim_way(tag, at, &w->at.key) : NO_SLOT;
}

/* One try. Returns enum seed_result. A global function, as slow_path. */
__noinline int seed_once(__u64 hash)
{
	__u32 slot = find_seeded(hash);

	if (slot == NO_SLOT) {
		/* What was seen from its SYN on needs no help. */
		if (find_embryo(hash, false))
			return SEED_DONE;
		slot = claim_seeded(hash);
		if (slot == NO_SLOT)
			return SEED_NO_PLACE;
		if (slot == LOOK_AGAIN)
			return SEED_AGAIN;
		if (!(slot & CLAIM_FOUND)) {
			seed_new(slot, hash);
			/* Who makes an embryo looks for a flow afterwards; so who makes a flow looks for an embryo. */
			find_embryo(hash, true);
			return SEED_DONE;
		}
		slot &= ~CLAIM_FOUND;
	}
	return seed_known(slot);
}

#define SEED_TRIES 3

/* False: there is no place for it. */
static __always_inline bool seed(struct seed_work *w)
{
	const __u64 hash = hash_key(&w->at.key);
	int result = SEED_AGAIN;

	w->time = clock_precise();
	for (int try = 0; try < SEED_TRIES && result == SEED_AGAIN; try++)
		result = seed_once(hash);
	/* Else packets of it come and come: they tell all that there is to know. */
	return result != SEED_NO_PLACE;
}

#endif
