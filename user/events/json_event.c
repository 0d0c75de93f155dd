// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
#include "events/json_event.h"

#include "base/clock.h"
#include "base/json.h"
#include "events/sink.h"

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
