// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
#include "unit.h"

struct segment segment(__u8 flags, __u32 seq, __u32 ack, __u32 len)
{
	return (struct segment){
		.flags = flags, .seq = seq, .ack = ack, .len = len, .window = 65535, .ttl = 64, .packets = 1,
	};
}

enum judgment pass(struct flow *f, __u32 x, struct segment s, __u64 now)
{
	struct history history = {};
	enum judgment judgment = judge(f, &history, x, &s, now);
	struct news news;

	apply(f, &history, x, &s, judgment, ARRIVED, now, &news);
	return judgment;
}

struct flow established_flow(__u64 now)
{
	struct segment syn = segment(TH_SYN, 1000, 0, 0);
	struct history history = {};
	struct news news;
	struct flow f = { .id = 1 };

	open_flow(&f, &history, 0, &syn, JUDGE_OPEN, now);
	apply(&f, &history, 0, &syn, JUDGE_OPEN, ARRIVED, now, &news);
	pass(&f, 1, segment(TH_SYN | TH_ACK, 5000, 1001, 0), now);
	pass(&f, 0, segment(TH_ACK, 1001, 5001, 0), now);
	return f;
}

/* With an argument: only tests with that name, or pattern. */
int main(int argc, char **argv)
{
	int failures = 0;

	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	failures += test_seq();
	failures += test_state();
	failures += test_transition();
	failures += test_judge();
	failures += test_numbers();
	failures += test_open();
	failures += test_expiry();
	failures += test_late();
	failures += test_seed();
	failures += test_walk();
	return failures != 0;
}
