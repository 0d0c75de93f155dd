// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
#include "commands/timewait_print.h"

#include <stdio.h>
#include <string.h>

#include "flow/address.h"
#include "base/text_grid.h"
#include "flow/json_parts.h"
#include "flow/names.h"
#include "commands/report_printer.h"
#include "tcpstate/units.h"
#include "base/clock.h"

static __u64 time_since(const struct report *r, __u64 then)
{
	return r->look.now > then ? r->look.now - then : 0;
}

/* How long it takes until the wait that began then is over, ns. */
static __u64 time_left(const struct report *r, __u64 then)
{
	__u64 passed = time_since(r, then);

	return passed < r->look.two_msl_ns ? r->look.two_msl_ns - passed : 0;
}

/* ---- text ------------------------------------------------------------------ */

/* port 0: the address alone. */
static void end_cell(struct grid *grid, const __u8 addr[16], __be16 port)
{
	struct flow_key key = { .port = { port } };
	char text[ENDPOINT_TEXT];

	memcpy(key.addr[0], addr, 16);
	if (port)
		endpoint_text(text, &key, 0);
	else
		text[address_text(text, addr)] = 0;
	grid_cell(grid, "%s", text);
}

static void duration_cell(struct grid *grid, __u64 ns)
{
	char text[DURATION_TEXT];

	duration_text(text, ns);
	grid_cell(grid, "%s", text);
}

static int text_holders(struct report *r, const struct waits *w)
{
	static const char *const heads[] = { "WHO WAITS", "AS", "WHERE", ">WAITING", ">RESTARTS", ">NEXT ONE ENDS IN", ">LAST ONE", NULL };
	size_t shown = report_limit(r, w->holders.count);
	char whole[DURATION_TEXT];
	struct grid grid;

	duration_text(whole, r->look.two_msl_ns);
	report_heading(r, "ENDS IN TIME_WAIT: %llu (each for 2MSL, %s)", w->waiting, whole);
	if (!w->holders.count) {
		out_text(&r->out, "none\n");
		return 0;
	}
	grid_init(&grid, heads);
	for (size_t i = 0; i < shown; i++) {
		const struct wait_holder *holder = wait_holder_at(w, i);

		end_cell(&grid, holder->key.addr[0], holder->key.port[0]);
		grid_cell(&grid, "%s", holder->key.role ? "client" : "server");
		grid_cell(&grid, "%s", holder->local ? "local" : "remote");
		grid_cell(&grid, "%llu", holder->waiting);
		grid_cell(&grid, "%llu", holder->restarts);
		duration_cell(&grid, time_left(r, holder->oldest));
		duration_cell(&grid, time_left(r, holder->newest));
	}
	return report_grid(r, &grid, shown, w->holders.count);
}

static int text_pairs(struct report *r, const struct waits *w)
{
	static const char *const heads[] = {
		"CLIENT", "SERVER", ">WAITING", ">OPEN", ">AT THE SERVER", ">PORTS", "", ">USED", ">NEW WAITS", ">RUNS DRY IN", NULL
	};
	size_t shown = report_limit(r, w->ports.pairs.count);
	struct grid grid;

	report_heading(r, "PORTS OF CLIENTS, by server (waiting and open: ports in use; at the server: waits there, which keep no port)");
	if (!w->ports.pairs.count) {
		out_text(&r->out, "none waits\n");
		return 0;
	}
	grid_init(&grid, heads);
	for (size_t i = 0; i < shown; i++) {
		const struct port_pair *pair = port_pair_at(&w->ports, i);

		end_cell(&grid, pair->key.addr[0], 0);
		end_cell(&grid, pair->key.addr[1], pair->key.port[1]);
		grid_cell(&grid, "%u", pair->waiting);
		grid_cell(&grid, "%u", pair->open);
		grid_cell(&grid, "%u", pair->server_waiting);
		grid_cell(&grid, "%u-%u", pair->low, pair->high);
		grid_cell(&grid, "%s", pair->assumed ? "assumed" : "");
		grid_cell(&grid, "%.1f %%", port_pair_used_percent(pair));
		grid_cell(&grid, "%.1f/s", pair->rate);
		if (pair->dry_in_ns == NEVER_DRY)
			grid_cell(&grid, "never");
		else
			duration_cell(&grid, pair->dry_in_ns);
	}
	return report_grid(r, &grid, shown, w->ports.pairs.count);
}

static void text_outcomes(struct report *r, const struct counters *c)
{
	static const char *const heads[] = { "OUTCOME", ">COUNT", "", NULL };
	static const char *const outcomes[WAIT_OUTCOME_COUNT] = {
		[WAIT_EXPIRED] = "2MSL had passed",
		[WAIT_REUSED] = "a new connection took the pair of ports",
		[WAIT_RESET] = "an RST ended it (TIME-WAIT assassination, RFC 1337)",
		[WAIT_EVICTED] = "forgotten for want of room in the table",
	};
	struct grid grid;

	report_heading(r, "HOW WAITS WENT, since the start: %llu began, %llu began again since the FIN came again",
		       c->waits[WAIT_NONE], c->wait_restarts);
	grid_init(&grid, heads);
	for (unsigned int outcome = WAIT_NONE + 1; outcome < WAIT_OUTCOME_COUNT; outcome++) {
		grid_cell(&grid, "%s", wait_outcome_name(outcome));
		grid_cell(&grid, "%llu", c->waits[outcome]);
		grid_cell(&grid, "%s", outcomes[outcome]);
		for (unsigned int reuse = REUSE_NONE + 1; outcome == WAIT_REUSED && reuse < REUSE_COUNT; reuse++) {
			grid_cell(&grid, "  %s%s", reuse == REUSE_UNSAFE ? "" : "safe by ", reuse_name(reuse));
			grid_cell(&grid, "%llu", c->reuses[reuse]);
			grid_cell(&grid, "%s", "");
		}
	}
	grid_print(&grid, &r->out, r->colour);
}

static int text_hosts(struct report *r, const struct timewait *t)
{
	static const char *const heads[] = { "HOST", ">SHORTEST WAIT", ">BY SEQUENCE", ">BY TIMESTAMP", ">UNSAFE", NULL };
	size_t shown = report_limit(r, t->host_count);
	struct grid grid;

	report_heading(r, "HOW SOON HOSTS REUSE: the shortest wait of theirs that a new connection ended");
	if (!t->host_count) {
		out_text(&r->out, "none has been seen to\n");
		return 0;
	}
	grid_init(&grid, heads);
	for (size_t i = 0; i < shown; i++) {
		const struct known_host *host = &t->hosts[i];

		end_cell(&grid, host->key.addr, 0);
		grid_cell(&grid, "%u ms", host->reuse.shortest_ms);
		grid_cell(&grid, "%llu", host->reuse.count[REUSE_SEQUENCE]);
		grid_cell(&grid, "%llu", host->reuse.count[REUSE_TIMESTAMP]);
		grid_cell(&grid, "%llu", host->reuse.count[REUSE_UNSAFE]);
	}
	return report_grid(r, &grid, shown, t->host_count);
}

int timewait_text(struct report *r, const struct timewait *t)
{
	int err = text_holders(r, &t->waits);

	err = err ?: text_pairs(r, &t->waits);
	text_outcomes(r, &t->counters);
	return err ?: text_hosts(r, t);
}

/* ---- json ------------------------------------------------------------------ */

static void json_reuses(struct out *out, const __u64 *count)
{
	json_open_object(out, "reuse");
	json_number(out, "sequence", count[REUSE_SEQUENCE]);
	json_number(out, "timestamp", count[REUSE_TIMESTAMP]);
	json_number(out, "unsafe", count[REUSE_UNSAFE]);
	json_close(out);
}

static void json_total(struct report *r, const struct timewait *t)
{
	struct out *out = &r->out;

	report_row(r, "total");
	json_number(out, "waiting", t->waits.waiting);
	json_milliseconds(out, "two_msl_ms", r->look.two_msl_ns);
	json_number(out, "started", t->counters.waits[WAIT_NONE]);
	json_number(out, "restarts", t->counters.wait_restarts);
	json_open_object(out, "ended");
	for (unsigned int outcome = WAIT_NONE + 1; outcome < WAIT_OUTCOME_COUNT; outcome++)
		json_number_named(out, wait_outcome_name(outcome), t->counters.waits[outcome]);
	json_close(out);
	json_reuses(out, t->counters.reuses);
	report_row_end(r);
}

static void json_holder(struct report *r, const struct wait_holder *holder)
{
	struct out *out = &r->out;

	report_row(r, "holder");
	json_endpoint(out, "end", holder->key.addr[0], holder->key.port[0]);
	json_word(out, "role", holder->key.role ? "initiator" : "responder");
	json_bool(out, "local", holder->local);
	json_number(out, "waiting", holder->waiting);
	json_number(out, "restarts", holder->restarts);
	json_milliseconds(out, "first_ends_ms", time_left(r, holder->oldest));
	json_milliseconds(out, "last_ends_ms", time_left(r, holder->newest));
	report_row_end(r);
}

static void json_pair(struct report *r, const struct port_pair *pair)
{
	struct out *out = &r->out;

	report_row(r, "pair");
	json_address(out, "client", pair->key.addr[0]);
	json_endpoint(out, "server", pair->key.addr[1], pair->key.port[1]);
	json_bool(out, "local", pair->local);
	json_number(out, "waiting", pair->waiting);
	json_number(out, "open", pair->open);
	json_number(out, "server_waiting", pair->server_waiting);
	json_open_object(out, "ports");
	json_number(out, "low", pair->low);
	json_number(out, "high", pair->high);
	json_bool(out, "assumed", pair->assumed);
	json_close(out);
	json_decimal(out, "used_percent", port_pair_used_percent(pair), 2);
	json_decimal(out, "rate_per_s", pair->rate, 3);
	json_number_or_null(out, "dry_in_ms", pair->dry_in_ns / NS_PER_MS, pair->dry_in_ns != NEVER_DRY);
	report_row_end(r);
}

int timewait_json(struct report *r, const struct timewait *t)
{
	struct out *out = &r->out;

	json_total(r, t);
	for (size_t i = 0; i < t->waits.holders.count; i++)
		json_holder(r, wait_holder_at(&t->waits, i));
	for (size_t i = 0; i < t->waits.ports.pairs.count; i++)
		json_pair(r, port_pair_at(&t->waits.ports, i));
	for (size_t i = 0; i < t->host_count; i++) {
		const struct known_host *host = &t->hosts[i];

		report_row(r, "host");
		json_address(out, "addr", host->key.addr);
		json_number(out, "shortest_ms", host->reuse.shortest_ms);
		json_reuses(out, host->reuse.count);
		report_row_end(r);
	}
	return out->error;
}
