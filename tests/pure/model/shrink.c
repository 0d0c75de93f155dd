// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
#include "shrink.h"

#include <string.h>

static bool still_fails(const struct schedule *s, const char *fault)
{
	struct verdict v;

	judge_schedule(s, &v);
	return v.failed && strcmp(v.fault, fault) == 0;
}

#define WITHOUT(list, i)                                                                                        \
	memmove(&trial.list[i], &trial.list[(i) + 1], (--trial.list##_count - (i)) * sizeof(trial.list[0]))

static bool accept(struct schedule *s, const struct schedule *trial, const char *fault)
{
	if (!still_fails(trial, fault))
		return false;
	*s = *trial;
	return true;
}

/* Frames are known by their order, which is another without what is taken: so they move along. */
static void move_events(struct schedule *s, int by)
{
	for (int i = 0; i < s->net_count; i++)
		s->net[i].frame = s->net[i].frame > by ? s->net[i].frame - by : 0;
	for (int i = 0; i < s->slip_count; i++)
		s->slip[i].frame = s->slip[i].frame > by ? s->slip[i].frame - by : 0;
}

static bool drop_actions(struct schedule *s, const char *fault)
{
	for (int i = s->action_count - 1; i >= 0; i--)
		for (int by = 0; by <= 6; by++) {
			struct schedule trial = *s;

			WITHOUT(action, i);
			move_events(&trial, by);
			if (accept(s, &trial, fault))
				return true;
		}
	return false;
}

static bool drop_events(struct schedule *s, const char *fault)
{
	for (int i = s->net_count - 1; i >= 0; i--) {
		struct schedule trial = *s;

		WITHOUT(net, i);
		if (accept(s, &trial, fault))
			return true;
	}
	for (int i = s->slip_count - 1; i >= 0; i--) {
		struct schedule trial = *s;

		WITHOUT(slip, i);
		if (accept(s, &trial, fault))
			return true;
		for (int more = 0; more < s->slip[i].more; more = 2 * more + 1) {
			trial = *s;
			trial.slip[i].more = more;
			if (accept(s, &trial, fault))
				return true;
		}
	}
	return false;
}

static bool simplify(struct schedule *s, const char *fault)
{
	bool simpler = false;

	for (int i = 0; i < s->action_count; i++) {
		struct schedule trial = *s;

		if (trial.action[i].verb != DO_SEND || trial.action[i].amount <= 100)
			continue;
		trial.action[i].amount = 100;
		if (!accept(s, &trial, fault)) {
			trial.action[i].amount = s->action[i].amount / 2;
			simpler |= accept(s, &trial, fault);
		}
	}
	for (int x = 0; x < 2; x++)
		for (int bit = 1; bit < 32; bit <<= 1) {
			struct schedule trial = *s;

			if (!(trial.end[x].habits & bit) || bit == 1)
				continue;
			trial.end[x].habits &= ~bit;
			simpler |= accept(s, &trial, fault);
		}
	return simpler;
}

static void simplify_options(struct schedule *s, const char *fault)
{
	struct schedule trial = *s;

	trial.end[0].offers &= ~OPT_TIMESTAMPS;
	trial.end[1].offers &= ~OPT_TIMESTAMPS;
	accept(s, &trial, fault);
	trial = *s;
	trial.end[0].offers &= ~OPT_SCALE;
	trial.end[1].offers &= ~OPT_SCALE;
	accept(s, &trial, fault);
	trial = *s;
	trial.end[0].iss[0] = 1000;
	accept(s, &trial, fault);
	trial = *s;
	trial.view = VIEW_TAP;
	trial.tap = 50;
	accept(s, &trial, fault);
	trial = *s;
	trial.delay_us[0] = trial.delay_us[1] = 10000;
	accept(s, &trial, fault);
	trial = *s;
	trial.swapped_key = false;
	accept(s, &trial, fault);
	for (int x = 0; x < 2; x++) {
		trial = *s;
		trial.end[x].segment = 65000;
		accept(s, &trial, fault);
	}
}

void shrink(struct schedule *s)
{
	struct verdict v;
	const char *fault = v.fault;

	judge_schedule(s, &v);
	simplify_options(s, fault);
	while (drop_actions(s, fault) || drop_events(s, fault) || simplify(s, fault))
		;
	simplify_options(s, fault);
}
