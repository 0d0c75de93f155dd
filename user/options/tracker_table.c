// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* The options of what is tracked, and how. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "flow/names.h"
#include "options/parser.h"
#include "options/values.h"
#include "tcpstate/units.h"

static int set_track(struct options *o, const char *value)
{
	o->track = value;
	return 0;
}

static int set_max_flows(struct options *o, const char *value)
{
	__u64 number;
	int err = parse_number("max-flows", value, 1, 1u << 30, &number);

	if (!err)
		o->kernel.max_flows = number;
	return err;
}

static int set_max_embryos(struct options *o, const char *value)
{
	__u64 number;
	int err = parse_number("max-embryos", value, 0, 1u << 28, &number);

	if (!err)
		o->kernel.max_embryos = number;
	return err;
}

static int set_zone(struct options *o, const char *value)
{
	static const struct choice choices[] = {
		{ "vlan", ZONE_VLAN }, { "none", ZONE_NONE }, { "ifindex", ZONE_IFINDEX },
		{ "no-tunnel-id", ZONE_NO_TUNNEL_ID }, { 0 }
	};
	char *words = strdup(value), *rest = words, *word;
	int err = words ? 0 : -ENOMEM;

	while (!err && (word = strsep(&rest, ","))) {
		int zone = -1;

		err = parse_choice("zone", word, choices, &zone);
		if (zone == ZONE_NO_TUNNEL_ID)
			o->kernel.no_tunnel_id = true;
		else
			o->kernel.zone = zone;
	}
	free(words);
	return err;
}

static int set_decap(struct options *o, const char *value)
{
	o->kernel.decap = DECAP_ON;
	return 0;
}

static int set_no_decap(struct options *o, const char *value)
{
	o->kernel.decap = DECAP_OFF;
	return 0;
}

static int set_checksum(struct options *o, const char *value)
{
	static const struct choice choices[] = {
		{ "auto", CHECKSUM_AUTO }, { "on", CHECKSUM_ON }, { "off", CHECKSUM_OFF }, { 0 }
	};
	int mode = CHECKSUM_ON, err = value ? parse_choice("checksum", value, choices, &mode) : 0;

	if (err)
		return err;
	if (mode == CHECKSUM_AUTO && !o->kernel.replay)
		return fail_usage("--checksum auto: only what is in a capture can be judged by what comes later; on or off");
	o->kernel.checksum = mode;
	return 0;
}

static int set_no_checksum(struct options *o, const char *value)
{
	o->kernel.checksum = CHECKSUM_OFF;
	return 0;
}

static int set_msl(struct options *o, const char *value)
{
	return parse_seconds("msl", value, &o->kernel.msl_ns);
}

static int set_timeout(struct options *o, const char *value)
{
	while (*value) {
		size_t len = strcspn(value, ","), name_len = strcspn(value, "=,");
		unsigned int state = state_by_name(value, name_len);
		bool unconfirmed = name_len == strlen("unconfirmed") && !memcmp(value, "unconfirmed", name_len);
		char seconds[32];
		int err;

		if (name_len == len || len - name_len >= sizeof(seconds))
			return fail_usage("--timeout %s: expected STATE=SECONDS", value);
		if (!state && !unconfirmed)
			return fail_usage("--timeout: \"%.*s\" is neither a state, such as established or close_wait, nor unconfirmed",
					  (int)name_len, value);
		memcpy(seconds, value + name_len + 1, len - name_len - 1);
		seconds[len - name_len - 1] = 0;
		err = parse_seconds("timeout", seconds, unconfirmed ? &o->kernel.unconfirmed_ns : &o->kernel.timeout_ns[state]);
		if (err)
			return err;
		value += len + (value[len] == ',');
	}
	return 0;
}

static int set_ring(struct options *o, const char *value)
{
	__u64 kib;
	int err = parse_number("ring", value, 4, 1 << 20, &kib);

	if (err)
		return err;
	if (kib & (kib - 1))
		return fail_usage("--ring %s: the kernel takes powers of two: 1024, 4096, 16384...", value);
	o->kernel.ring_bytes = kib << 10;
	return 0;
}

const struct option_group tracker_options = {
	"What is tracked", (const struct option_def[]){
	{ 0, "track", "EXPRESSION", "only these, chosen in the kernel: 'net 10.0.0.0/8 and port 443,8000-8100'", set_track },
	{ 0, "max-flows", "N", "room for this many connections (default 131072; 0.8 KiB each)", set_max_flows },
	{ 0, "max-embryos", "N",
	  "and, beside them, for this many SYNs that nobody has answered (default 65536; 0.1 KiB\n"
	  "each); the oldest gives way. 0: they are connections like others", set_max_embryos },
	{ 0, "msl", "SECONDS", "maximum segment lifetime (default 30, Linux's); TIME_WAIT lasts twice that", set_msl },
	{ 0, "timeout", "STATE=SECONDS",
	  "forget a silent connection after this long; several with commas. By default\n"
	  "syn_sent 120, syn_received 60, established, fin_wait_2 and close_wait 86400,\n"
	  "fin_wait_1, closing and last_ack 120, time_wait and closed 2 MSL, and\n"
	  "unconfirmed 300 for one picked up in its middle that only one end was heard of", set_timeout },
	{ 0, "zone", "WHAT",
	  "what else tells connections apart: vlan (default on a tap, router or replay), none\n"
	  "(default on an end host), ifindex; and, with a comma or alone, no-tunnel-id, where\n"
	  "the two directions have two ids (EVPN)", set_zone },
	{ 0, "decap", NULL, "open all tunnels; else an end host opens those that a device of its own listens for", set_decap },
	{ 0, "no-decap", NULL, "take tunnels for what they are outside; don't open them", set_no_decap },
	{ 0, "checksum", "[auto|on|off]",
	  "check TCP checksums where that is possible: on (also without a word), off (default\n"
	  "on interfaces), or, of a replay and its default, auto: wrong ones that the peer\n"
	  "acknowledges, and those of 0, were left to the sender's NIC, and count as right", set_checksum },
	{ 0, "no-checksum", NULL, "--checksum off", set_no_checksum },
	{ 0, "ring", "KIB", "size of the event ring buffer (default 32768; of a replay 4096)", set_ring },
	{ 0 } }
};
