// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/*
 * The table behind time_wait events against a plain array: many flows begin
 * and end to wait in random order, and each end must know its start.
 */
#include <stdio.h>
#include <stdlib.h>

#include "../../user/time_wait.h"

#define FLOWS 4000
#define STEPS 200000

static unsigned long long random_state = 88172645463325252ULL;

/* xorshift: the same sequence on every run */
static unsigned int pick(unsigned int below)
{
	random_state ^= random_state << 13;
	random_state ^= random_state >> 7;
	random_state ^= random_state << 17;
	return (random_state >> 20) % below;
}

int main(void)
{
	static __u64 since[FLOWS], id[FLOWS];
	struct time_waits *waits = time_waits_new();
	int failed = 0;

	/* Ids that fall on few places, so that entries crowd: the table's place is in the upper half. */
	for (unsigned int i = 0; i < FLOWS; i++)
		id[i] = (__u64)(i % 512) << 32 | (i + 1);
	for (__u64 now = 1; now <= STEPS; now++) {
		unsigned int i = pick(FLOWS);
		struct event e = { .id = id[i], .time = now, .cause = CAUSE_TIMEOUT };
		struct time_wait_event result;

		e.was[1] = e.state[1] = STATE_CLOSED;
		e.was[0] = since[i] ? STATE_TIME_WAIT : STATE_FIN_WAIT_2;
		e.state[0] = since[i] ? STATE_CLOSED : STATE_TIME_WAIT;
		if (!time_wait_of(waits, &e, &result) || result.ended != !!since[i] ||
		    (since[i] && (!result.start_known || result.elapsed_ns != now - since[i])))
			failed++;
		since[i] = since[i] ? 0 : now;
		if (now % 50000 == 0) { /* a purge: what began before is forgotten, the rest is not */
			__u64 then = now - 10000;

			time_waits_purge(waits, then);
			for (unsigned int j = 0; j < FLOWS; j++)
				if (since[j] && since[j] < then) {
					struct event end = { .id = id[j], .time = now, .was = { STATE_TIME_WAIT, STATE_CLOSED },
							     .state = { STATE_CLOSED, STATE_CLOSED } };

					failed += !time_wait_of(waits, &end, &result) || result.start_known;
					since[j] = 0;
				}
		}
	}
	time_waits_free(waits);
	printf("%s the table of waits against a plain array%s\n", failed ? "not ok" : "ok", failed ? ": they differ" : "");
	return failed != 0;
}
