// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
#include "events/json_event.h"

#include "base/clock.h"
#include "base/json.h"
#include "events/sink.h"

void json_open_event(struct sink *sink, __u64 time, const char *event)
{
	json_open(sink->out);
	json_time(sink->out, "ts", sink->clock, time);
	json_word(sink->out, "event", event);
}

void json_begin(struct sink *sink, __u64 time, const char *event, __u64 id)
{
	json_open_event(sink, time, event);
	if (id)
		json_id(sink->out, "flow", id);
	else
		json_null(sink->out, "flow");
}

void json_finish(struct sink *sink)
{
	if (sink->file)
		json_string(sink->out, "file", sink->file);
	json_close_line(sink->out);
	out_line(sink->out);
}
