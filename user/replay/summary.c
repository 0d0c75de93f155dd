// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* The figures of a summary, as events go by; summary_print.c writes them out. */
#include "replay/summary.h"

#include <stddef.h>
#include <string.h>

#include "replay/replay.h"
#include "tcpstate/tell/standing.h"
#include "flow/flow_facts.h"

static struct summary *summary_of(struct sink *sink)
{
	return (struct summary *)sink; /* its first member */
}

static bool is_passed_on(const struct summary *s, enum event_type type)
{
	return s->passed_on >> type & 1;
}

static void count_handshake(struct summary *s, const struct flow *f)
{
	if (f->synack_us)
		histogram_add(&s->syn_to_synack, f->synack_us);
	if (f->ack_us)
		histogram_add(&s->synack_to_ack, f->ack_us);
	s->syn_retransmits += syns_sent_again(f);
}

static void count_ends(struct summary *s, const struct flow *f, bool living)
{
	for (unsigned int role = 0; role < 2; role++) {
		unsigned int end = (f->initiator & 1) ^ role;

		s->packets += packets_of(f, end);
		s->bytes += f->end[end].bytes;
		s->retransmits += f->past[end].retransmits;
		s->out_of_order += f->past[end].out_of_order;
		s->zero_windows += f->past[end].zero_windows;
		if (living)
			s->left[role][f->state[end] & (STATE_SLOTS - 1)]++;
	}
}

static void on_flow(struct sink *sink, const struct flow_record *r)
{
	struct summary *s = summary_of(sink);
	const struct flow *f = &r->flow;

	s->connections++;
	s->living += !r->ended;
	s->one_sided += is_one_sided(f);
	s->guessed += !!(f->traits & FLOW_GUESSED_ROLES);
	s->conn_state[conn_state_of(f)]++;
	s->closed[closer_of(f)][f->closed_how % CLOSE_HOWS]++;
	count_handshake(s, f);
	count_ends(s, f, !r->ended);
	if (is_passed_on(s, EVENT_FLOW))
		s->next->flow(s->next, r);
}

/* Counted by connections: where one end waited already, both do now. */
static void count_start(struct summary *s, const struct wait_event *w)
{
	unsigned int initiator = w->event.initiator & 1;
	unsigned int waiting = (w->event.state[0] == STATE_TIME_WAIT) |
			       (w->event.state[1] == STATE_TIME_WAIT) << 1;

	if (waiting == 3 && w->ends != 3)
		s->waits[w->ends == 1u << initiator]--;
	if (waiting == 3)
		s->both_wait++;
	else
		s->waits[w->ends != 1u << initiator]++;
}

static void count_wait(struct summary *s, const struct wait_event *w)
{
	if (w->phase == WAIT_STARTED)
		count_start(s, w);
	if (w->phase != WAIT_ENDED)
		return;
	s->wait_expired += w->outcome == WAIT_EXPIRED;
	s->wait_reused += w->outcome == WAIT_REUSED;
	s->wait_reset += w->outcome == WAIT_RESET;
	s->wait_evicted += w->outcome == WAIT_EVICTED;
	s->wait_denied += w->outcome == WAIT_DENIED;
}

static void on_time_wait(struct sink *sink, const struct wait_event *w)
{
	struct summary *s = summary_of(sink);

	count_wait(s, w);
	if (is_passed_on(s, EVENT_TIME_WAIT))
		s->next->time_wait(s->next, w);
}

static void on_stray(struct sink *sink, const struct stray_event *e)
{
	struct summary *s = summary_of(sink);

	if (is_passed_on(s, EVENT_STRAY))
		s->next->stray(s->next, e);
}

static void on_state(struct sink *sink, const struct event *e)
{
	struct summary *s = summary_of(sink);

	if (is_passed_on(s, EVENT_STATE))
		s->next->state(s->next, e);
}

static void on_lost(struct sink *sink, const struct lost_event *l)
{
	struct summary *s = summary_of(sink);

	s->next->lost(s->next, l);
}

static void on_start(struct sink *sink)
{
	struct summary *s = summary_of(sink);

	s->next->two_msl_ns = sink->two_msl_ns;
	if (is_passed_on(s, EVENT_STATE))
		s->next->start(s->next);
}

void summary_init(struct summary *s, struct sink *next, __u32 passed_on)
{
	memset(s, 0, sizeof(*s));
	s->next = next;
	s->passed_on = passed_on;
	s->sink = (struct sink){
		.start = on_start,
		.state = on_state,
		.time_wait = on_time_wait,
		.stray = on_stray,
		.flow = on_flow,
		.lost = on_lost,
		.out = next->out,
		.clock = next->clock,
		.colour = next->colour,
	};
}

/* All between the first figure and the histograms is u64. */
void summary_add(struct summary *s, const struct summary *more)
{
	size_t first = offsetof(struct summary, connections), behind = offsetof(struct summary, syn_to_synack);

	for (size_t at = first; at < behind; at += sizeof(__u64))
		*(__u64 *)((char *)s + at) += *(const __u64 *)((const char *)more + at);
	histogram_merge(&s->syn_to_synack, &more->syn_to_synack);
	histogram_merge(&s->synack_to_ack, &more->synack_to_ack);
	s->sink.two_msl_ns = more->sink.two_msl_ns;
}

__u64 summary_passed_over(const struct summary_frame_counts *c, unsigned int reason)
{
	return c->programs->passed_over[reason] + (reason == PASSED_TRUNCATED ? c->replay->short_frames : 0);
}
