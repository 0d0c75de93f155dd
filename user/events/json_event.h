/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* An event as a line of NDJSON: how it begins and ends. */
#ifndef TCPSTATE_USER_EVENTS_JSON_EVENT_H
#define TCPSTATE_USER_EVENTS_JSON_EVENT_H

#include <linux/types.h>

struct flow_record;
struct sink;

/* {"ts":...,"event":... and the object's end. */
void json_open_event(struct sink *sink, __u64 time, const char *event);
/* The same of what belongs to a flow; id 0: to none. */
void json_begin(struct sink *sink, __u64 time, const char *event, __u64 id);
void json_finish(struct sink *sink);

/* A flow's record; see struct sink. */
void json_flow(struct sink *sink, const struct flow_record *record);

#endif
