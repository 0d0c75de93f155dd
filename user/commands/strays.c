// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* strays: segments that came late or astray, by kind; how long they were under way; the harmful ones. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "flow/address.h"
#include "commands/command.h"
#include "base/text_grid.h"
#include "flow/json_parts.h"
#include "flow/lifetimes.h"
#include "flow/names.h"
#include "options/parser.h"
#include "commands/report_printer.h"
#include "kernel/counter_sums.h"
#include "tcpstate/units.h"
#include "base/clock.h"

static const char *const kind_texts[STRAY_COUNT] = {
	[STRAY_FIN_RETRANSMIT] = "the FIN again, in TIME_WAIT: its last ACK was lost",
	[STRAY_LATE_DATA] = "data for an end in TIME_WAIT",
	[STRAY_LATE_ACK] = "an ACK for an end in TIME_WAIT",
	[STRAY_LATE_RST] = "an RST for an end in TIME_WAIT, which it does not take",
	[STRAY_LATE_SYN] = "an old SYN: in TIME_WAIT, or a copy of a live connection's",
	[STRAY_AFTER_CLOSE] = "after both ends had closed",
	[STRAY_OLD_INCARNATION] = "of an earlier connection with the same addresses and ports",
	[STRAY_OLD_DUPLICATE] = "acknowledged already, and sent before what has come since",
	[STRAY_SPURIOUS_RETRANSMIT] = "acknowledged already, and sent again",
	[STRAY_OUT_OF_WINDOW] = "outside the receiver's window",
	[STRAY_ACK_UNSENT] = "acknowledges what was never sent",
	[STRAY_PAWS_STALE] = "its timestamp is older than PAWS allows",
	[STRAY_DATA_AFTER_FIN] = "data behind its sender's FIN",
	[STRAY_RST_INVALID] = "an RST whose number does not fit",
	[STRAY_CHALLENGE_ACK] = "an ACK that answers a SYN: the other end is half open",
	[STRAY_UNKNOWN] = "of no connection that is known",
};

/* A flow that would have taken data of the life before. */
struct harmed {
	struct flow flow;
	__u32 harmful;
	__u32 lifetime_max_ms;
};

struct strays {
	struct counters counters;
	struct harmed *harmed;
	size_t harmed_count, room;
	__u32 longest_ms;          /* of the flows that are in the table */
};

/* ---- what there is ---------------------------------------------------------- */

static int add_harmed(struct strays *s, const struct flow *f, const struct history *h)
{
	struct harmed *place = ARRAY_ADD(s->harmed, s->harmed_count, s->room);

	if (!place)
		return -ENOMEM;
	*place = (struct harmed){ *f, h->harmful, h->lifetime_max_ms };
	return 0;
}

static int look_at(void *arg, const struct flow *f, const struct history *h)
{
	struct strays *s = arg;

	if (h->lifetime_max_ms > s->longest_ms)
		s->longest_ms = h->lifetime_max_ms;
	return h->harmful ? add_harmed(s, f, h) : 0;
}

static int most_first(const void *one, const void *other)
{
	const struct harmed *a = one, *b = other;

	if (a->harmful != b->harmful)
		return a->harmful > b->harmful ? -1 : 1;
	return memcmp(&a->flow.key, &b->flow.key, sizeof(a->flow.key));
}

static int collect(struct report *r, struct strays *s)
{
	int err = tally_read(r->look.running.maps.counters, &s->counters);

	err = err ?: look_flows(&r->look, look_at, s);
	if (s->harmed_count)
		qsort(s->harmed, s->harmed_count, sizeof(*s->harmed), most_first);
	return err;
}

static __u64 count_all(const struct strays *s)
{
	__u64 sum = 0;

	for (unsigned int kind = 0; kind < STRAY_COUNT; kind++)
		sum += s->counters.strays[kind];
	return sum;
}

/* The histogram knows of all strays, but only to the bucket; the table to the ms, but not of those that are gone. */
static __u32 longest_of(const struct strays *s)
{
	__u32 from, to;

	lifetimes_longest(s->counters.lifetimes, &from, &to);
	return s->longest_ms >= from ? s->longest_ms : to;
}

/* ---- text ------------------------------------------------------------------ */

static void text_kinds(struct report *r, const struct strays *s)
{
	static const char *const heads[] = { "KIND", ">COUNT", "WHAT IT IS", NULL };
	__u64 all = count_all(s);
	struct grid grid;

	report_heading(r, "STRAY SEGMENTS BY KIND (%llu since the start)", all);
	if (!all) {
		out_text(&r->out, "none\n");
		return;
	}
	grid_init(&grid, heads);
	for (unsigned int kind = STRAY_NONE + 1; kind < STRAY_COUNT; kind++) {
		if (!s->counters.strays[kind])
			continue;
		grid_cell(&grid, "%s", stray_name(kind));
		grid_cell(&grid, "%llu", s->counters.strays[kind]);
		grid_cell(&grid, "%s", kind_texts[kind] ?: "");
	}
	grid_print(&grid, &r->out, r->colour);
}

static void text_lifetimes(struct report *r, const struct strays *s)
{
	const __u64 *buckets = s->counters.lifetimes;
	__u64 known = lifetimes_count(buckets);
	char msl[DURATION_TEXT];

	report_heading(r, "HOW LONG THEY WERE UNDER WAY (of %llu with usable TCP timestamps)", known);
	if (!known) {
		out_text(&r->out, "unknown\n");
		return;
	}
	duration_text(msl, r->look.two_msl_ns / 2);
	out_format(&r->out, "half of them up to %u ms, 90 %% up to %u ms, 99 %% up to %u ms, the longest %u ms\n"
		   "That is how long segments live on these paths; the MSL in use is %s.\n",
		   lifetimes_quantile(buckets, 500), lifetimes_quantile(buckets, 900), lifetimes_quantile(buckets, 990),
		   longest_of(s), msl);
}

static int text_harmed(struct report *r, const struct strays *s)
{
	static const char *const heads[] = { "INITIATOR", "RESPONDER", ">HARMFUL", ">LONGEST UNDER WAY", NULL };
	size_t shown = report_limit(r, s->harmed_count);
	struct grid grid;

	report_heading(r, "HARMFUL ONES (of an earlier connection, and the receiver would have taken them): %llu",
		       s->counters.harmful);
	if (!s->harmed_count) {
		out_text(&r->out, s->counters.harmful ? "none of connections that are still in the table\n" : "none\n");
		return 0;
	}
	grid_init(&grid, heads);
	for (size_t i = 0; i < shown; i++) {
		const struct harmed *harmed = &s->harmed[i];
		unsigned int initiator = harmed->flow.initiator & 1;
		char end[2][ENDPOINT_TEXT];

		endpoint_text(end[0], &harmed->flow.key, initiator);
		endpoint_text(end[1], &harmed->flow.key, !initiator);
		grid_cell(&grid, "%s", end[0]);
		grid_cell(&grid, "%s", end[1]);
		grid_cell(&grid, "%u", harmed->harmful);
		grid_cell(&grid, "%u ms", harmed->lifetime_max_ms);
	}
	return report_grid(r, &grid, shown, s->harmed_count);
}

static int print_text(struct report *r, const struct strays *s)
{
	text_kinds(r, s);
	text_lifetimes(r, s);
	return text_harmed(r, s);
}

/* ---- json ------------------------------------------------------------------ */

static void json_lifetimes(struct out *out, const struct strays *s)
{
	const __u64 *buckets = s->counters.lifetimes;
	__u64 known = lifetimes_count(buckets);

	json_open_object(out, "lifetime_ms");
	json_number(out, "known", known);
	json_number_or_null(out, "p50", lifetimes_quantile(buckets, 500), known);
	json_number_or_null(out, "p90", lifetimes_quantile(buckets, 900), known);
	json_number_or_null(out, "p99", lifetimes_quantile(buckets, 990), known);
	json_number_or_null(out, "max", longest_of(s), known);
	json_close(out);
}

static int print_json(struct report *r, const struct strays *s)
{
	struct out *out = &r->out;

	report_row(r, "total");
	json_number(out, "strays", count_all(s));
	json_number(out, "harmful", s->counters.harmful);
	json_lifetimes(out, s);
	json_milliseconds(out, "msl_ms", r->look.two_msl_ns / 2);
	report_row_end(r);
	for (unsigned int kind = STRAY_NONE + 1; kind < STRAY_COUNT; kind++) {
		if (!s->counters.strays[kind])
			continue;
		report_row(r, "kind");
		json_word(out, "kind", stray_name(kind));
		json_number(out, "count", s->counters.strays[kind]);
		report_row_end(r);
	}
	for (size_t i = 0; i < s->harmed_count; i++) {
		const struct harmed *harmed = &s->harmed[i];
		unsigned int initiator = harmed->flow.initiator & 1;

		report_row(r, "harmful");
		json_id(out, "flow", harmed->flow.id);
		json_endpoint(out, "initiator", harmed->flow.key.addr[initiator], harmed->flow.key.port[initiator]);
		json_endpoint(out, "responder", harmed->flow.key.addr[!initiator], harmed->flow.key.port[!initiator]);
		json_number(out, "harmful", harmed->harmful);
		json_number(out, "lifetime_max_ms", harmed->lifetime_max_ms);
		report_row_end(r);
	}
	return r->out.error;
}

/* ---- the command ----------------------------------------------------------- */

static int run_strays(const struct options *options)
{
	struct strays strays = {};
	struct report report;
	int err = report_begin(&report, "strays", options);

	if (err)
		return err;
	err = collect(&report, &strays);
	err = err ?: (options->json ? print_json : print_text)(&report, &strays);
	free(strays.harmed);
	return report_end(&report, err);
}

const struct command strays_command = {
	.name = "strays",
	.words = "[FILTER]",
	.summary = "late and stray segments, by kind, and how long they were under way",
	.help = "What a running instance (run, or watch --pin) has counted of segments that belong to\n"
		"no live part of their connection; how long they were under way, as their TCP\n"
		"timestamps tell; and the connections that data of an earlier one could have\n"
		"harmed. The FILTER chooses among these connections; the counts are of all.\n" FILTER_HELP,
	.groups = (const struct option_group *const[]){ &common_options, &report_options, &reader_options, NULL },
	.run = run_strays,
};
