// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
#include "exhaustive.h"

#include "conversations.h"
#include "judge.h"

static void slip_one(struct schedule *s, unsigned int frame, enum slip slip)
{
	s->slip[s->slip_count++] = (struct slip_event){ .frame = frame, .slip = slip };
}

/* From frame on, as many as there are. */
static void double_all(struct schedule *s, unsigned int frame)
{
	s->slip[s->slip_count++] = (struct slip_event){ .frame = frame, .slip = DOUBLED, .more = 255 };
}

/* A second place for good: every frame comes twice, one is missed at both places, or at the first. */
static void judge_doubled(const struct schedule *whole, unsigned int frames, void (*judge)(const struct schedule *s))
{
	for (unsigned int i = 0; i < frames; i++) {
		for (enum slip slip = 0; slip < SLIPS; slip++) {
			struct schedule s = *whole;

			slip_one(&s, i, slip);
			double_all(&s, 0);
			judge(&s);
		}
		struct schedule s = *whole;

		double_all(&s, i);
		judge(&s);
	}
}

static void judge_slipped(const struct schedule *whole, unsigned int frames, void (*judge)(const struct schedule *s),
			  bool pairs, bool doubles)
{
	for (unsigned int i = 0; i < frames; i++) {
		for (enum slip slip = 0; slip < SLIPS; slip++) {
			struct schedule s = *whole;

			if (slip == DOUBLED && !doubles)
				continue;
			slip_one(&s, i, slip);
			judge(&s);
		}
		for (unsigned int k = i + 1; pairs && k < frames; k++) {
			struct schedule s = *whole;

			slip_one(&s, i, MISSED);
			slip_one(&s, k, MISSED);
			judge(&s);
		}
	}
}

void exhaustive(void (*judge)(const struct schedule *s), void (*done)(const char *name), bool pairs, bool doubles)
{
	for (unsigned int i = 0; i < conversation_count(); i++) {
		struct schedule whole;

		for (unsigned int manner = 0; manner < MANNERS; manner++) {
			struct verdict v;

			conversation(&whole, i, manner);
			judge_schedule(&whole, &v);
			judge(&whole);
			judge_slipped(&whole, v.passed, judge, pairs, doubles);
			if (doubles)
				judge_doubled(&whole, v.passed, judge);
		}
		done(whole.name);
	}
}
