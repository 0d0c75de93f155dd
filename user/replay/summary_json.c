// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* A summary as one object. */
#include "events/json_event.h"
#include "flow/json_parts.h"
#include "flow/names.h"
#include "replay/replay.h"
#include "replay/senders.h"
#include "events/sink.h"
#include "replay/summary.h"
#include "base/clock.h"

static void json_capture(const struct summary *s, const struct replay_counts *c)
{
	struct out *out = s->sink.out;

	json_open_object(out, "capture");
	json_number(out, "packets", c->packets);
	json_number(out, "bytes", c->bytes);
	if (c->packets) {
		json_time(out, "start", s->sink.clock, c->first);
		json_time(out, "end", s->sink.clock, c->last);
	} else {
		json_null(out, "start");
		json_null(out, "end");
	}
	json_number(out, "out_of_order", c->out_of_order);
	json_number(out, "put_in_order", c->out_of_order - c->late);
	json_close(out);
}

static void json_closes(struct out *out, const struct summary *s)
{
	json_open_object(out, "closed");
	for (unsigned int who = 0; who < CLOSER_COUNT; who++) {
		json_open_named(out, closer_name(who));
		for (unsigned int way = 0; way < CLOSE_HOWS; way++)
			json_number_named(out, close_how_name(way), s->closed[who][way]);
		json_close(out);
	}
	json_close(out);
}

static void json_states_left(struct out *out, const struct summary *s)
{
	json_open_object(out, "states_left");
	for (unsigned int role = 0; role < 2; role++) {
		json_open_named(out, role ? "responder" : "initiator");
		for (unsigned int state = 0; state < STATE_SLOTS; state++)
			if (s->left[role][state])
				json_number_named(out, state_name(state), s->left[role][state]);
		json_close(out);
	}
	json_close(out);
}

static void json_connections(const struct summary *s)
{
	struct out *out = s->sink.out;

	json_number(out, "connections", s->connections);
	json_number(out, "alive", s->living);
	json_number(out, "roles_guessed", s->guessed);
	json_number(out, "one_sided", s->one_sided);
	json_number(out, "segments", s->packets);
	json_number(out, "bytes", s->bytes);
	json_number(out, "retransmits", s->retransmits);
	json_number(out, "out_of_order", s->out_of_order);
	json_number(out, "zero_windows", s->zero_windows);
	json_open_object(out, "conn_state");
	for (unsigned int i = 0; i < CONN_STATE_COUNT; i++)
		json_number_named(out, conn_state_name(i), s->conn_state[i]);
	json_close(out);
	json_closes(out, s);
	json_states_left(out, s);
}

static void json_times(struct out *out, const char *name, const struct histogram *h)
{
	json_open_named(out, name);
	json_number(out, "count", h->count);
	json_number_or_null(out, "median", histogram_quantile(h, 500), h->count);
	json_number_or_null(out, "p90", histogram_quantile(h, 900), h->count);
	json_number_or_null(out, "max", h->max, h->count);
	json_close(out);
}

static void json_handshake(struct out *out, const struct summary *s)
{
	json_open_object(out, "handshake");
	json_times(out, "syn_to_synack_us", &s->syn_to_synack);
	json_times(out, "synack_to_ack_us", &s->synack_to_ack);
	json_number(out, "syn_retransmits", s->syn_retransmits);
	json_close(out);
}

static void json_waits(const struct summary *s)
{
	struct out *out = s->sink.out;

	json_open_object(out, "time_wait");
	json_milliseconds(out, "two_msl_ms", s->sink.two_msl_ns);
	json_open_object(out, "started");
	json_number(out, "initiator", s->waits[0]);
	json_number(out, "responder", s->waits[1]);
	json_number(out, "both", s->both_wait);
	json_close(out);
	json_number(out, "expired", s->wait_expired);
	json_number(out, "reused", s->wait_reused);
	json_number(out, "reset", s->wait_reset);
	json_number(out, "evicted", s->wait_evicted);
	json_number(out, "denied", s->wait_denied);
	json_close(out);
}

static void json_sender(struct out *out, const struct sender *one, bool offload)
{
	const __u8 *mac = one->key.station;

	json_open_item(out);
	json_address(out, "addr", one->key.address);
	json_key(out, "mac");
	out_format(out, "\"%02x:%02x:%02x:%02x:%02x:%02x\"", mac[0], mac[1], mac[2], mac[3], mac[4], mac[5]);
	json_number(out, "interface", one->key.interface);
	json_word(out, "assumed", offload ? "offload" : "corruption");
	json_number(out, "taken", one->taken);
	json_number(out, "zero", one->zero);
	json_number(out, "left_out", one->left_out);
	json_number(out, "acknowledged", one->acknowledged);
	json_number(out, "sent_again", one->sent_again);
	json_close(out);
}

/* Wrong checksums: how many count as right all the same, how many do not, and whose they are. */
static void json_checksums(struct out *out, const struct summary_frame_counts *c)
{
	json_open_object(out, "checksums");
	json_number(out, "taken", c->replay->sums_taken);
	json_number(out, "left_out", c->replay->sums_left_out);
	json_open_array(out, "senders");
	for (__u32 i = 0; c->senders && i < c->senders->count; i++)
		json_sender(out, &c->senders->list[i], senders_offload_assumed(c->senders, i));
	json_close_array(out);
	json_close(out);
}

static void json_frames(struct out *out, const struct summary_frame_counts *c)
{
	json_open_object(out, "copies");
	json_number(out, "observed_twice", c->programs->count[COUNT_OBSERVED_TWICE]);
	json_number(out, "paths_learnt", c->replay->paths_learnt);
	json_close(out);
	json_open_object(out, "passed_over");
	for (unsigned int i = 0; i < PASSED_COUNT; i++)
		json_number_named(out, passed_over_name(i), summary_passed_over(c, i));
	json_number(out, "link_type", c->replay->unknown_link);
	json_close(out);
}

void summary_json(const struct summary *s, const struct summary_frame_counts *c)
{
	struct out *out = s->sink.out;

	json_open(out);
	json_time(out, "ts", s->sink.clock, c->replay->last);
	json_word(out, "event", "summary");
	if (c->captures)
		json_number(out, "captures", c->captures);
	json_capture(s, c->replay);
	json_connections(s);
	json_handshake(out, s);
	json_waits(s);
	json_checksums(out, c);
	json_frames(out, c);
	json_finish(s->next);
}
