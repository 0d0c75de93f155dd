// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
#include "top/json.h"

#include "flow/json_parts.h"
#include "flow/names.h"
#include "tcpstate/units.h"
#include "top/ui.h"
#include "base/clock.h"

static void rate(struct out *out, const char *key, double value)
{
	out_format(out, "%s%.3f", key, value);
}

static void number(struct out *out, const char *key, __u64 value)
{
	number_or_null(out, key, value, true);
}

#define GROWTH(ui, member) COUNTER_RATE(&(ui)->sample, member)

static void json_instance(struct top_ui *ui, struct out *out)
{
	const struct instance *i = &ui->source.running.instance;
	const struct status *status = ui->source.status;

	LITERAL(out, ",\"instance\":{\"pins\":");
	out_json_string(out, ui->source.running.dir);
	number_or_null(out, ",\"pid\":", i->pid, i->pid);
	bool_or_null(out, ",\"alive\":", ui->source.fate == OWNER_LIVES, true);
	LITERAL(out, ",\"uptime_ms\":");
	out_milliseconds(out, growth(ui->sample.time, i->started_ns));
	LITERAL(out, ",\"hooks\":[");
	for (int n = 0; n < status->hook_count; n++) {
		const struct status_hook *hook = &status->hooks[n];

		out_text(out, n ? ",{\"interface\":" : "{\"interface\":");
		out_json_string(out, hook->interface);
		LITERAL(out, ",\"direction\":");
		out_word(out, hook->pinned.receive ? "rx" : "tx");
		LITERAL(out, ",\"hook\":");
		out_word(out, hook_names[hook->pinned.kind]);
		bool_or_null(out, ",\"attached\":", hook->attached, true);
		out_char(out, '}');
	}
	LITERAL(out, "]}");
}

static void json_rates(struct top_ui *ui, struct out *out)
{
	rate(out, ",\"rates\":{\"segments\":", GROWTH(ui, count[COUNT_SEGMENTS]));
	rate(out, ",\"fast\":", GROWTH(ui, count[COUNT_FAST]));
	rate(out, ",\"payload_bytes\":", GROWTH(ui, count[COUNT_PAYLOAD_BYTES]));
	rate(out, ",\"opened\":", GROWTH(ui, count[COUNT_FLOWS_OPENED]));
	rate(out, ",\"ended\":", GROWTH(ui, count[COUNT_FLOWS_CLOSED]));
	rate(out, ",\"retransmits\":", GROWTH(ui, count[COUNT_RETRANSMITS]));
	rate(out, ",\"syn_retransmits\":", GROWTH(ui, count[COUNT_SYN_RETRANSMITS]));
	rate(out, ",\"out_of_order\":", GROWTH(ui, count[COUNT_OUT_OF_ORDER]));
	LITERAL(out, ",\"closes\":{");
	for (unsigned int by = 0; by < CLOSER_COUNT; by++) {
		out_format(out, "%s\"%s\":{", by ? "," : "", closer_name(by));
		for (unsigned int how = 0; how < CLOSE_HOWS; how++)
			out_format(out, "%s\"%s\":%.3f", how ? "," : "", close_how_name(how),
				   GROWTH(ui, closes[NOT_CONFIRMED][by][how]) + GROWTH(ui, closes[IS_CONFIRMED][by][how]));
		out_char(out, '}');
	}
	LITERAL(out, "},\"resets\":{");
	for (unsigned int reset = 0; reset < RESET_COUNT; reset++)
		out_format(out, "%s\"%s\":%.3f", reset ? "," : "", reset_name(reset), GROWTH(ui, resets[reset]));
	LITERAL(out, "}}");
}

static void change(struct out *out, const char *key, const struct top_view *v, unsigned int role, unsigned int state)
{
	bool known;
	double value = view_change(v, role, state, &known);

	if (known)
		out_format(out, "%s%.3f", key, value);
	else
		out_format(out, "%snull", key);
}

static void json_states(struct top_ui *ui, struct out *out)
{
	const struct top_view *v = &ui->view;
	const char *comma = "";

	number(out, ",\"connections\":", v->chosen);
	LITERAL(out, ",\"states\":[");
	for (unsigned int state = 1; state < STATE_SLOTS && state_names[state - 1]; state++, comma = ",") {
		out_format(out, "%s{\"state\":\"%s\",\"initiator\":%llu,\"responder\":%llu", comma, state_name(state),
			   v->census[0][state], v->census[1][state]);
		change(out, ",\"initiator_change\":", v, 0, state);
		change(out, ",\"responder_change\":", v, 1, state);
		rate(out, ",\"entered\":", view_entered(v, state));
		out_char(out, '}');
	}
	out_char(out, ']');
}

static void pair(struct out *out, const char *key, double initiator, double responder, int digits)
{
	out_format(out, "%s[%.*f,%.*f]", key, digits, initiator, digits, responder);
}

static void json_row(struct top_ui *ui, struct out *out, const struct top_row *row)
{
	const struct top_group *g = &row->sum;
	const struct top_sample *s = &ui->sample;

	if (row->flow) {
		const struct top_flow *f = row->flow;

		LITERAL(out, "{\"flow\":\"");
		out_hex64(out, f->id);
		out_char(out, '"');
		json_open_end(out, "initiator", &f->key, f->initiator & 1, f->state[f->initiator & 1]);
		out_char(out, '}');
		json_open_end(out, "responder", &f->key, !(f->initiator & 1), f->state[!(f->initiator & 1)]);
		out_char(out, '}');
		json_roles(out, f->traits, f->seeded);
	} else {
		number(out, "{\"connections\":", g->connections);
		number(out, ",\"open\":", g->open);
		number(out, ",\"waiting\":", g->waiting);
		json_endpoint(out, "initiator", g->key.addr[0], g->key.port[0]);
		json_endpoint(out, "responder", g->key.addr[1], g->key.port[1]);
	}
	pair(out, ",\"segments_per_s\":", sample_rate(s, g->new_packets[0]), sample_rate(s, g->new_packets[1]), 3);
	pair(out, ",\"bytes_per_s\":", sample_rate(s, g->new_bytes[0]), sample_rate(s, g->new_bytes[1]), 3);
	pair(out, ",\"packets\":", g->packets[0], g->packets[1], 0);
	pair(out, ",\"bytes\":", g->bytes[0], g->bytes[1], 0);
	number(out, ",\"retransmits\":", g->retransmits);
	number(out, ",\"strays\":", g->strays);
	LITERAL(out, ",\"age_ms\":");
	out_milliseconds(out, growth(s->time, g->oldest));
	LITERAL(out, ",\"idle_ms\":");
	out_milliseconds(out, growth(s->time, g->last_seen));
	out_char(out, '}');
}

static void json_busiest(struct top_ui *ui, struct out *out, size_t limit)
{
	struct top_row row;

	out_format(out, ",\"grouped\":\"%s\",\"sorted\":\"%s\",\"busiest\":[", grouping_word(ui->view.grouping),
		   column_word(ui->view.column));
	view_sort(&ui->view, limit);
	for (size_t i = 0; i < limit && i < ui->view.order_count; i++) {
		if (i)
			out_char(out, ',');
		view_row(&ui->view, i, &row);
		json_row(ui, out, &row);
	}
	out_char(out, ']');
}

static void json_strays(struct top_ui *ui, struct out *out, size_t limit)
{
	const struct top_sample *s = &ui->sample;

	number(out, ",\"strays\":{\"harmful\":", s->now.harmful);
	LITERAL(out, ",\"kinds\":{");
	for (unsigned int kind = STRAY_NONE + 1; kind < STRAY_COUNT; kind++)
		out_format(out, "%s\"%s\":{\"count\":%llu,\"per_s\":%.3f}", kind == STRAY_NONE + 1 ? "" : ",",
			   stray_name(kind), s->now.strays[kind], GROWTH(ui, strays[kind]));
	LITERAL(out, "},\"newest\":[");
	for (size_t i = 0; i < limit && i < s->log.count; i++) {
		const struct top_stray *stray = &s->log.list[i];

		out_text(out, i ? ",{\"flow\":\"" : "{\"flow\":\"");
		out_hex64(out, stray->id);
		LITERAL(out, "\",\"kind\":");
		out_word(out, stray_name(stray->kind));
		number(out, ",\"count\":", stray->count);
		LITERAL(out, ",\"ago_ms\":");
		out_milliseconds(out, growth(s->time, stray->time));
		json_endpoint(out, "initiator", stray->key.addr[stray->initiator], stray->key.port[stray->initiator]);
		json_endpoint(out, "responder", stray->key.addr[!stray->initiator],
				stray->key.port[!stray->initiator]);
		out_char(out, '}');
	}
	LITERAL(out, "]}");
}

static void json_waits(struct top_ui *ui, struct out *out, size_t limit)
{
	const struct top_sample *s = &ui->sample;
	const struct port_pressure *ports = &ui->view.ports;

	number(out, ",\"time_wait\":{\"waiting\":",
	       ui->view.census[0][STATE_TIME_WAIT] + ui->view.census[1][STATE_TIME_WAIT]);
	number(out, ",\"started\":", s->now.waits[WAIT_NONE]);
	rate(out, ",\"started_per_s\":", GROWTH(ui, waits[WAIT_NONE]));
	number(out, ",\"restarts\":", s->now.wait_restarts);
	for (unsigned int outcome = WAIT_NONE + 1; outcome < WAIT_OUTCOME_COUNT; outcome++)
		out_format(out, ",\"%s\":%llu", wait_outcome_name(outcome), s->now.waits[outcome]);
	LITERAL(out, "},\"ports\":[");
	for (size_t i = 0; i < limit && i < ports->pressed; i++) {
		const struct port_pair *pair = port_pair_at(ports, i);

		number(out, i ? ",{\"waiting\":" : "{\"waiting\":", pair->waiting);
		number(out, ",\"open\":", pair->open);
		number(out, ",\"ports\":", port_pair_range(pair));
		bool_or_null(out, ",\"assumed\":", pair->assumed, true);
		out_format(out, ",\"used_percent\":%.2f", port_pair_used_percent(pair));
		number_or_null(out, ",\"dry_in_ms\":", pair->dry_in_ns / NS_PER_MS, pair->dry_in_ns != NEVER_DRY);
		json_endpoint(out, "client", pair->key.addr[0], 0);
		json_endpoint(out, "server", pair->key.addr[1], pair->key.port[1]);
		out_char(out, '}');
	}
	out_char(out, ']');
}

static void json_leaks(struct top_ui *ui, struct out *out, size_t limit)
{
	const struct half_closed *leaks = &ui->view.leaks;

	LITERAL(out, ",\"leaks\":[");
	for (size_t i = 0; i < limit && i < leaks->groups.count; i++) {
		const struct half_closed_group *g = half_closed_at(leaks, i);

		out_text(out, i ? ",{\"state\":" : "{\"state\":");
		out_word(out, state_name(g->key.state));
		LITERAL(out, ",\"role\":");
		out_word(out, g->key.role ? "initiator" : "responder");
		bool_or_null(out, ",\"local\":", g->local, true);
		json_endpoint(out, "end", g->key.addr[0], g->key.port[0]);
		if (g->key.role)
			json_endpoint(out, "peer", g->key.addr[1], g->key.port[1]);
		else
			LITERAL(out, ",\"peer\":null");
		number(out, ",\"count\":", g->count);
		LITERAL(out, ",\"oldest_ms\":");
		out_milliseconds(out, growth(ui->sample.time, g->since));
		out_char(out, '}');
	}
	out_char(out, ']');
}

static void json_losses(struct top_ui *ui, struct out *out)
{
	const struct counters *c = &ui->sample.now;
	__u64 grown = growth(losses_of(c), losses_of(&ui->sample.then));

	LITERAL(out, ",\"losses\":{\"events\":{");
	for (unsigned int reason = 0; reason < LOST_COUNT; reason++) {
		__u64 sum = 0;

		for (unsigned int type = 0; type < EVENT_TYPES; type++)
			sum += c->lost[reason][type];
		out_format(out, "%s\"%s\":%llu", reason ? "," : "", lost_reason_name(reason), sum);
	}
	number(out, "},\"table_full\":", c->passed_over[PASSED_TABLE_FULL]);
	number(out, ",\"evicted_unconfirmed\":", c->count[COUNT_EVICTED_UNCONFIRMED]);
	number(out, ",\"evicted_closing\":", c->count[COUNT_EVICTED_CLOSING]);
	number(out, ",\"evicted_confirmed\":", c->count[COUNT_EVICTED_CONFIRMED]);
	rate(out, ",\"per_s\":", sample_rate(&ui->sample, grown));
	out_char(out, '}');
}

void top_json(struct top_ui *ui, struct out *out, struct wall_clock *clock, size_t limit)
{
	const struct top_sample *s = &ui->sample;

	LITERAL(out, "{\"ts\":\"");
	out_timestamp(out, clock, s->time);
	LITERAL(out, "\",\"event\":\"top\",\"interval_ms\":");
	out_milliseconds(out, s->time - s->before);
	json_instance(ui, out);
	json_rates(ui, out);
	json_states(ui, out);
	json_busiest(ui, out, limit);
	json_strays(ui, out, limit);
	json_waits(ui, out, limit);
	json_leaks(ui, out, limit);
	json_losses(ui, out);
	number(out, ",\"cost\":{\"flows\":", s->count);
	LITERAL(out, ",\"read_ms\":");
	out_milliseconds(out, ui->source.read_ns);
	LITERAL(out, ",\"cpu_ms\":");
	out_milliseconds(out, ui->cpu_ns);
	LITERAL(out, "}}\n");
}
