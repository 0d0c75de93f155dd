// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
#include "flow/track_expression.h"

#include <string.h>

#include "flow/address.h"
#include "base/error.h"
#include "base/json.h"
#include "base/words.h"
#include "flow/services.h"

/* ---- from text ---------------------------------------------------------- */

static int parse_nets(const struct words *w, struct track *track)
{
	const char *part = NULL;
	size_t len = 0;

	while (words_list(w, &part, &len)) {
		if (track->net_count == TRACK_NETS_MAX)
			return fail_at(w->text, part - w->text, len, "--track: more than %d prefixes", TRACK_NETS_MAX);
		if (!net_parse(part, len, &track->nets[track->net_count]))
			return fail_at(w->text, part - w->text, len ? len : 1,
				       "--track: expected a prefix, such as 10.0.0.0/8 or 2001:db8::/32");
		track->net_count++;
	}
	track->bits |= TRACK_NETS;
	return 0;
}

static int parse_ports(const struct words *w, struct track *track)
{
	const char *part = NULL;
	size_t len = 0;
	__u16 low, high;

	while (words_list(w, &part, &len)) {
		if (!ports_or_service(part, len, &low, &high))
			return fail_at(w->text, part - w->text, len ? len : 1,
				       "--track: expected a port, a range or a service's name, such as 443, 8000-8100 or https");
		for (unsigned int port = low; port <= high; port++)
			track->ports[port / 64] |= 1ULL << port % 64;
	}
	track->bits |= TRACK_PORTS;
	return 0;
}

/* One kind of what may be told: [ "not" ] "net" list, or port. */
static int parse_part(struct words *w, struct track *track)
{
	bool refused = words_are(w, "not") || words_are(w, "!"), nets;
	const char *name;
	int err;

	if (refused)
		words_next(w);
	nets = words_are(w, "net") || words_are(w, "host");
	name = nets ? "net" : "port";
	if (!nets && !words_are(w, "port"))
		return fail_at(w->text, w->at, w->len ? w->len : 1,
			       refused ? "--track: expected net, host or port after not" :
					 "--track: expected net, host, port or all here");
	if (track->bits & (nets ? TRACK_NETS : TRACK_PORTS)) {
		bool before = track->bits & (nets ? TRACK_NOT_NETS : TRACK_NOT_PORTS);

		if (before != refused)
			return fail_at(w->text, w->at, w->len,
				       "--track: %s is told once, as what is tracked or, with not, what isn't: %s A,B", name, name);
		return fail_at(w->text, w->at, w->len, "--track: give all %s in one list: %s A,B", nets ? "prefixes" : "ports",
			       name);
	}
	if (refused)
		track->bits |= nets ? TRACK_NOT_NETS : TRACK_NOT_PORTS;
	words_next(w);
	if (words_end(w))
		return fail_at(w->text, w->at, 1, "--track: \"%s\" needs a value after it", name);
	err = nets ? parse_nets(w, track) : parse_ports(w, track);
	if (!err)
		words_next(w);
	return err;
}

int track_parse(const char *text, struct track *track)
{
	struct words w;

	memset(track, 0, sizeof(*track));
	words_start(&w, text);
	if (words_are(&w, "all")) {
		words_next(&w);
		if (!words_end(&w))
			return fail_at(w.text, w.at, w.len, "--track: nothing goes with \"all\"");
		return 0;
	}
	for (;;) {
		int err = parse_part(&w, track);

		if (err || words_end(&w))
			return err;
		if (!words_are(&w, "and") && !words_are(&w, "&&"))
			return fail_at(w.text, w.at, w.len,
				       "--track: only \"and\" joins net and port, found \"%.*s\" (several of one kind go in a list: port 80,443)",
				       (int)w.len, w.text + w.at);
		words_next(&w);
	}
}

/* ---- to text ------------------------------------------------------------ */

static bool has_port(const struct track *track, unsigned int port)
{
	return port < 65536 && track->ports[port / 64] >> port % 64 & 1;
}

static void nets_text(struct out *out, const struct track *track)
{
	char text[ADDRESS_TEXT];

	out_text(out, track->bits & TRACK_NOT_NETS ? "not net " : "net ");
	for (__u32 i = 0; i < track->net_count; i++) {
		const struct track_net *net = &track->nets[i];
		bool v4 = net->prefixlen >= 96 && address_is_v4(net->addr);

		if (i)
			out_char(out, ',');
		out_bytes(out, text, address_text(text, net->addr));
		out_char(out, '/');
		out_u64(out, v4 ? net->prefixlen - 96 : net->prefixlen);
	}
}

static void ports_text(struct out *out, const struct track *track)
{
	const char *comma = track->bits & TRACK_NOT_PORTS ? "not port " : "port ";

	for (unsigned int port = 0; port < 65536; port++) {
		unsigned int first = port;

		if (!has_port(track, port))
			continue;
		while (has_port(track, port + 1))
			port++;
		out_text(out, comma);
		out_u64(out, first);
		if (port > first) {
			out_char(out, '-');
			out_u64(out, port);
		}
		comma = ",";
	}
}

void track_text(struct out *out, const struct track *track)
{
	if (!track->bits) {
		out_text(out, "all");
		return;
	}
	if (track->bits & TRACK_NETS)
		nets_text(out, track);
	if ((track->bits & TRACK_NETS) && (track->bits & TRACK_PORTS))
		out_text(out, " and ");
	if (track->bits & TRACK_PORTS)
		ports_text(out, track);
}

void json_track(struct out *out, const struct track *track)
{
	json_key(out, "track");
	out_char(out, '"');
	track_text(out, track);
	out_char(out, '"');
}
