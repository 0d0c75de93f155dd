// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* A flow's record as NDJSON, with the keys of DESIGN section 5. */
#include "flow/conn_state.h"
#include "events/json_event.h"
#include "flow/json_parts.h"
#include "flow/names.h"
#include "events/sink.h"
#include "tcpstate/tell/standing.h"
#include "flow/flow_facts.h"
#include "base/clock.h"

static void flow_end(struct out *out, const char *role, const struct flow_record *r, unsigned int end)
{
	const struct flow *f = &r->flow;
	const struct end_past *past = &f->past[end];
	bool syn = past->traits & END_SYN, told = seeded_ends(f);
	unsigned int wscale = f->wscale >> end * 4 & 15;

	json_open_end(out, role, &f->key, end, f->state[end]);
	number_or_null(out, ",\"packets\":", packets_of(f, end), true);
	number_or_null(out, ",\"bytes\":", f->end[end].bytes, true);
	number_or_null(out, ",\"bytes_acked\":", bytes_acked_of(f, &r->history, end), true);
	number_or_null(out, ",\"retransmits\":", past->retransmits, true);
	number_or_null(out, ",\"out_of_order\":", past->out_of_order, true);
	number_or_null(out, ",\"zero_windows\":", past->zero_windows, true);
	number_or_null(out, ",\"syns\":", past->syns, true);
	number_or_null(out, ",\"fins\":", past->fins, true);
	number_or_null(out, ",\"rsts\":", past->rsts, true);
	number_or_null(out, ",\"ttl\":", past->ttl, past->ttl);
	number_or_null(out, ",\"mss\":", past->mss, past->mss);
	number_or_null(out, ",\"wscale\":", wscale, (syn || told) && past->traits & END_WSCALE);
	bool_or_null(out, ",\"sack\":", past->traits & END_SACK, syn || told);
	bool_or_null(out, ",\"timestamps\":", past->traits & END_TIMESTAMPS, packets_of(f, end) || told);
	out_char(out, '}');
}

static void handshake(struct out *out, const struct flow *f)
{
	unsigned int syns = f->past[f->initiator & 1].syns;
	/* In a simultaneous open the SYN-ACK is the second one, and no retransmission. */
	unsigned int needed = f->traits & FLOW_SIMULTANEOUS_OPEN ? 2 : 1;

	number_or_null(out, ",\"handshake\":{\"syn_to_synack_us\":", f->synack_us, f->synack_us);
	number_or_null(out, ",\"synack_to_ack_us\":", f->ack_us, f->ack_us);
	number_or_null(out, ",\"syn_retransmits\":", syns > needed ? syns - needed : 0, syns);
	bool_or_null(out, ",\"isn_changed\":", f->traits & FLOW_ISN_CHANGED, true);
	out_char(out, '}');
}

static void closing(struct out *out, const struct flow *f)
{
	/* When a socket sent its FIN, it does not say. */
	bool both = f->first_fin_ms && f->second_fin_ms && !seeded_ends(f);

	LITERAL(out, ",\"close\":{\"by\":");
	out_word(out, closer_name(closer_of(f)));
	LITERAL(out, ",\"how\":");
	out_word(out, close_how_name(f->closed_how));
	bool_or_null(out, ",\"simultaneous\":", f->traits & FLOW_SIMULTANEOUS_CLOSE, true);
	number_or_null(out, ",\"half_closed_ms\":", f->second_fin_ms - f->first_fin_ms, both);
	out_char(out, '}');
}

/* How far the wait is, or was when it ended. A living flow's can go on. */
static void wait_times(struct sink *sink, const struct flow_record *r, __u64 since)
{
	const struct history *h = &r->history;
	struct out *out = sink->out;
	__u64 elapsed;

	if (h->wait_outcome) {
		number_or_null(out, ",\"elapsed_ms\":", h->wait_elapsed_ms, true);
		LITERAL(out, ",\"outcome\":");
		out_word(out, wait_outcome_name(h->wait_outcome));
		LITERAL(out, ",\"reuse\":");
		if (h->wait_reuse)
			out_word(out, reuse_name(h->wait_reuse));
		else
			LITERAL(out, "null");
		number_or_null(out, ",\"remaining_ms\":", h->wait_remaining_ms, h->wait_outcome != WAIT_RESET);
		return;
	}
	elapsed = r->time > since ? r->time - since : 0;
	LITERAL(out, ",\"elapsed_ms\":");
	out_milliseconds(out, elapsed);
	LITERAL(out, ",\"outcome\":null,\"reuse\":null,\"remaining_ms\":");
	out_milliseconds(out, elapsed < sink->two_msl_ns ? sink->two_msl_ns - elapsed : 0);
}

static void waiting(struct sink *sink, const struct flow_record *r)
{
	const struct history *h = &r->history;
	__u64 since = wait_start(h);
	struct out *out = sink->out;

	LITERAL(out, ",\"time_wait\":");
	if (!h->wait_ends) {
		LITERAL(out, "null");
		return;
	}
	LITERAL(out, "{\"end\":");
	out_word(out, ends_name(h->wait_ends, r->flow.initiator));
	LITERAL(out, ",\"since\":\"");
	out_timestamp(out, sink->clock, since);
	number_or_null(out, "\",\"restarts\":", h->wait_restarts, true);
	wait_times(sink, r, since);
	out_char(out, '}');
}

/* Only those kinds that there were. */
static void strays(struct out *out, const struct history *h)
{
	const char *before = "";

	LITERAL(out, ",\"strays\":{");
	for (unsigned int kind = STRAY_NONE + 1; kind < STRAY_COUNT; kind++) {
		if (!h->strays[kind])
			continue;
		out_text(out, before);
		out_word(out, stray_name(kind));
		number_or_null(out, ":", h->strays[kind], true);
		before = ",";
	}
	out_char(out, '}');
}

void json_flow(struct sink *sink, const struct flow_record *r)
{
	const struct flow *f = &r->flow;
	unsigned int initiator = f->initiator & 1;
	struct out *out = sink->out;

	json_begin(sink, r->time, "flow", f->id);
	flow_end(out, "initiator", r, initiator);
	flow_end(out, "responder", r, !initiator);
	json_roles(out, f->traits, seeded_ends(f));
	LITERAL(out, ",\"ended\":");
	out_bool(out, r->ended);
	LITERAL(out, ",\"start\":\"");
	out_timestamp(out, sink->clock, f->start);
	if (r->ended) {
		LITERAL(out, "\",\"end\":\"");
		out_timestamp(out, sink->clock, r->time);
		out_char(out, '"');
	} else {
		LITERAL(out, "\",\"end\":null");
	}
	LITERAL(out, ",\"duration_ms\":");
	out_milliseconds(out, r->time > f->start ? r->time - f->start : 0);
	handshake(out, f);
	closing(out, f);
	LITERAL(out, ",\"conn_state\":");
	out_word(out, conn_state_name(conn_state_of(f)));
	waiting(sink, r);
	strays(out, &r->history);
	LITERAL(out, ",\"one_sided\":");
	out_bool(out, is_one_sided(f));
	LITERAL(out, ",\"inferred\":");
	out_bool(out, is_inferred(f));
	LITERAL(out, ",\"unacknowledged\":");
	out_bool(out, is_unacknowledged(f));
	number_or_null(out, ",\"observed_twice\":", r->history.observed_twice, true);
	json_finish(sink);
}
