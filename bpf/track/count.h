/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* Per-CPU counters: what could not be handled is counted by reason. */
#ifndef TCPSTATE_BPF_TRACK_COUNT_H
#define TCPSTATE_BPF_TRACK_COUNT_H

#include "maps.h"
#include "tcpstate/core/judge.h"

static __always_inline struct counters *my_counters(void)
{
	__u32 zero = 0;

	return bpf_map_lookup_elem(&counters, &zero);
}

/* The sweep runs in process context and may be interrupted on its CPU by a packet. */
static __always_inline void add(__u64 *counter, __u64 n)
{
	__sync_fetch_and_add(counter, n);
}

static __always_inline void count_many(enum counter what, __u64 n)
{
	struct counters *c = my_counters();

	if (c)
		add(&c->count[what], n);
}

static __always_inline void count(enum counter what)
{
	count_many(what, 1);
}

static __always_inline void count_reset(__u32 kind)
{
	struct counters *c = my_counters();

	if (c && kind < RESET_COUNT)
		add(&c->resets[kind], 1);
}

static __always_inline void count_passed_over(__u32 why)
{
	struct counters *c = my_counters();

	if (c && why < PASSED_COUNT)
		add(&c->passed_over[why], 1);
}

/* What is special about a segment, though it is tracked as any other; of nearly all, nothing. */
static __always_inline void count_traits(const struct segment *s)
{
	if (!(s->traits & (SEG_FRAGMENT | SEG_BAD_OPTIONS)))
		return;
	if (s->traits & SEG_FRAGMENT)
		count(COUNT_FRAGMENTED);
	if (s->traits & SEG_BAD_OPTIONS)
		count(COUNT_BAD_OPTIONS);
}

static __always_inline void count_lost(enum lost_reason why, __u32 type)
{
	struct counters *c = my_counters();

	if (c)
		add(&c->lost[why][type & (EVENT_TYPES - 1)], 1);
}

static __always_inline void count_left_out(enum left_out why, __u32 type)
{
	struct counters *c = my_counters();

	if (c)
		add(&c->left_out[why][type & (EVENT_TYPES - 1)], 1);
}

static __always_inline void count_wait(const struct wait_event *w)
{
	struct counters *c = my_counters();
	__u32 outcome = w->outcome, reuse = w->reuse;

	if (!c)
		return;
	if (w->phase == WAIT_RESTARTED)
		add(&c->wait_restarts, 1);
	else if (outcome < WAIT_OUTCOME_COUNT)
		add(&c->waits[outcome], 1);
	if (outcome == WAIT_REUSED && reuse < REUSE_COUNT)
		add(&c->reuses[reuse], 1);
}

/* Flows that a segment opened, and segments that their receiver did not take, by why. */
/* held_as: enum stray, should JUDGE_HELD be refused. */
static __always_inline void count_judgment(enum judgment judgment, __u32 held_as)
{
	switch (judgment) {
	case JUDGE_OPEN_SYN_ACK:
		count(COUNT_OPENED_BY_SYN_ACK);
		/* fallthrough */
	case JUDGE_OPEN:
	case JUDGE_OPEN_MIDSTREAM:
		count(COUNT_FLOWS_OPENED);
		break;
	case JUDGE_SYN_AGAIN:
	case JUDGE_SYN_ACK_AGAIN:
		count(COUNT_SYN_RETRANSMITS);
		break;
	case JUDGE_RST_INEXACT:
	case JUDGE_RST_INVALID:
		count(COUNT_RST_INVALID);
		break;
	case JUDGE_UNIGNORED:
		count(COUNT_RST_IGNORED);
		break;
	case JUDGE_CHALLENGE_SYN:
		count(COUNT_CHALLENGED_SYN);
		break;
	case JUDGE_OUT_OF_WINDOW:
		count(COUNT_OUT_OF_WINDOW);
		break;
	case JUDGE_SYN_ACK_WRONG:
	case JUDGE_ACK_UNSENT:
	case JUDGE_ACK_OLD:
		count(COUNT_ACK_UNSENT);
		break;
	case JUDGE_HELD:
		count(held_as == STRAY_ACK_UNSENT ? COUNT_ACK_UNSENT : held_as == STRAY_PAWS_STALE ? COUNT_PAWS : COUNT_OUT_OF_WINDOW);
		break;
	case JUDGE_PAWS:
		count(COUNT_PAWS);
		break;
	case JUDGE_OLD:
		count(COUNT_OLD_DUPLICATE);
		break;
	case JUDGE_DATA_AFTER_FIN:
		count(COUNT_DATA_AFTER_FIN);
		break;
	case JUDGE_LATE:
		count(COUNT_LATE);
		break;
	case JUDGE_BAD_FLAGS:
		count_passed_over(PASSED_BAD_FLAGS);
		break;
	case JUDGE_BAD_CHECKSUM:
		count_passed_over(PASSED_BAD_CHECKSUM);
		break;
	default:
		break;
	}
}

#endif
