/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* What top shows, as one object an interval. */
#ifndef TCPSTATE_USER_TOP_JSON_H
#define TCPSTATE_USER_TOP_JSON_H

#include <stddef.h>

struct out;
struct top_ui;
struct wall_clock;

/*
 * {"ts":...,"event":"top","interval_ms":...,"instance":{...},"rates":{...},
 *  "states":[...],"busiest":[...],"strays":{...},"time_wait":{...},"ports":[...],
 *  "leaks":[...],"losses":{...},"cost":{...}}; limit: of each list, so many.
 */
void top_json(struct top_ui *ui, struct out *out, struct wall_clock *clock, size_t limit);

#endif
