/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* What the objects of NDJSON output have in common. */
#ifndef TCPSTATE_USER_FLOW_JSON_PARTS_H
#define TCPSTATE_USER_FLOW_JSON_PARTS_H

#include <stdbool.h>

#include "base/out.h"
#include "tcpstate/abi.h"

struct sink;

/* A string that is known while compiling. */
#define LITERAL(out, text) out_bytes(out, text, sizeof(text) - 1)

/* A word of ours, in quotes: nothing in it needs to be escaped. */
void out_word(struct out *out, const char *word);
void out_bool(struct out *out, bool value);

/* key is written as it is: ,"packets": */
void number_or_null(struct out *out, const char *key, __u64 value, bool known);
void bool_or_null(struct out *out, const char *key, bool value, bool known);

/* {"ts":...,"event":...,"flow":... and the object's end. id 0: of no flow. */
void json_begin(struct sink *sink, __u64 time, const char *event, __u64 id);
void json_finish(struct sink *sink);

/* ,"initiator":{"addr":...,"port":...,"state":... and no closing brace */
void json_open_end(struct out *out, const char *role, const struct flow_key *key, unsigned int end,
		   unsigned int state);
/* And whether both ends have confirmed the connection: what they have not, anybody can fabricate. */
void json_roles(struct out *out, unsigned int traits);

/* "initiator", "responder" or "both": the ends in a mask, by role. */
const char *ends_name(unsigned int ends, unsigned int initiator);

/* A flow's record; see struct sink. */
void json_flow(struct sink *sink, const struct flow_record *record);

/* ,"key":{"addr":...,"port":...}; port 0: null */
void json_endpoint(struct out *out, const char *key, const __u8 addr[16], __be16 port);

#endif
