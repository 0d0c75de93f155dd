// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* The options that only the daemon has. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "options/values.h"
#include "options/parser.h"
#include "pins/pin_dir.h"

static int set_listen(struct options *o, const char *value)
{
	o->listen = strcmp(value, "none") ? value : NULL;
	return 0;
}

static int set_api_peers(struct options *o, const char *value)
{
	o->api_peers = true;
	return 0;
}

static int set_config(struct options *o, const char *value)
{
	o->config = value;
	return 0;
}

static int set_events_file(struct options *o, const char *value)
{
	o->events_file = value;
	return 0;
}

static int set_events_max_size(struct options *o, const char *value)
{
	if (strcmp(value, "unlimited"))
		return parse_size("events-max-size", value, &o->events_max_bytes);
	o->events_max_bytes = 0;
	return 0;
}

static int set_events_keep(struct options *o, const char *value)
{
	__u64 number;
	int err = parse_number("events-keep", value, 0, 1000, &number);

	if (!err)
		o->events_keep = number;
	return err;
}

static int set_journal(struct options *o, const char *value)
{
	o->journal = true;
	return 0;
}

static int set_bpf_stats(struct options *o, const char *value)
{
	o->bpf_stats = true;
	return 0;
}

static int set_pin_dir(struct options *o, const char *value)
{
	if (value[0] != '/')
		return fail_usage("--pin %s: expected a path that starts with /, inside a BPF file system", value);
	o->pin_dir = value;
	return 0;
}

static int set_keep_attached(struct options *o, const char *value)
{
	o->keep_attached = true;
	return 0;
}

static int set_discard(struct options *o, const char *value)
{
	o->discard = true;
	return 0;
}

/* The same as words on the command line, for a file that has no words. */
static int set_filter(struct options *o, const char *value)
{
	char *words = strdup(value);

	if (!words)
		return fail(-ENOMEM, "out of memory while reading --filter");
	free(o->words);
	o->words = words;
	return 0;
}

const struct option_group run_options = {
	"The daemon", (const struct option_def[]){
	{ 0, "config", "FILE",
	  "read options from there, too: \"long-option = value\" a line; what the command\n"
	  "line says is preferred", set_config },
	{ 0, "listen", "ADDRESS", "serve metrics and a page there (default 127.0.0.1:9436); none: nowhere", set_listen },
	{ 0, "api-peers", NULL,
	  "the page and /api/summary name the addresses of all connections; else only of\n"
	  "those that \"ss\" here shows to any user, and none where --listen is open to the\n"
	  "network", set_api_peers },
	{ 0, "events-file", "FILE", "append the events to it, as NDJSON; SIGHUP opens it anew", set_events_file },
	{ 0, "events-max-size", "SIZE",
	  "what that file and the older ones beside it take at most, in all (default 1G);\n"
	  "unlimited: no bound. When its part is full, FILE becomes FILE.1, and that FILE.2", set_events_max_size },
	{ 0, "events-keep", "N", "how many older ones there are (default 3)", set_events_keep },
	{ 0, "journal", NULL, "send the events to the journal", set_journal },
	{ 0, "filter", "FILTER", "only these events; the same as words that are no options", set_filter },
	{ 0, "bpf-stats", NULL, "measure the programs' run times, for some 20 ns a packet", set_bpf_stats },
	{ 0, "pin", "DIR", "where its maps, programs and hooks are pinned\n(default " DEFAULT_PIN_DIR ")", set_pin_dir },
	{ 0, "keep-attached", NULL,
	  "when it ends, leave the programs attached and tracking, for the next one to go\n"
	  "on with; \"xdp-tcpstate detach\" takes them down", set_keep_attached },
	{ 0, "discard", NULL, "what an earlier one left, and can't be gone on with: start afresh", set_discard },
	{ 0 } }
};
