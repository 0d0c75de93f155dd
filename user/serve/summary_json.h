/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * GET /api/summary: one JSON object, for the page and for scripts. All counts
 * are since start_time (an adopting daemon goes on with them); rates are the
 * difference of two answers.
 *
 *   version, now (RFC 3339, UTC), uptime_seconds
 *   endpoints        {"initiator":{"ESTABLISHED":n,...},"responder":{...}}: ends in the table, by state
 *   local_endpoints  {"ESTABLISHED":n,...}: of these, this machine's
 *   transitions      [{"from","to","count"}]: RFC 9293's arrows, and others once they were taken
 *   flows            opened, ended; in the table: unconfirmed, confirmed, closing; capacity
 *   closes           [{"by","how","count","confirmed"}]: all, and how many of them an outsider can't have fabricated
 *   time_wait        waiting (ends now), started, restarts,
 *                    ended {"expired","reused","reset","evicted"}, reuses {"sequence","timestamp","unsafe"}
 *   strays           total, harmful, kinds {kind:n}, lifetimes [{"below_ms","count"}]: each bucket has only its own
 *   handshake        {"syn_to_synack_us":{"p50","p99","count"},"synack_to_ack_us":...}; quantiles from
 *                    buckets of 1, 2, 5 in each decade; null where there was none
 *   resets           {validity:n}
 *   segments         fast, slow; beside it payload_bytes, retransmits, syn_retransmits
 *   port_pressure    [{"from","to","waiting","open","range","assumed","ratio","dry_in_seconds"}], the fullest ten
 *                    pairs of a client ("ADDRESS") and a server's endpoint ("ADDRESS PORT") with ports that a
 *                    TIME_WAIT keeps: these, those of open connections, the client's range (assumed where it is
 *                    not of this host), the part of it in use, and when it is used up at this rate (null: never)
 *   leaks            [{"local","peer","role","state","count","oldest_seconds"}], the oldest ten of the local ends
 *                    that have been half closed for a minute: a responder by its own endpoint ("ADDRESS
 *                    PORT", peer is null), an initiator by its address and its peer's endpoint
 *   peers            whose endpoints these two name: "own" (this host's own connections, which ss shows to any
 *                    user), "all" (--api-peers), "none" (to the network: only this host's own ends)
 *   unnamed          port_pressure, leaks: how many rows have null for an endpoint because of that
 *   survey_age_seconds  since these two were looked for; null: not yet
 *   losses           events {"ring_full","yielded","write"}, left_out {reason:n} (events beyond the budget for what
 *                    an outsider can fabricate, only counted), frames that could not be read {reason:n},
 *                    table_refusals, evictions {"unconfirmed","closing"}
 *   hooks            [{"interface","direction" ("rx","tx"),"hook","attached"}]
 */
#ifndef TCPSTATE_USER_SERVE_SUMMARY_JSON_H
#define TCPSTATE_USER_SERVE_SUMMARY_JSON_H

struct metrics;
struct out;

void api_summary(struct out *out, const struct metrics *metrics);

#endif
