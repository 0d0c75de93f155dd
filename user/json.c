// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* Events as NDJSON: one object a line, with the keys of DESIGN section 5. */
#include <arpa/inet.h>

#include "address.h"
#include "conn_state.h"
#include "names.h"
#include "out.h"
#include "sink.h"
#include "time_wait.h"
#include "verdict.h"
#include "wall_clock.h"

/* A string that is known while compiling. */
#define LITERAL(out, text) out_bytes(out, text, sizeof(text) - 1)

/* A word of ours: nothing in it needs to be escaped. */
static void out_word(struct out *out, const char *word)
{
	out_char(out, '"');
	out_text(out, word);
	out_char(out, '"');
}

static void out_bool(struct out *out, bool value)
{
	if (value)
		LITERAL(out, "true");
	else
		LITERAL(out, "false");
}

static void begin(struct sink *sink, __u64 time, const char *event, __u64 id)
{
	struct out *out = sink->out;

	LITERAL(out, "{\"ts\":\"");
	out_timestamp(out, sink->clock, time);
	LITERAL(out, "\",\"event\":");
	out_word(out, event);
	LITERAL(out, ",\"flow\":\"");
	out_hex64(out, id);
	out_char(out, '"');
}

static void finish(struct sink *sink)
{
	LITERAL(sink->out, "}\n");
	out_line(sink->out);
}

/* ,"initiator":{"addr":...,"port":...,"state":... and no closing brace */
static void open_end(struct out *out, const char *role, const struct flow_key *key, unsigned int end, unsigned int state)
{
	char address[ADDRESS_TEXT];

	LITERAL(out, ",\"");
	out_text(out, role);
	LITERAL(out, "\":{\"addr\":\"");
	out_bytes(out, address, address_text(address, key->addr[end]));
	LITERAL(out, "\",\"port\":");
	out_u64(out, ntohs(key->port[end]));
	LITERAL(out, ",\"state\":");
	out_word(out, state_name(state));
}

static void roles(struct out *out, unsigned int traits)
{
	if (traits & FLOW_GUESSED_ROLES)
		LITERAL(out, ",\"roles\":\"guessed\"");
	else
		LITERAL(out, ",\"roles\":\"seen\"");
}

/* ---- state --------------------------------------------------------------- */

static void changed_end(struct out *out, const char *role, const struct event *e, unsigned int end)
{
	open_end(out, role, &e->key, end, e->state[end]);
	LITERAL(out, ",\"was\":");
	out_word(out, state_name(e->was[end]));
	out_char(out, '}');
}

static void json_state(struct sink *sink, const struct event *e)
{
	struct out *out = sink->out;
	char flags[FLAGS_TEXT];

	begin(sink, e->time, "state", e->id);
	changed_end(out, "initiator", e, e->initiator & 1);
	changed_end(out, "responder", e, !(e->initiator & 1));
	roles(out, e->traits);
	if (e->sender == SENDER_NONE) {
		LITERAL(out, ",\"sender\":null,\"flags\":null,\"seq\":null,\"ack\":null,\"len\":null");
	} else {
		LITERAL(out, ",\"sender\":");
		out_word(out, e->sender == e->initiator ? "initiator" : "responder");
		LITERAL(out, ",\"flags\":\"");
		out_bytes(out, flags, flags_text(flags, e->flags));
		LITERAL(out, "\",\"seq\":");
		out_u64(out, e->seq);
		LITERAL(out, ",\"ack\":");
		out_u64(out, e->ack);
		LITERAL(out, ",\"len\":");
		out_u64(out, e->len);
	}
	LITERAL(out, ",\"cause\":");
	out_word(out, cause_name(e->cause));
	finish(sink);
}

/* ---- time_wait ----------------------------------------------------------- */

static void plain_end(struct out *out, const char *role, const struct flow_key *key, unsigned int end,
		      unsigned int state)
{
	open_end(out, role, key, end, state);
	out_char(out, '}');
}

static void json_time_wait(struct sink *sink, const struct time_wait_event *t)
{
	const struct event *e = t->event;
	unsigned int initiator = e->initiator & 1;
	struct out *out = sink->out;

	begin(sink, e->time, "time_wait", e->id);
	plain_end(out, "initiator", &e->key, initiator, e->state[initiator]);
	plain_end(out, "responder", &e->key, !initiator, e->state[!initiator]);
	roles(out, e->traits);
	LITERAL(out, ",\"phase\":");
	out_word(out, t->ended ? "ended" : "started");
	LITERAL(out, ",\"end\":");
	out_word(out, t->ends == 3 ? "both" : t->ends == 1u << initiator ? "initiator" : "responder");
	LITERAL(out, ",\"elapsed_ms\":");
	if (t->start_known)
		out_milliseconds(out, t->elapsed_ns);
	else
		LITERAL(out, "null");
	LITERAL(out, ",\"two_msl_ms\":");
	out_milliseconds(out, sink->two_msl_ns);
	LITERAL(out, ",\"restarts\":null"); /* the programs do not tell yet */
	if (t->ended) {
		LITERAL(out, ",\"outcome\":");
		out_word(out, t->outcome);
	}
	finish(sink);
}

/* ---- flow ---------------------------------------------------------------- */

static void number_or_null(struct out *out, const char *key, __u64 value, bool known)
{
	out_text(out, key);
	if (known)
		out_u64(out, value);
	else
		LITERAL(out, "null");
}

static void bool_or_null(struct out *out, const char *key, bool value, bool known)
{
	out_text(out, key);
	if (known)
		out_bool(out, value);
	else
		LITERAL(out, "null");
}

static void flow_end(struct out *out, const char *role, const struct flow *f, unsigned int end)
{
	const struct end_past *past = &f->past[end];
	bool syn = past->traits & END_SYN;
	unsigned int wscale = f->wscale >> end * 4 & 15;

	open_end(out, role, &f->key, end, f->state[end]);
	number_or_null(out, ",\"packets\":", f->end[end].packets, true);
	number_or_null(out, ",\"bytes\":", f->end[end].bytes, true);
	number_or_null(out, ",\"retransmits\":", past->retransmits, true);
	number_or_null(out, ",\"out_of_order\":", past->out_of_order, true);
	number_or_null(out, ",\"zero_windows\":", past->zero_windows, true);
	number_or_null(out, ",\"syns\":", past->syns, true);
	number_or_null(out, ",\"fins\":", past->fins, true);
	number_or_null(out, ",\"rsts\":", past->rsts, true);
	number_or_null(out, ",\"ttl\":", past->ttl, past->ttl);
	number_or_null(out, ",\"mss\":", past->mss, past->mss);
	number_or_null(out, ",\"wscale\":", wscale, syn && past->traits & END_WSCALE);
	bool_or_null(out, ",\"sack\":", past->traits & END_SACK, syn);
	bool_or_null(out, ",\"timestamps\":", past->traits & END_TIMESTAMPS, f->end[end].packets);
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
	out_char(out, '}');
}

static void closing(struct out *out, const struct flow *f)
{
	bool both = f->first_fin_ms && f->second_fin_ms;

	LITERAL(out, ",\"close\":{\"by\":");
	out_word(out, closed_by(f));
	LITERAL(out, ",\"how\":");
	out_word(out, close_how_name(f->closed_how));
	bool_or_null(out, ",\"simultaneous\":", f->traits & FLOW_SIMULTANEOUS_CLOSE, true);
	number_or_null(out, ",\"half_closed_ms\":", f->second_fin_ms - f->first_fin_ms, both);
	out_char(out, '}');
}

static void json_flow(struct sink *sink, const struct flow_record *r)
{
	const struct flow *f = &r->flow;
	unsigned int initiator = f->initiator & 1;
	struct out *out = sink->out;

	begin(sink, r->time, "flow", f->id);
	flow_end(out, "initiator", f, initiator);
	flow_end(out, "responder", f, !initiator);
	roles(out, f->traits);
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
	LITERAL(out, ",\"time_wait\":null,\"strays\":{},\"one_sided\":");
	out_bool(out, is_one_sided(f));
	LITERAL(out, ",\"inferred\":");
	out_bool(out, f->traits & FLOW_INFERRED);
	finish(sink);
}

/* ---- lost ---------------------------------------------------------------- */

static void json_lost(struct sink *sink, const struct lost_event *l)
{
	struct out *out = sink->out;

	LITERAL(out, "{\"ts\":\"");
	out_timestamp(out, sink->clock, l->time);
	LITERAL(out, "\",\"event\":\"lost\",\"kind\":");
	out_word(out, event_name(l->kind));
	LITERAL(out, ",\"reason\":");
	out_word(out, lost_reason_name(l->reason));
	LITERAL(out, ",\"count\":");
	out_u64(out, l->count);
	finish(sink);
}

static void json_start(struct sink *sink)
{
}

void json_sink(struct sink *sink, struct out *out, struct wall_clock *clock)
{
	*sink = (struct sink){
		.start = json_start,
		.state = json_state,
		.time_wait = json_time_wait,
		.flow = json_flow,
		.lost = json_lost,
		.out = out,
		.clock = clock,
	};
}
