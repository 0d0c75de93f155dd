// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
#include "flow/json_parts.h"

#include <arpa/inet.h>

#include "flow/address.h"
#include "flow/names.h"

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

void json_roles(struct out *out, unsigned int traits, bool seeded)
{
	if (traits & FLOW_GUESSED_ROLES)
		LITERAL(out, ",\"roles\":\"guessed\",\"confirmed\":");
	else
		LITERAL(out, ",\"roles\":\"seen\",\"confirmed\":");
	out_bool(out, traits & FLOW_CONFIRMED);
	bool_or_null(out, ",\"seeded\":", seeded, true);
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
