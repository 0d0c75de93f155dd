// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* A summary as one object. */
#include "flow/address.h"
#include "events/json_event.h"
#include "flow/json_parts.h"
#include "flow/names.h"
#include "base/out.h"
#include "replay/replay.h"
#include "replay/senders.h"
#include "events/sink.h"
#include "replay/summary.h"
#include "base/clock.h"

/* "name":value with a comma before all but the first. */
static void member(struct out *out, bool *first, const char *name, __u64 value)
{
	if (!*first)
		out_char(out, ',');
	*first = false;
	out_json_string(out, name);
	out_char(out, ':');
	out_u64(out, value);
}

static void json_capture(const struct summary *s, const struct replay_counts *c)
{
	struct out *out = s->sink.out;

	out_format(out, ",\"capture\":{\"packets\":%llu,\"bytes\":%llu,\"start\":", c->packets, c->bytes);
	if (c->packets) {
		out_char(out, '"');
		out_timestamp(out, s->sink.clock, c->first);
		out_text(out, "\",\"end\":\"");
		out_timestamp(out, s->sink.clock, c->last);
		out_char(out, '"');
	} else {
		out_text(out, "null,\"end\":null");
	}
	out_format(out, ",\"out_of_order\":%llu,\"put_in_order\":%llu}", c->out_of_order, c->out_of_order - c->late);
}

static void json_connections(const struct summary *s)
{
	struct out *out = s->sink.out;
	bool first = true;

	out_format(out, ",\"connections\":%llu,\"alive\":%llu,\"roles_guessed\":%llu,\"one_sided\":%llu", s->connections,
		   s->living, s->guessed, s->one_sided);
	out_format(out, ",\"segments\":%llu,\"bytes\":%llu,\"retransmits\":%llu,\"out_of_order\":%llu,\"zero_windows\":%llu",
		   s->packets, s->bytes, s->retransmits, s->out_of_order, s->zero_windows);
	out_text(out, ",\"conn_state\":{");
	for (unsigned int i = 0; i < CONN_STATE_COUNT; i++)
		member(out, &first, conn_state_name(i), s->conn_state[i]);
	out_text(out, "},\"closed\":{");
	for (unsigned int who = 0; who < CLOSER_COUNT; who++) {
		out_format(out, "%s\"%s\":{", who ? "," : "", closer_name(who));
		first = true;
		for (unsigned int way = 0; way < CLOSE_HOWS; way++)
			member(out, &first, close_how_name(way), s->closed[who][way]);
		out_char(out, '}');
	}
	out_text(out, "},\"states_left\":{");
	for (unsigned int role = 0; role < 2; role++) {
		out_text(out, role ? ",\"responder\":{" : "\"initiator\":{");
		first = true;
		for (unsigned int state = 0; state < STATE_SLOTS; state++)
			if (s->left[role][state])
				member(out, &first, state_name(state), s->left[role][state]);
		out_char(out, '}');
	}
	out_char(out, '}');
}

static void json_times(struct out *out, const char *name, const struct histogram *h)
{
	out_format(out, "\"%s\":{\"count\":%llu", name, h->count);
	if (h->count)
		out_format(out, ",\"median\":%u,\"p90\":%u,\"max\":%u},", histogram_quantile(h, 500),
			   histogram_quantile(h, 900), h->max);
	else
		out_text(out, ",\"median\":null,\"p90\":null,\"max\":null},");
}

static void json_waits(const struct summary *s)
{
	struct out *out = s->sink.out;

	out_format(out, ",\"time_wait\":{\"two_msl_ms\":");
	out_milliseconds(out, s->sink.two_msl_ns);
	out_format(out, ",\"started\":{\"initiator\":%llu,\"responder\":%llu,\"both\":%llu}", s->waits[0], s->waits[1],
		   s->both_wait);
	out_format(out, ",\"expired\":%llu,\"reused\":%llu,\"reset\":%llu,\"evicted\":%llu,\"denied\":%llu}", s->wait_expired,
		   s->wait_reused, s->wait_reset, s->wait_evicted, s->wait_denied);
}

static void json_sender(struct out *out, const struct sender *one, bool offload)
{
	const __u8 *mac = one->key.station;
	char address[ADDRESS_TEXT];

	out_text(out, "{\"addr\":\"");
	out_bytes(out, address, address_text(address, one->key.address));
	out_format(out, "\",\"mac\":\"%02x:%02x:%02x:%02x:%02x:%02x\",\"interface\":%u", mac[0], mac[1], mac[2], mac[3], mac[4],
		   mac[5], one->key.interface);
	out_format(out, ",\"assumed\":\"%s\",\"taken\":%llu,\"zero\":%llu,\"left_out\":%llu", offload ? "offload" : "corruption", one->taken,
		   one->zero, one->left_out);
	out_format(out, ",\"acknowledged\":%llu,\"sent_again\":%llu}", one->acknowledged, one->sent_again);
}

/* Of all that is wrong: what counts as right all the same, and what does not. */
static void json_checksums(struct out *out, const struct summary_frame_counts *c)
{
	out_format(out, ",\"checksums\":{\"taken\":%llu,\"left_out\":%llu,\"senders\":[", c->replay->sums_taken,
		   c->replay->sums_left_out);
	for (__u32 i = 0; c->senders && i < c->senders->count; i++) {
		if (i)
			out_char(out, ',');
		json_sender(out, &c->senders->list[i], senders_offload_assumed(c->senders, i));
	}
	out_text(out, "]}");
}

void summary_json(const struct summary *s, const struct summary_frame_counts *c)
{
	struct out *out = s->sink.out;
	bool first = true;

	out_text(out, "{\"ts\":\"");
	out_timestamp(out, s->sink.clock, c->replay->last);
	out_text(out, "\",\"event\":\"summary\"");
	if (c->captures)
		out_format(out, ",\"captures\":%d", c->captures);
	json_capture(s, c->replay);
	json_connections(s);
	out_text(out, ",\"handshake\":{");
	json_times(out, "syn_to_synack_us", &s->syn_to_synack);
	json_times(out, "synack_to_ack_us", &s->synack_to_ack);
	out_format(out, "\"syn_retransmits\":%llu}", s->syn_retransmits);
	json_waits(s);
	json_checksums(out, c);
	out_format(out, ",\"copies\":{\"observed_twice\":%llu,\"paths_learnt\":%llu}", c->programs->count[COUNT_OBSERVED_TWICE],
		   c->replay->paths_learnt);
	out_text(out, ",\"passed_over\":{");
	for (unsigned int i = 0; i < PASSED_COUNT; i++)
		member(out, &first, passed_over_name(i), summary_passed_over(c, i));
	member(out, &first, "link_type", c->replay->unknown_link);
	out_char(out, '}');
	json_finish(s->next);
}
