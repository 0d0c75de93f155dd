// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* A flow's record as NDJSON, with the keys of DESIGN section 5. */
#include "flow/conn_state.h"
#include "events/json_event.h"
#include "flow/json_parts.h"
#include "flow/names.h"
#include "events/sink.h"
#include "tcpstate/tell/standing.h"
#include "flow/flow_facts.h"
#include "flow/whose.h"
#include "base/clock.h"

/* whose: where both ends are known; NULL: the record has the one that is. */
static void flow_end(struct out *out, const char *role, const struct flow_record *r, unsigned int end, const struct whose *whose)
{
	const struct flow *f = &r->flow;
	const struct end_past *past = &f->past[end];
	bool syn = past->traits & END_SYN, told = seeded_ends(f);
	unsigned int wscale = f->wscale >> end * 4 & 15;

	json_open_end(out, role, &f->key, end, f->state[end]);
	json_number(out, "packets", packets_of(f, end));
	json_number(out, "bytes", f->end[end].bytes);
	json_number(out, "bytes_acked", bytes_acked_of(f, &r->history, end));
	json_number(out, "retransmits", past->retransmits);
	json_number(out, "out_of_order", past->out_of_order);
	json_number(out, "zero_windows", past->zero_windows);
	json_number(out, "syns", past->syns);
	json_number(out, "fins", past->fins);
	json_number(out, "rsts", past->rsts);
	json_number_or_null(out, "ttl", past->ttl, past->ttl);
	json_number_or_null(out, "mss", past->mss, past->mss);
	json_number_or_null(out, "wscale", wscale, (syn || told) && past->traits & END_WSCALE);
	json_bool_or_null(out, "sack", past->traits & END_SACK, syn || told);
	json_bool_or_null(out, "timestamps", past->traits & END_TIMESTAMPS, packets_of(f, end) || told);
	if (whose)
		whose_json(out, &whose[end]);
	json_close(out);
}

static void handshake(struct out *out, const struct flow *f)
{
	json_open_object(out, "handshake");
	json_number_or_null(out, "syn_to_synack_us", f->synack_us, f->synack_us);
	json_number_or_null(out, "synack_to_ack_us", f->ack_us, f->ack_us);
	json_number_or_null(out, "syn_retransmits", syns_sent_again(f), f->past[f->initiator & 1].syns);
	json_bool(out, "isn_changed", f->traits & FLOW_ISN_CHANGED);
	json_close(out);
}

static void closing(struct out *out, const struct flow *f)
{
	/* When a socket sent its FIN, it does not say. */
	bool both = f->first_fin_ms && f->second_fin_ms && !seeded_ends(f);

	json_open_object(out, "close");
	json_word(out, "by", closer_name(closer_of(f)));
	json_word(out, "how", close_how_name(f->closed_how));
	json_bool(out, "simultaneous", f->traits & FLOW_SIMULTANEOUS_CLOSE);
	json_number_or_null(out, "half_closed_ms", f->second_fin_ms - f->first_fin_ms, both);
	json_close(out);
}

/* How far the wait is, or was when it ended. A living flow's can go on. */
static void wait_times(struct sink *sink, const struct flow_record *r, __u64 since)
{
	const struct history *h = &r->history;
	struct out *out = sink->out;
	__u64 elapsed;

	if (h->wait_outcome) {
		json_number(out, "elapsed_ms", h->wait_elapsed_ms);
		json_word(out, "outcome", wait_outcome_name(h->wait_outcome));
		json_word_or_null(out, "reuse", h->wait_reuse ? reuse_name(h->wait_reuse) : NULL);
		json_number_or_null(out, "remaining_ms", h->wait_remaining_ms, h->wait_outcome != WAIT_RESET);
		return;
	}
	elapsed = r->time > since ? r->time - since : 0;
	json_milliseconds(out, "elapsed_ms", elapsed);
	json_null(out, "outcome");
	json_null(out, "reuse");
	json_milliseconds(out, "remaining_ms", elapsed < sink->two_msl_ns ? sink->two_msl_ns - elapsed : 0);
}

static void time_wait(struct sink *sink, const struct flow_record *r)
{
	const struct history *h = &r->history;
	__u64 since = wait_start(h);
	struct out *out = sink->out;

	if (!h->wait_ends) {
		json_null(out, "time_wait");
		return;
	}
	json_open_object(out, "time_wait");
	json_word(out, "end", ends_name(h->wait_ends, r->flow.initiator));
	json_time(out, "since", sink->clock, since);
	json_number(out, "restarts", h->wait_restarts);
	wait_times(sink, r, since);
	json_close(out);
}

/* Only those kinds that there were. */
static void strays(struct out *out, const struct history *h)
{
	json_open_object(out, "strays");
	for (unsigned int kind = STRAY_NONE + 1; kind < STRAY_COUNT; kind++)
		if (h->strays[kind])
			json_number_named(out, stray_name(kind), h->strays[kind]);
	json_close(out);
}

/* Which ends there is something to tell of. */
static unsigned int find_whose(const struct sink *sink, const struct flow *f, struct whose whose[2])
{
	const struct whose_life life = whose_life_of(f);

	if (!sink->whose)
		return 0;
	sink->whose->find(sink->whose->arg, &life, whose);
	return whose_tells(&whose[0]) | whose_tells(&whose[1]) << 1;
}

static void json_whose(struct out *out, const struct whose whose[2], unsigned int ends, unsigned int initiator)
{
	json_word(out, "whose", ends_name(ends, initiator));
	if (ends != 3)
		whose_json(out, &whose[ends >> 1]);
}

void json_flow(struct sink *sink, const struct flow_record *r)
{
	const struct flow *f = &r->flow;
	unsigned int initiator = f->initiator & 1;
	struct whose whose[2];
	unsigned int told = find_whose(sink, f, whose);
	struct out *out = sink->out;

	json_begin(sink, r->time, "flow", f->id);
	flow_end(out, "initiator", r, initiator, told == 3 ? whose : NULL);
	flow_end(out, "responder", r, !initiator, told == 3 ? whose : NULL);
	json_roles(out, f->traits, seeded_ends(f));
	json_bool(out, "ended", r->ended);
	json_time(out, "start", sink->clock, f->start);
	if (r->ended)
		json_time(out, "end", sink->clock, r->time);
	else
		json_null(out, "end");
	json_milliseconds(out, "duration_ms", r->time > f->start ? r->time - f->start : 0);
	handshake(out, f);
	closing(out, f);
	json_word(out, "conn_state", conn_state_name(conn_state_of(f)));
	time_wait(sink, r);
	strays(out, &r->history);
	json_bool(out, "one_sided", is_one_sided(f));
	json_bool(out, "inferred", is_inferred(f));
	json_bool(out, "unacknowledged", is_unacknowledged(f));
	json_number(out, "observed_twice", r->history.observed_twice);
	if (told)
		json_whose(out, whose, told, initiator);
	json_finish(sink);
}
