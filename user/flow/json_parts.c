// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
#include "flow/json_parts.h"

#include <arpa/inet.h>

#include "flow/address.h"
#include "flow/names.h"

void out_quoted_address(struct out *out, const __u8 addr[16])
{
	char text[ADDRESS_TEXT];

	out_quoted(out, text, address_text(text, addr));
}

void json_open_end(struct out *out, const char *role, const struct flow_key *key, unsigned int end,
		   unsigned int state)
{
	json_open_named(out, role);
	json_address(out, "addr", key->addr[end]);
	json_number(out, "port", ntohs(key->port[end]));
	json_word(out, "state", state_name(state));
}

void json_roles(struct out *out, unsigned int traits, bool seeded)
{
	json_word(out, "roles", traits & FLOW_GUESSED_ROLES ? "guessed" : "seen");
	json_bool(out, "confirmed", traits & FLOW_CONFIRMED);
	json_bool(out, "seeded", seeded);
}

const char *ends_name(unsigned int ends, unsigned int initiator)
{
	if (ends == 3)
		return "both";
	return ends == 1u << (initiator & 1) ? "initiator" : "responder";
}

void json_endpoint(struct out *out, const char *name, const __u8 addr[16], __be16 port)
{
	json_open_named(out, name);
	json_address(out, "addr", addr);
	json_number_or_null(out, "port", ntohs(port), port);
	json_close(out);
}
