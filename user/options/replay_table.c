// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* The options of replay alone. */
#include "options/values.h"
#include "options/parser.h"
#include "tcpstate/units.h"

static int set_only_flows(struct options *o, const char *value)
{
	o->only_flows = true;
	return 0;
}

static int set_summary(struct options *o, const char *value)
{
	o->summary = true;
	return 0;
}

static int set_reorder(struct options *o, const char *value)
{
	__u64 ms;
	int err = parse_number("reorder", value, 0, 60000, &ms);

	if (!err)
		o->replay.reorder_ns = ms * NS_PER_MS;
	return err;
}

static int set_drain(struct options *o, const char *value)
{
	o->replay.drain = true;
	return 0;
}

const struct option_group replay_options = {
	"What is wanted of the capture", (const struct option_def[]){
	{ 0, "flows", NULL, "only the connections' records: --events flow", set_only_flows },
	{ 0, "summary", NULL, "what came of the connections, in one page, and nothing else unless asked for", set_summary },
	{ 0, "reorder", "MS", "put packets in the order of their times that come up to this late (default 100; 0: don't)",
	  set_reorder },
	{ 0, "drain", NULL, "let time run on behind the last packet until all has expired", set_drain },
	{ 0 } }
};
