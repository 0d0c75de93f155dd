// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
#include "explain.h"

#include <string.h>

#include "endpoint.h"

static bool is_alike(const struct schedule *s, const struct verdict *v, struct verdict *found)
{
	judge_schedule(s, found);
	return found->fingerprint == v->fingerprint && found->truth[0] == v->told[0] && found->truth[1] == v->told[1];
}

/* With any one or two other frames missed. */
static bool try_misses(const struct schedule *s, const struct verdict *v, struct schedule *other)
{
	struct schedule trial = *s;
	struct verdict found;
	unsigned int frames;

	trial.slip_count = 0;
	judge_schedule(&trial, &found);
	frames = found.passed < 40 ? found.passed : 40;
	for (unsigned int i = 0; i <= frames; i++)
		for (unsigned int k = i; k <= frames; k++) {
			trial.slip_count = (i < frames) + (k < frames && k != i);
			trial.slip[0] = (struct slip_event){ .frame = i, .slip = MISSED };
			trial.slip[1] = (struct slip_event){ .frame = k, .slip = MISSED };
			if (!is_alike(&trial, v, &found))
				continue;
			*other = trial;
			return true;
		}
	return false;
}

static bool ends_a_stream(const struct action *a)
{
	return a->verb == DO_CLOSE || a->verb == DO_SHUT;
}

/* The i-th thing that an application does, done otherwise. False: there is no such other way. */
static bool change(struct schedule *s, int i, int way)
{
	struct action *a = &s->action[i];

	switch (way) {
	case 0: /* a byte for a FIN */
		if (!ends_a_stream(a))
			return false;
		*a = (struct action){ a->at, 1, a->end, DO_SEND };
		return true;
	case 1: /* not at all */
		memmove(a, a + 1, (--s->action_count - i) * sizeof(*a));
		return true;
	case 2: /* a byte more, for a FIN with data */
		if (a->verb != DO_SEND)
			return false;
		a->amount++;
		for (int k = i + 1; k < s->action_count; k++)
			if (ends_a_stream(&s->action[k]) && s->action[k].end == a->end)
				return change(s, k, 1);
		return false;
	case 3: /* it leaves it open, and sends a byte where it would have closed */
		s->end[a->end].habits &= ~HABIT_CLOSES_AT_EOF;
		return true;
	default:
		return false;
	}
}

bool explain(const struct schedule *s, const struct verdict *v, struct schedule *other)
{
	for (int i = 0; i < s->action_count; i++)
		for (int way = 0; way < 4; way++) {
			struct schedule trial = *s;

			if (change(&trial, i, way) && try_misses(&trial, v, other))
				return true;
		}
	return try_misses(s, v, other);
}
