// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
#include "top/json.h"

#include "flow/json_parts.h"
#include "flow/names.h"
#include "tcpstate/units.h"
#include "top/ui.h"
#include "base/clock.h"

#define RATE_DIGITS 3

#define GROWTH(ui, member) COUNTER_RATE(&(ui)->sample, member)

static void json_instance(struct top_ui *ui, struct out *out)
{
	const struct instance *i = &ui->source.running.instance;
	const struct status *status = ui->source.status;

	json_open_object(out, "instance");
	json_string(out, "pins", ui->source.running.dir);
	json_number_or_null(out, "pid", i->pid, i->pid);
	json_bool(out, "alive", ui->source.fate == OWNER_LIVES);
	json_milliseconds(out, "uptime_ms", growth(ui->sample.time, i->started_ns));
	json_open_array(out, "hooks");
	for (int n = 0; n < status->hook_count; n++) {
		const struct status_hook *hook = &status->hooks[n];

		json_open_item(out);
		json_string(out, "interface", hook->interface);
		json_word(out, "direction", hook->pinned.receive ? "rx" : "tx");
		json_word(out, "hook", hook_names[hook->pinned.kind]);
		json_bool(out, "attached", hook->attached);
		json_close(out);
	}
	json_close_array(out);
	json_close(out);
}

static void json_rates(struct top_ui *ui, struct out *out)
{
	json_open_object(out, "rates");
	json_decimal(out, "segments", GROWTH(ui, count[COUNT_SEGMENTS]), RATE_DIGITS);
	json_decimal(out, "fast", GROWTH(ui, count[COUNT_FAST]), RATE_DIGITS);
	json_decimal(out, "payload_bytes", GROWTH(ui, count[COUNT_PAYLOAD_BYTES]), RATE_DIGITS);
	json_decimal(out, "opened", GROWTH(ui, count[COUNT_FLOWS_OPENED]), RATE_DIGITS);
	json_decimal(out, "ended", GROWTH(ui, count[COUNT_FLOWS_CLOSED]), RATE_DIGITS);
	json_decimal(out, "retransmits", GROWTH(ui, count[COUNT_RETRANSMITS]), RATE_DIGITS);
	json_decimal(out, "syn_retransmits", GROWTH(ui, count[COUNT_SYN_RETRANSMITS]), RATE_DIGITS);
	json_decimal(out, "out_of_order", GROWTH(ui, count[COUNT_OUT_OF_ORDER]), RATE_DIGITS);
	json_open_object(out, "closes");
	for (unsigned int by = 0; by < CLOSER_COUNT; by++) {
		json_open_named(out, closer_name(by));
		for (unsigned int how = 0; how < CLOSE_HOWS; how++)
			json_decimal_named(out, close_how_name(how), GROWTH(ui, closes[NOT_CONFIRMED][by][how]) +
					   GROWTH(ui, closes[IS_CONFIRMED][by][how]), RATE_DIGITS);
		json_close(out);
	}
	json_close(out);
	json_open_object(out, "resets");
	for (unsigned int reset = 0; reset < RESET_COUNT; reset++)
		json_decimal_named(out, reset_name(reset), GROWTH(ui, resets[reset]), RATE_DIGITS);
	json_close(out);
	json_close(out);
}

static void json_change(struct out *out, const char *name, const struct top_view *v, unsigned int role, unsigned int state)
{
	bool known;
	double value = view_change(v, role, state, &known);

	json_key_named(out, name);
	if (known)
		out_format(out, "%.*f", RATE_DIGITS, value);
	else
		out_null(out);
}

static void json_states(struct top_ui *ui, struct out *out)
{
	const struct top_view *v = &ui->view;

	json_number(out, "connections", v->chosen);
	json_open_array(out, "states");
	for (unsigned int state = 1; state < STATE_SLOTS && state_names[state - 1]; state++) {
		json_open_item(out);
		json_word(out, "state", state_name(state));
		json_number(out, "initiator", v->census[0][state]);
		json_number(out, "responder", v->census[1][state]);
		json_change(out, "initiator_change", v, 0, state);
		json_change(out, "responder_change", v, 1, state);
		json_decimal(out, "entered", view_entered(v, state), RATE_DIGITS);
		json_close(out);
	}
	json_close_array(out);
}

static void json_pair(struct out *out, const char *name, double initiator, double responder, int digits)
{
	json_key_named(out, name);
	out_format(out, "[%.*f,%.*f]", digits, initiator, digits, responder);
}

static void json_row(struct top_ui *ui, struct out *out, const struct top_row *row)
{
	const struct top_group *g = &row->sum;
	const struct top_sample *s = &ui->sample;

	json_open_item(out);
	if (row->flow) {
		const struct top_flow *f = row->flow;

		json_id(out, "flow", f->id);
		json_open_end(out, "initiator", &f->key, f->initiator & 1, f->state[f->initiator & 1]);
		json_close(out);
		json_open_end(out, "responder", &f->key, !(f->initiator & 1), f->state[!(f->initiator & 1)]);
		json_close(out);
		json_roles(out, f->traits, f->seeded);
	} else {
		json_number(out, "connections", g->connections);
		json_number(out, "open", g->open);
		json_number(out, "waiting", g->waiting);
		json_endpoint(out, "initiator", g->key.addr[0], g->key.port[0]);
		json_endpoint(out, "responder", g->key.addr[1], g->key.port[1]);
	}
	json_pair(out, "segments_per_s", sample_rate(s, g->new_packets[0]), sample_rate(s, g->new_packets[1]), 3);
	json_pair(out, "bytes_per_s", sample_rate(s, g->new_bytes[0]), sample_rate(s, g->new_bytes[1]), 3);
	json_pair(out, "packets", g->packets[0], g->packets[1], 0);
	json_pair(out, "bytes", g->bytes[0], g->bytes[1], 0);
	json_number(out, "retransmits", g->retransmits);
	json_number(out, "strays", g->strays);
	json_milliseconds(out, "age_ms", growth(s->time, g->oldest));
	json_milliseconds(out, "idle_ms", growth(s->time, g->last_seen));
	json_close(out);
}

static void json_busiest(struct top_ui *ui, struct out *out, size_t limit)
{
	struct top_row row;

	json_word(out, "grouped", grouping_word(ui->view.grouping));
	json_word(out, "sorted", column_word(ui->view.column));
	json_open_array(out, "busiest");
	view_sort(&ui->view, limit);
	for (size_t i = 0; i < limit && i < ui->view.order_count; i++) {
		view_row(&ui->view, i, &row);
		json_row(ui, out, &row);
	}
	json_close_array(out);
}

static void json_strays(struct top_ui *ui, struct out *out, size_t limit)
{
	const struct top_sample *s = &ui->sample;

	json_open_object(out, "strays");
	json_number(out, "harmful", s->now.harmful);
	json_open_object(out, "kinds");
	for (unsigned int kind = STRAY_NONE + 1; kind < STRAY_COUNT; kind++) {
		json_open_named(out, stray_name(kind));
		json_number(out, "count", s->now.strays[kind]);
		json_decimal(out, "per_s", GROWTH(ui, strays[kind]), RATE_DIGITS);
		json_close(out);
	}
	json_close(out);
	json_open_array(out, "newest");
	for (size_t i = 0; i < limit && i < s->log.count; i++) {
		const struct top_stray *stray = &s->log.list[i];

		json_open_item(out);
		json_id(out, "flow", stray->id);
		json_word(out, "kind", stray_name(stray->kind));
		json_number(out, "count", stray->count);
		json_milliseconds(out, "ago_ms", growth(s->time, stray->time));
		json_endpoint(out, "initiator", stray->key.addr[stray->initiator], stray->key.port[stray->initiator]);
		json_endpoint(out, "responder", stray->key.addr[!stray->initiator],
				stray->key.port[!stray->initiator]);
		json_close(out);
	}
	json_close_array(out);
	json_close(out);
}

static void json_waits(struct top_ui *ui, struct out *out, size_t limit)
{
	const struct top_sample *s = &ui->sample;
	const struct port_pressure *ports = &ui->view.ports;

	json_open_object(out, "time_wait");
	json_number(out, "waiting",
		    ui->view.census[0][STATE_TIME_WAIT] + ui->view.census[1][STATE_TIME_WAIT]);
	json_number(out, "started", s->now.waits[WAIT_NONE]);
	json_decimal(out, "started_per_s", GROWTH(ui, waits[WAIT_NONE]), RATE_DIGITS);
	json_number(out, "restarts", s->now.wait_restarts);
	for (unsigned int outcome = WAIT_NONE + 1; outcome < WAIT_OUTCOME_COUNT; outcome++)
		json_number_named(out, wait_outcome_name(outcome), s->now.waits[outcome]);
	json_close(out);
	json_open_array(out, "ports");
	for (size_t i = 0; i < limit && i < ports->pressed; i++) {
		const struct port_pair *pair = port_pair_at(ports, i);

		json_open_item(out);
		json_number(out, "waiting", pair->waiting);
		json_number(out, "open", pair->open);
		json_number(out, "ports", port_pair_range(pair));
		json_bool(out, "assumed", pair->assumed);
		json_decimal(out, "used_percent", port_pair_used_percent(pair), 2);
		json_number_or_null(out, "dry_in_ms", pair->dry_in_ns / NS_PER_MS, pair->dry_in_ns != NEVER_DRY);
		json_endpoint(out, "client", pair->key.addr[0], 0);
		json_endpoint(out, "server", pair->key.addr[1], pair->key.port[1]);
		json_close(out);
	}
	json_close_array(out);
}

static void json_leaks(struct top_ui *ui, struct out *out, size_t limit)
{
	const struct half_closed *leaks = &ui->view.leaks;

	json_open_array(out, "leaks");
	for (size_t i = 0; i < limit && i < leaks->groups.count; i++) {
		const struct half_closed_group *g = half_closed_at(leaks, i);

		json_open_item(out);
		json_word(out, "state", state_name(g->key.state));
		json_word(out, "role", g->key.role ? "initiator" : "responder");
		json_bool(out, "local", g->local);
		json_endpoint(out, "end", g->key.addr[0], g->key.port[0]);
		if (g->key.role)
			json_endpoint(out, "peer", g->key.addr[1], g->key.port[1]);
		else
			json_null(out, "peer");
		json_number(out, "count", g->count);
		json_milliseconds(out, "oldest_ms", growth(ui->sample.time, g->since));
		if (whose_tells(&g->whose))
			whose_json(out, &g->whose);
		json_close(out);
	}
	json_close_array(out);
}

static void json_losses(struct top_ui *ui, struct out *out)
{
	const struct counters *c = &ui->sample.now;
	__u64 grown = growth(losses_of(c), losses_of(&ui->sample.then));

	json_open_object(out, "losses");
	json_open_object(out, "events");
	for (unsigned int reason = 0; reason < LOST_COUNT; reason++) {
		__u64 sum = 0;

		for (unsigned int type = 0; type < EVENT_TYPES; type++)
			sum += c->lost[reason][type];
		json_number_named(out, lost_reason_name(reason), sum);
	}
	json_close(out);
	json_number(out, "table_full", c->passed_over[PASSED_TABLE_FULL]);
	json_number(out, "evicted_unconfirmed", c->count[COUNT_EVICTED_UNCONFIRMED]);
	json_number(out, "evicted_closing", c->count[COUNT_EVICTED_CLOSING]);
	json_number(out, "evicted_confirmed", c->count[COUNT_EVICTED_CONFIRMED]);
	json_decimal(out, "per_s", sample_rate(&ui->sample, grown), RATE_DIGITS);
	json_close(out);
}

void top_json(struct top_ui *ui, struct out *out, struct wall_clock *clock, size_t limit)
{
	const struct top_sample *s = &ui->sample;

	json_open(out);
	json_time(out, "ts", clock, s->time);
	json_word(out, "event", "top");
	json_milliseconds(out, "interval_ms", s->time - s->before);
	json_instance(ui, out);
	json_rates(ui, out);
	json_states(ui, out);
	json_busiest(ui, out, limit);
	json_strays(ui, out, limit);
	json_waits(ui, out, limit);
	json_leaks(ui, out, limit);
	json_losses(ui, out);
	json_open_object(out, "cost");
	json_number(out, "flows", s->count);
	json_milliseconds(out, "read_ms", ui->source.read_ns);
	json_milliseconds(out, "cpu_ms", ui->cpu_ns);
	json_close(out);
	json_close_line(out);
}
