// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
#include "flow/json_parts.h"

#include <arpa/inet.h>

#include "flow/address.h"
#include "flow/names.h"
#include "events/sink.h"
#include "base/clock.h"

void out_word(struct out *out, const char *word)
{
	out_char(out, '"');
	out_text(out, word);
	out_char(out, '"');
}

void out_bool(struct out *out, bool value)
{
	if (value)
		LITERAL(out, "true");
	else
		LITERAL(out, "false");
}

void number_or_null(struct out *out, const char *key, __u64 value, bool known)
{
	out_text(out, key);
	if (known)
		out_u64(out, value);
	else
		LITERAL(out, "null");
}

void bool_or_null(struct out *out, const char *key, bool value, bool known)
{
	out_text(out, key);
	if (known)
		out_bool(out, value);
	else
		LITERAL(out, "null");
}

void json_begin(struct sink *sink, __u64 time, const char *event, __u64 id)
{
	struct out *out = sink->out;

	LITERAL(out, "{\"ts\":\"");
	out_timestamp(out, sink->clock, time);
	LITERAL(out, "\",\"event\":");
	out_word(out, event);
	LITERAL(out, ",\"flow\":");
	if (!id) {
		LITERAL(out, "null");
		return;
	}
	out_char(out, '"');
	out_hex64(out, id);
	out_char(out, '"');
}

void json_finish(struct sink *sink)
{
	if (sink->file) {
		LITERAL(sink->out, ",\"file\":");
		out_json_string(sink->out, sink->file);
	}
	LITERAL(sink->out, "}\n");
	out_line(sink->out);
}

void json_open_end(struct out *out, const char *role, const struct flow_key *key, unsigned int end,
		   unsigned int state)
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

void json_roles(struct out *out, unsigned int traits)
{
	if (traits & FLOW_GUESSED_ROLES)
		LITERAL(out, ",\"roles\":\"guessed\",\"confirmed\":");
	else
		LITERAL(out, ",\"roles\":\"seen\",\"confirmed\":");
	out_bool(out, traits & FLOW_CONFIRMED);
}

const char *ends_name(unsigned int ends, unsigned int initiator)
{
	if (ends == 3)
		return "both";
	return ends == 1u << (initiator & 1) ? "initiator" : "responder";
}

void json_endpoint(struct out *out, const char *key, const __u8 addr[16], __be16 port)
{
	char address[ADDRESS_TEXT];

	LITERAL(out, ",\"");
	out_text(out, key);
	LITERAL(out, "\":{\"addr\":\"");
	out_bytes(out, address, address_text(address, addr));
	number_or_null(out, "\",\"port\":", ntohs(port), port);
	out_char(out, '}');
}
