// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
#include "serve/summary_json.h"

#include <arpa/inet.h>

#include "flow/address.h"
#include "flow/json_parts.h"
#include "flow/lifetimes.h"
#include "serve/metrics.h"
#include "flow/names.h"
#include "base/clock.h"
#include "tcpstate/units.h"

/* ---- pieces ------------------------------------------------------------------ */

/* "name":{word:number,...} for from <= index < to */
static void numbers(struct out *out, const char *name, const char *(*word_of)(unsigned int index), const __u64 *value,
		    unsigned int from, unsigned int to)
{
	json_open_named(out, name);
	for (unsigned int i = from; i < to; i++)
		json_number_named(out, word_of(i), value[i]);
	json_close(out);
}

static __u64 sum(const __u64 *value, unsigned int from, unsigned int to)
{
	__u64 total = 0;

	for (unsigned int i = from; i < to; i++)
		total += value[i];
	return total;
}

/* "ADDRESS", or "ADDRESS PORT" */
static void endpoint(struct out *out, const char *name, const __u8 addr[16], __be16 port)
{
	char text[ADDRESS_TEXT];

	json_key_named(out, name);
	out_char(out, '"');
	out_bytes(out, text, address_text(text, addr));
	if (port) {
		out_char(out, ' ');
		out_u64(out, ntohs(port));
	}
	out_char(out, '"');
}

/* ---- ends and their ways -------------------------------------------------------- */

static void states(struct out *out, const char *name, const __u64 count[STATE_SLOTS])
{
	json_open_named(out, name);
	for (unsigned int state = 0; state < STATE_SLOTS; state++)
		if (*state_name(state) != '?')
			json_number_named(out, state_name(state), gauge_value(count[state]));
	json_close(out);
}

static void endpoints(struct out *out, const struct metrics *m)
{
	__u64 by_role[2][STATE_SLOTS] = {}, local[STATE_SLOTS] = {};

	for (unsigned int state = 0; state < STATE_SLOTS; state++)
		for (unsigned int role = 0; role < 2; role++) {
			by_role[role][state] = sum(m->counters.endpoints[state][role], 0, WHEREABOUTS);
			local[state] += m->counters.endpoints[state][role][END_IS_LOCAL];
		}
	json_open_object(out, "endpoints");
	states(out, "initiator", by_role[0]);
	states(out, "responder", by_role[1]);
	json_close(out);
	states(out, "local_endpoints", local);
}

static void transitions(struct out *out, const struct metrics *m)
{
	json_open_array(out, "transitions");
	for (unsigned int from = 0; from < STATE_SLOTS; from++)
		for (unsigned int to = 0; to < STATE_SLOTS; to++) {
			if (!transition_is_shown(m, from, to))
				continue;
			json_open_item(out);
			json_word(out, "from", state_name(from));
			json_word(out, "to", state_name(to));
			json_number(out, "count", m->counters.transitions[from][to]);
			json_close(out);
		}
	json_close_array(out);
}

static void closes(struct out *out, const struct metrics *m)
{
	json_open_array(out, "closes");
	for (unsigned int by = 0; by < CLOSER_COUNT; by++)
		for (unsigned int how = 0; how < CLOSE_HOWS; how++) {
			json_open_item(out);
			json_word(out, "by", closer_name(by));
			json_word(out, "how", close_how_name(how));
			json_number(out, "count", all_closes(&m->counters, by, how));
			json_number(out, "confirmed", m->counters.closes[IS_CONFIRMED][by][how]);
			json_close(out);
		}
	json_close_array(out);
}

static void flows(struct out *out, const struct metrics *m)
{
	const __u64 *entries = m->counters.entries;

	json_open_object(out, "flows");
	json_number(out, "opened", m->counters.count[COUNT_FLOWS_OPENED]);
	json_number(out, "ended", m->counters.count[COUNT_FLOWS_CLOSED]);
	json_number(out, "unconfirmed", gauge_value(entries[TAG_UNCONFIRMED]));
	json_number(out, "confirmed", gauge_value(entries[TAG_CONFIRMED]));
	json_number(out, "closing", gauge_value(entries[TAG_CLOSING]));
	json_number(out, "capacity", m->instance.max_flows);
	json_close(out);
}

static void time_wait(struct out *out, const struct metrics *m)
{
	const struct counters *c = &m->counters;

	json_open_object(out, "time_wait");
	json_number(out, "waiting", gauge_value(sum(c->endpoints[STATE_TIME_WAIT][0], 0, 2 * WHEREABOUTS)));
	json_number(out, "started", c->waits[WAIT_NONE]);
	json_number(out, "restarts", c->wait_restarts);
	numbers(out, "ended", wait_outcome_name, c->waits, WAIT_NONE + 1, WAIT_OUTCOME_COUNT);
	numbers(out, "reuses", reuse_name, c->reuses, REUSE_NONE + 1, REUSE_COUNT);
	json_close(out);
}

/* ---- segments ---------------------------------------------------------------------- */

static void strays(struct out *out, const struct metrics *m)
{
	const struct counters *c = &m->counters;

	json_open_object(out, "strays");
	json_number(out, "total", sum(c->strays, STRAY_NONE + 1, STRAY_COUNT));
	json_number(out, "harmful", c->harmful);
	numbers(out, "kinds", stray_name, c->strays, STRAY_NONE + 1, STRAY_COUNT);
	json_open_array(out, "lifetimes");
	for (unsigned int i = 0; i < LIFETIME_BUCKETS; i++) {
		json_open_item(out);
		json_number(out, "below_ms", lifetime_bucket_limit(i));
		json_number(out, "count", c->lifetimes[i]);
		json_close(out);
	}
	json_close_array(out);
	json_close(out);
}

/* In us: as if those of a bucket were spread evenly over it; the last one has no width. */
static __u64 quantile(const struct durations *d, __u64 count, unsigned int percent)
{
#define X(us) us##ull,
	static const __u64 limits[DURATION_BUCKETS - 1] = { DURATION_LIMITS(X) };
#undef X
	__u64 rank = (count * percent + 99) / 100, before = 0;

	for (unsigned int i = 0; i < DURATION_BUCKETS - 1; i++) {
		__u64 low = i ? limits[i - 1] : 0;

		if (before + d->bucket[i] >= rank)
			return low + (limits[i] - low) * (rank - before) / d->bucket[i];
		before += d->bucket[i];
	}
	return limits[DURATION_BUCKETS - 2];
}

static void quantiles(struct out *out, const char *name, const struct durations *d)
{
	__u64 count = sum(d->bucket, 0, DURATION_BUCKETS);

	json_open_named(out, name);
	json_number_or_null(out, "p50", count ? quantile(d, count, 50) : 0, count);
	json_number_or_null(out, "p99", count ? quantile(d, count, 99) : 0, count);
	json_number(out, "count", count);
	json_close(out);
}

static void segments(struct out *out, const struct metrics *m)
{
	const struct counters *c = &m->counters;

	json_open_object(out, "handshake");
	quantiles(out, "syn_to_synack_us", &c->timings[TIMING_SYN_TO_SYN_ACK]);
	quantiles(out, "synack_to_ack_us", &c->timings[TIMING_SYN_ACK_TO_ACK]);
	json_close(out);
	numbers(out, "resets", reset_name, c->resets, 0, RESET_COUNT);
	json_open_object(out, "segments");
	json_number(out, "fast", c->count[COUNT_FAST]);
	json_number(out, "slow", m->slow);
	json_close(out);
	json_number(out, "payload_bytes", c->count[COUNT_PAYLOAD_BYTES]);
	json_number(out, "retransmits", c->count[COUNT_RETRANSMITS]);
	json_number(out, "syn_retransmits", c->count[COUNT_SYN_RETRANSMITS]);
}

/* ---- of the survey ------------------------------------------------------------------ */

/* Whose row is not named has null for its endpoints, and is counted. */
static bool names_pair(const struct metrics *m, const struct port_pair *pair)
{
	return m->peers == API_PEERS_ALL || (m->peers == API_PEERS_OWN && pair->own);
}

static bool names_local(const struct metrics *m, const struct half_closed_group *leak)
{
	return m->peers == API_PEERS_ALL || leak->own;
}

/* A responder's row is about its own endpoint, and has no peer. */
static bool names_peer(const struct metrics *m, const struct half_closed_group *leak)
{
	return m->peers == API_PEERS_ALL || (m->peers == API_PEERS_OWN && leak->own) || !leak->key.role;
}

static void endpoint_or_null(struct out *out, const char *name, const __u8 addr[16], __be16 port, bool named)
{
	if (named) {
		endpoint(out, name, addr, port);
		return;
	}
	json_key_named(out, name);
	out_null(out);
}

static __u64 port_pressure(struct out *out, const struct metrics *m)
{
	__u64 unnamed = 0;

	json_open_array(out, "port_pressure");
	for (int i = 0; i < m->survey.pair_count; i++) {
		const struct port_pair *pair = &m->survey.pairs[i];
		bool named = names_pair(m, pair);

		unnamed += !named;
		json_open_item(out);
		endpoint_or_null(out, "from", pair->key.addr[0], 0, named);
		endpoint_or_null(out, "to", pair->key.addr[1], pair->key.port[1], named);
		json_number(out, "waiting", pair->waiting);
		json_number(out, "open", pair->open);
		json_number(out, "range", port_pair_range(pair));
		json_bool(out, "assumed", pair->assumed);
		json_milliseconds(out, "ratio", port_pair_used_ppm(pair));
		if (pair->dry_in_ns == NEVER_DRY)
			json_null(out, "dry_in_seconds");
		else
			json_seconds(out, "dry_in_seconds", pair->dry_in_ns);
		json_close(out);
	}
	json_close_array(out);
	return unnamed;
}

static __u64 leaks(struct out *out, const struct metrics *m)
{
	__u64 unnamed = 0;

	json_open_array(out, "leaks");
	for (int i = 0; i < m->survey.lingering_count; i++) {
		const struct half_closed_group *leak = &m->survey.longest[i];
		bool local = names_local(m, leak), peer = names_peer(m, leak);

		unnamed += !local || !peer;
		json_open_item(out);
		endpoint_or_null(out, "local", leak->key.addr[0], leak->key.port[0], local);
		endpoint_or_null(out, "peer", leak->key.addr[1], leak->key.port[1], peer && leak->key.role);
		json_word(out, "role", leak->key.role ? "initiator" : "responder");
		json_word(out, "state", state_name(leak->key.state));
		json_number(out, "count", leak->count);
		json_seconds(out, "oldest_seconds", m->now - leak->since);
		if (local && m->peers != API_PEERS_NONE && whose_tells(&leak->whose))
			whose_json(out, &leak->whose);
		json_close(out);
	}
	json_close_array(out);
	return unnamed;
}

static void survey(struct out *out, const struct metrics *m)
{
	static const char *const named[] = {
		[API_PEERS_OWN] = "own", [API_PEERS_ALL] = "all", [API_PEERS_NONE] = "none",
	};
	__u64 pairs = port_pressure(out, m), ends = leaks(out, m);

	json_word(out, "peers", named[m->peers]);
	json_open_object(out, "unnamed");
	json_number(out, "port_pressure", pairs);
	json_number(out, "leaks", ends);
	json_close(out);
	if (m->survey.time)
		json_seconds(out, "survey_age_seconds", m->now - m->survey.time);
	else
		json_null(out, "survey_age_seconds");
}

/* ---- how it fares --------------------------------------------------------------------- */

static void losses(struct out *out, const struct metrics *m)
{
	/* Frames that are no TCP, or not to be tracked, are no loss and not in here. */
	static const unsigned int unreadable[] = {
		PASSED_TRUNCATED, PASSED_BAD_IP_HEADER, PASSED_BAD_TCP_HEADER, PASSED_BAD_LENGTH,
		PASSED_BAD_IP_CHECKSUM, PASSED_TTL_ZERO, PASSED_PORT_ZERO, PASSED_BAD_ADDRESS, PASSED_LOCAL_SOURCE,
		PASSED_FRAGMENT, PASSED_SHORT_FRAGMENT, PASSED_TOO_DEEP, PASSED_BAD_TUNNEL, PASSED_BAD_FLAGS, PASSED_BAD_CHECKSUM,
	};
	const struct counters *c = &m->counters;

	json_open_object(out, "losses");
	json_open_object(out, "events");
	for (unsigned int reason = 0; reason < METRICS_LOST_REASONS; reason++)
		json_number_named(out, lost_reason_name(reason), sum(m->lost[reason], 0, EVENT_TYPES));
	json_close(out);
	json_open_object(out, "left_out");
	for (unsigned int reason = 0; reason < LEFT_OUT_COUNT; reason++)
		json_number_named(out, lost_reason_name(LEFT_OUT + reason), sum(c->left_out[reason], 0, EVENT_TYPES));
	json_close(out);
	json_open_object(out, "frames");
	for (unsigned int i = 0; i < sizeof(unreadable) / sizeof(unreadable[0]); i++)
		json_number_named(out, passed_over_name(unreadable[i]), c->passed_over[unreadable[i]]);
	json_close(out);
	json_number(out, "table_refusals", c->passed_over[PASSED_TABLE_FULL]);
	json_open_object(out, "evictions");
	json_number(out, "unconfirmed", c->count[COUNT_EVICTED_UNCONFIRMED]);
	json_number(out, "closing", c->count[COUNT_EVICTED_CLOSING]);
	json_number(out, "confirmed", c->count[COUNT_EVICTED_CONFIRMED]);
	json_close(out);
	json_close(out);
}

static void hooks(struct out *out, const struct metrics *m)
{
	json_open_array(out, "hooks");
	for (int i = 0; i < m->hook_count; i++) {
		const struct metrics_hook *hook = &m->hooks[i];
		char interface[PLAIN_NAME];

		plain_name(interface, hook->interface);
		json_open_item(out);
		json_string(out, "interface", interface);
		json_word(out, "direction", hook->receive ? "rx" : "tx");
		json_word(out, "hook", hook->kind);
		json_bool(out, "attached", hook->attached);
		json_close(out);
	}
	json_close_array(out);
}

void api_summary(struct out *out, const struct metrics *m)
{
	struct wall_clock clock;

	wall_clock_init(&clock);
	wall_clock_follow(&clock, m->instance.wall_offset);
	json_open(out);
	json_word(out, "version", m->instance.version);
	json_time(out, "now", &clock, m->now);
	json_seconds(out, "uptime_seconds", m->now - m->instance.started_ns);
	endpoints(out, m);
	transitions(out, m);
	flows(out, m);
	closes(out, m);
	time_wait(out, m);
	strays(out, m);
	segments(out, m);
	survey(out, m);
	losses(out, m);
	hooks(out, m);
	json_close_line(out);
}
