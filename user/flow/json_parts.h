/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* Ends and roles as the objects of NDJSON output have them. */
#ifndef TCPSTATE_USER_FLOW_JSON_PARTS_H
#define TCPSTATE_USER_FLOW_JSON_PARTS_H

#include <stdbool.h>

#include "base/json.h"
#include "tcpstate/abi.h"

/* "ADDRESS" */
#define json_address(out, name, addr) do { json_key(out, name); out_quoted_address(out, addr); } while (0)
void out_quoted_address(struct out *out, const __u8 addr[16]);

/* "initiator":{"addr":...,"port":...,"state":... and no closing brace */
void json_open_end(struct out *out, const char *role, const struct flow_key *key, unsigned int end,
		   unsigned int state);
/* And whether both ends have confirmed the connection (what they have not, anybody can fabricate), and whether a socket has told of it. */
void json_roles(struct out *out, unsigned int traits, bool seeded);

/* "initiator", "responder" or "both": the ends in a mask, by role. */
const char *ends_name(unsigned int ends, unsigned int initiator);

/* "name":{"addr":...,"port":...}; port 0: null */
void json_endpoint(struct out *out, const char *name, const __u8 addr[16], __be16 port);

#endif
