// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* The options that several commands have, and the defaults of all: an option is its name, its help, and what it sets. */
#include "options/parser.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "serve/http.h"
#include "flow/names.h"
#include "options/values.h"
#include "pins/pin_dir.h"
#include "tcpstate/units.h"

#define REORDER_MS 100 /* of a replay: several queues or CPUs of one capture are hardly further apart */

void options_init(struct options *o)
{
	*o = (struct options){
		.kernel.max_flows = 131072,
		.kernel.max_embryos = 65536,
		.kernel.zone = -1,
		.kernel.decap = DECAP_AUTO,
		.kernel.msl_ns = 30 * NS_PER_SECOND,
		.kernel.unconfirmed_ns = 300 * NS_PER_SECOND,
		.kernel.ring_bytes = 32 << 20,
		.kernel.unconfirmed_events = 1000,
		.seed = true,
		.audit_ns = 60 * NS_PER_SECOND,
		.events_max_bytes = 1ull << 30,
		.events_keep = 3,
		.events.types = 1 << EVENT_STATE | 1 << EVENT_TIME_WAIT | 1 << EVENT_STRAY,
		.pin_dir = DEFAULT_PIN_DIR,
		.listen = HTTP_LISTEN,
		.limit = 20,
		.older_ns = NS_PER_SECOND,
		.replay.reorder_ns = REORDER_MS * NS_PER_MS,
		.words = strdup(""),
	};
}

void options_free(struct options *o)
{
	for (int i = 0; i < o->hooks.interface_count; i++)
		free(o->hooks.interfaces[i]);
	for (int i = 0; i < o->text_count; i++)
		free(o->texts[i]);
	free(o->texts);
	free(o->files);
	free(o->words);
}

struct live_choice options_live(const struct options *o)
{
	return (struct live_choice){
		.hooks = &o->hooks,
		.kernel = &o->kernel,
		.events = &o->events,
		.pin_dir = o->pin ? o->pin_dir : NULL,
		.duration_ns = o->duration_ns,
		.discard = o->discard,
		.keep_attached = o->keep_attached,
		.seed = o->seed,
		.audit_ns = o->seed ? o->audit_ns : 0,
	};
}

struct replay_choice options_replay(const struct options *o)
{
	struct replay_choice choice = o->replay;

	choice.kernel = &o->kernel;
	choice.duration_ns = o->duration_ns;
	return choice;
}

/* ---- common ------------------------------------------------------------- */

static int set_help(struct options *o, const char *value)
{
	o->help = true;
	return 0;
}

static int set_json(struct options *o, const char *value)
{
	o->json = true;
	messages_as_json(true);
	return 0;
}

static int set_verbose(struct options *o, const char *value)
{
	o->kernel.verbose = true;
	return 0;
}

const struct option_group common_options = {
	"Options", (const struct option_def[]){
	{ 'h', "help", NULL, "this text", set_help },
	{ 0, "json", NULL, "NDJSON, one object a line; errors too, on stderr", set_json },
	{ 'v', "verbose", NULL, "what libbpf and the kernel's verifier say", set_verbose },
	{ 0 } }
};

/* ---- hooks -------------------------------------------------------------- */

static int add_interface(struct options *o, const char *name, size_t len)
{
	if (!len)
		return fail_usage("-i: an interface's name is missing");
	for (int i = 0; i < o->hooks.interface_count; i++)
		if (strlen(o->hooks.interfaces[i]) == len && !memcmp(o->hooks.interfaces[i], name, len))
			return 0;
	if (o->hooks.interface_count == MAX_INTERFACES)
		return fail_usage("-i: at most %d interfaces", MAX_INTERFACES);
	o->hooks.interfaces[o->hooks.interface_count] = strndup(name, len);
	if (!o->hooks.interfaces[o->hooks.interface_count])
		return fail(-ENOMEM, "out of memory while reading the command line");
	o->hooks.interface_count++;
	return 0;
}

static int set_interface(struct options *o, const char *value)
{
	int err = 0;

	for (;;) {
		size_t len = strcspn(value, ",");

		err = add_interface(o, value, len);
		if (err || !value[len])
			return err;
		value += len + 1;
	}
}

static int set_hook(struct options *o, const char *value)
{
	static const struct choice choices[] = {
		{ "xdp", RX_HOOK_XDP }, { "xdp-native", RX_HOOK_XDP_NATIVE }, { "xdp-generic", RX_HOOK_XDP_GENERIC },
		{ "tc", RX_HOOK_TC }, { 0 }
	};
	int hook, err = parse_choice("hook", value, choices, &hook);

	if (!err)
		o->hooks.rx_hook = hook;
	return err;
}

static int set_tx_hook(struct options *o, const char *value)
{
	static const struct choice choices[] = {
		{ "auto", TX_HOOK_AUTO }, { "tcx", TX_HOOK_TCX }, { "clsact", TX_HOOK_CLSACT }, { 0 }
	};
	int hook, err = parse_choice("tx-hook", value, choices, &hook);

	if (!err)
		o->hooks.tx_hook = hook;
	return err;
}

static int set_direction(struct options *o, const char *value)
{
	static const struct choice choices[] = {
		{ "both", DIRECTION_BOTH }, { "rx", DIRECTION_RX }, { "tx", DIRECTION_TX }, { 0 }
	};
	int direction, err = parse_choice("direction", value, choices, &direction);

	if (!err)
		o->hooks.direction = direction;
	return err;
}

static int set_no_seed(struct options *o, const char *value)
{
	o->seed = false;
	return 0;
}

static int set_audit(struct options *o, const char *value)
{
	__u64 seconds;
	int err = parse_number("audit", value, 0, 86400, &seconds);

	if (!err)
		o->audit_ns = seconds * NS_PER_SECOND;
	return err;
}

const struct option_group hook_options = {
	"Where", (const struct option_def[]){
	{ 'i', "interface", "IFACE", "watch here; repeat it or give a comma list for several", set_interface },
	{ 0, "direction", "WHICH", "both: an end host (default); rx: a tap, router or bridge; tx", set_direction },
	{ 0, "hook", "HOOK",
	  "receive through xdp (default: native, falling back to generic), xdp-native,\n"
	  "xdp-generic or tc. tc costs less on a veth, which loses GSO under native XDP,\n"
	  "and is the way where another XDP program owns the interface", set_hook },
	{ 0, "tx-hook", "HOOK", "transmit through tcx (Linux 6.6), clsact, or auto (default: tcx, else clsact)",
	  set_tx_hook },
	{ 0, "no-seed", NULL,
	  "do not read from the kernel's sockets what was there before; nor hold it against\n"
	  "them afterwards", set_no_seed },
	{ 0, "audit", "SECONDS",
	  "hold connections against the kernel's sockets so often (default 60): what has no\n"
	  "socket any more gives its place; 0: never", set_audit },
	{ 0 } }
};

/* ---- events ------------------------------------------------------------- */

static int set_events(struct options *o, const char *value)
{
	o->events.types = 0;
	o->events_given = true;
	for (;;) {
		size_t len = strcspn(value, ",");
		unsigned int type;

		for (type = 1; type < EVENT_TYPES; type++)
			if (strlen(event_name(type)) == len && !memcmp(event_name(type), value, len))
				break;
		if (type == EVENT_TYPES)
			return fail_usage("--events: \"%.*s\" is none of state, time_wait, stray, flow", (int)len, value);
		o->events.types |= 1u << type;
		if (!value[len])
			return 0;
		value += len + 1;
	}
}

static int set_unconfirmed_events(struct options *o, const char *value)
{
	__u64 number = EVENTS_UNLIMITED;
	int err = strcmp(value, "unlimited") ? parse_number("unconfirmed-events", value, 0, 1u << 30, &number) : 0;

	if (!err)
		o->kernel.unconfirmed_events = number;
	return err;
}

static int set_count(struct options *o, const char *value)
{
	return parse_number("count", value, 1, ~0ULL >> 1, &o->events.count);
}

static int set_duration(struct options *o, const char *value)
{
	return parse_seconds("duration", value, &o->duration_ns);
}

const struct option_group event_options = {
	"What is printed", (const struct option_def[]){
	{ 0, "events", "KINDS", "of state, time_wait, stray, flow, with commas (default state,time_wait,stray;\n"
	  "of run flow alone, of a replay flow, too)", set_events },
	{ 0, "unconfirmed-events", "N",
	  "of connections that nobody has confirmed, which anybody can fabricate, tell at\n"
	  "most N events a second, and as many of segments that belong to none; the others\n"
	  "are counted and told of as left_out (default 1000; of a replay unlimited; 0: none)", set_unconfirmed_events },
	{ 'c', "count", "N", "stop after N events", set_count },
	{ 0, "duration", "SECONDS", "stop after this long", set_duration },
	{ 0 } }
};

/* ---- pins --------------------------------------------------------------- */

static int set_pin(struct options *o, const char *value)
{
	o->pin = true;
	if (!value)
		return 0;
	if (value[0] != '/')
		return fail_usage("--pin %s: expected a path that starts with /, inside a BPF file system", value);
	o->pin_dir = value;
	return 0;
}

const struct option_group pin_options = {
	"Other commands", (const struct option_def[]){
	{ 0, "pin", "[DIR]",
	  "let flows, states, status, track, detach and the reports (timewait, strays, leaks,\n"
	  "halfopen, nat) work on this while it runs,\n"
	  "through maps pinned in DIR (default " DEFAULT_PIN_DIR ")", set_pin },
	{ 0 } }
};

const struct option_group reader_options = {
	"Which instance", (const struct option_def[]){
	{ 0, "pin", "DIR", "the directory it was given with --pin (default\n" DEFAULT_PIN_DIR ")", set_pin },
	{ 0, "pin-dir", "DIR", "the same", set_pin },
	{ 0 } }
};

const struct option_group leftover_options = {
	"What a crash left", (const struct option_def[]){
	{ 'i', "interface", "IFACE", "remove our tc filters from this interface, too; repeatable", set_interface },
	{ 0 } }
};
