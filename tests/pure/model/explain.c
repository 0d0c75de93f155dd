// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
#include "explain.h"

#include <stdlib.h>
#include <string.h>

#include "mutate.h"
#include "shrink.h"

#define BEAM 64
#define STEPS 4
#define FRAMES_TRIED 2000000 /* of all worlds for one demand: a second or two */

struct candidate {
	struct schedule schedule;
	struct world world;
};

/* What is kept of one step for the next: half of them look the same, half look so the longest. */
struct beam {
	unsigned int count;
	struct candidate kept[BEAM];
};

static bool is_kept(const struct beam *b, const struct world *w)
{
	for (unsigned int i = 0; i < b->count; i++)
		if (b->kept[i].world.history == w->history)
			return true;
	return false;
}

static bool is_better(const struct world *a, const struct world *b)
{
	if (a->is_alike != b->is_alike)
		return a->is_alike;
	if (a->matched != b->matched)
		return a->matched > b->matched;
	return a->mishaps < b->mishaps;
}

static void keep(struct beam *b, const struct schedule *s, const struct world *w)
{
	unsigned int worst = 0, alike = 0;

	if (is_kept(b, w))
		return;
	for (unsigned int i = 0; i < b->count; i++)
		alike += b->kept[i].world.is_alike;
	if (b->count < BEAM) {
		if (!w->is_alike || alike < BEAM / 2)
			b->kept[b->count++] = (struct candidate){ *s, *w };
		return;
	}
	for (unsigned int i = 1; i < BEAM; i++)
		if (is_better(&b->kept[worst].world, &b->kept[i].world))
			worst = i;
	if ((!w->is_alike || alike < BEAM / 2) && is_better(w, &b->kept[worst].world))
		b->kept[worst] = (struct candidate){ *s, *w };
}

/* One step on from each. True: s is the other world. */
static bool step(const struct beam *from, struct beam *to, const struct trace *trace, const struct verdict *v,
		 struct schedule *s, unsigned int *tried)
{
	to->count = 0;
	for (unsigned int i = 0; i < from->count; i++) {
		const struct candidate *c = &from->kept[i];
		const unsigned int n = mutations(&c->schedule, &c->world);

		for (unsigned int which = 0; which < n && *tried < FRAMES_TRIED; which++) {
			struct world w;

			*s = c->schedule;
			if (!mutate(s, &c->world, which))
				continue;
			world_try(&w, s, trace, &v->question);
			*tried += w.frames + 1;
			if (w.is_alike && w.agrees)
				return true;
			if (!is_kept(from, &w))
				keep(to, s, &w);
		}
	}
	return false;
}

static bool find_world(const struct schedule *s, const struct verdict *v, struct schedule *other)
{
	static struct beam beam[2];
	static struct trace trace;
	unsigned int tried = 0;

	trace = *judge_trace();
	*other = *s;
	other->slip_count = 0;
	beam[0].count = 1;
	beam[0].kept[0].schedule = *other;
	world_try(&beam[0].kept[0].world, other, &trace, &v->question);
	if (beam[0].kept[0].world.is_alike && beam[0].kept[0].world.agrees)
		return true;
	for (int i = 0; i < STEPS; i++)
		if (step(&beam[i & 1], &beam[!(i & 1)], &trace, v, other, &tried))
			return true;
	return false;
}

bool explain(const struct schedule *s, const struct verdict *v, struct schedule *other)
{
	struct schedule less = *s;
	struct verdict same;

	if (v->question.demand == DEMAND_NONE)
		return false;
	if (find_world(s, v, other))
		return true;
	/* It fails for as little, and less hides what is the same. */
	shrink(&less);
	judge_schedule(&less, &same);
	return same.failed && same.question.demand == v->question.demand && find_world(&less, &same, other);
}
