// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* status: what is attached where, and how it fares. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "commands/command.h"
#include "base/error.h"
#include "base/json.h"
#include "flow/names.h"
#include "options/parser.h"
#include "base/out.h"
#include "events/sink.h"
#include "findings/status.h"
#include "base/clock.h"

static const char *const class_names[TAG_CLASSES] = {
	[TAG_EMPTY] = "free", [TAG_UNCONFIRMED] = "unconfirmed", [TAG_CONFIRMED] = "confirmed", [TAG_CLOSING] = "closing",
};

static __u64 slots_of(const struct status *s)
{
	return (__u64)s->running->instance.sets * SET_WAYS;
}

static const char *zone_of(const struct status *s)
{
	return zone_name(s->running->instance.zone_mode);
}

/* Events that were lost or left out, for each of reasons by their kinds. first: of UNTOLD_REASONS. */
struct untold {
	const __u64 (*counts)[EVENT_TYPES];
	unsigned int reasons, first;
	const char *word;
};

static struct untold lost_of(const struct status *s)
{
	return (struct untold){ s->counters.lost, LOST_COUNT, 0, "lost" };
}

static struct untold left_out_of(const struct status *s)
{
	return (struct untold){ s->counters.left_out, LEFT_OUT_COUNT, LEFT_OUT, "left out" };
}

/* The owner's log loses events for one of UNTOLD_REASONS as well, which the programs do not count. */
static struct untold unwritten_of(const struct status *s)
{
	return (struct untold){ &s->running->instance.log.lost, 1, LOST_IN_WRITING, "not written" };
}

static __u64 sum_of(const struct untold *untold)
{
	__u64 sum = 0;

	for (unsigned int reason = 0; reason < untold->reasons; reason++)
		for (unsigned int kind = 0; kind < EVENT_TYPES; kind++)
			sum += untold->counts[reason][kind];
	return sum;
}

/* ---- text ------------------------------------------------------------------ */

static void text_instance(struct out *out, const struct status *s, struct wall_clock *clock)
{
	const struct instance *i = &s->running->instance;
	char age[DURATION_TEXT], pid[OWNER_TEXT];

	duration_text(age, monotonic_ns() - i->started_ns);
	out_format(out, "instance    %s, %s, version %.*s, started ",
		   s->running->alive ? "running" : "left behind by a process that is gone", owner_text(pid, i->pid),
		   (int)sizeof(i->version), i->version);
	out_timestamp(out, clock, i->started_ns);
	out->len -= 11; /* seconds will do */
	out_format(out, "Z, %s ago", age);
	if (i->adoptions)
		out_format(out, ", adopted %u time%s since", i->adoptions, i->adoptions == 1 ? "" : "s");
	out_format(out, "\npins        %s\n", s->running->dir);
}

static void text_hooks(struct out *out, const struct status *s)
{
	const char *head = "hooks       ";

	if (!s->hook_count)
		out_text(out, "hooks       none\n");
	for (int i = 0; i < s->hook_count; i++, head = "            ") {
		const struct status_hook *hook = &s->hooks[i];

		out_format(out, "%s%s %s %s, program id %u%s\n", head, hook->interface,
			   hook->pinned.receive ? "receive" : "transmit", hook_titles[hook->pinned.kind], hook->prog_id,
			   hook->attached ? "" : " (detached: the interface is gone)");
	}
}

static void text_table(struct out *out, const struct status *s)
{
	__u64 slots = slots_of(s), used = slots - s->classes[TAG_EMPTY];

	out_format(out, "table       %llu of %llu slots used (for %u connections), %.1f MiB of memory in all\n", used, slots,
		   s->running->instance.max_flows, s->memory / 1048576.0);
	out_text(out, "           ");
	for (int class = TAG_UNCONFIRMED; class < TAG_CLASSES; class++)
		out_format(out, " %s %llu%s", class_names[class], s->classes[class], class + 1 < TAG_CLASSES ? "," : "\n");
	out_format(out, "zone        %s, tunnels %s\n", zone_of(s), s->running->instance.decap ? "opened" : "left closed");
}

static void text_untold(struct out *out, struct untold untold)
{
	__u64 sum = sum_of(&untold);

	out_format(out, ", %llu %s", sum, untold.word);
	if (!sum)
		return;
	out_text(out, " (");
	for (unsigned int reason = 0; reason < untold.reasons; reason++)
		for (unsigned int kind = 0; kind < EVENT_TYPES; kind++)
			if (untold.counts[reason][kind])
				out_format(out, "%s %s %llu, ", event_name(kind), lost_reason_name(untold.first + reason),
					   untold.counts[reason][kind]);
	out->len -= 2;
	out_char(out, ')');
}

static void text_events(struct out *out, const struct status *s)
{
	const struct log_counts *log = &s->running->instance.log;

	out_format(out, "events      %llu emitted", s->counters.count[COUNT_EVENTS]);
	text_untold(out, lost_of(s));
	text_untold(out, left_out_of(s));
	text_untold(out, unwritten_of(s));
	out_format(out, "\nevents file %llu bytes written, was full and gave way to a new one %llu times\n", log->bytes,
		   log->rotations);
}

static void text_counters(struct out *out, const struct counters *c)
{
	out_text(out, "counters   ");
	for (int i = 0; i < COUNT_COUNT; i++)
		out_format(out, "%s %s %llu", i && i % 5 == 0 ? "\n           " : "", counter_name(i), c->count[i]);
	out_text(out, "\npassed over");
	for (int i = 0; i < PASSED_COUNT; i++)
		out_format(out, "%s %s %llu", i && i % 5 == 0 ? "\n           " : "", passed_over_name(i), c->passed_over[i]);
	out_text(out, "\nnot seeded ");
	for (int i = 0; i < NOT_SEEDED_COUNT; i++)
		out_format(out, " %s %llu", not_seeded_name(i), c->not_seeded[i]);
	out_char(out, '\n');
}

static void text_audit(struct out *out, const struct audit_counts *audit)
{
	out_format(out, "audit       %llu rounds, agreements %llu; disagreements", audit->rounds, audit->agreements);
	for (int kind = 0; kind < AUDIT_KIND_COUNT; kind++)
		out_format(out, " %s %llu", audit_kind_name(kind), audit->disagreements[kind]);
	out_char(out, '\n');
}

static void text_programs(struct out *out, const struct status *s)
{
	const char *head = "programs    ";

	for (int i = 0; i < s->program_count; i++, head = "            ") {
		const struct status_program *p = &s->programs[i];

		out_format(out, "%s%s id %u", head, p->name, p->id);
		if (p->run_count)
			out_format(out, ": %llu runs, %llu ns each", p->run_count, p->run_ns / p->run_count);
		out_char(out, '\n');
	}
	if (!s->timed)
		out_text(out, "            (their run times are measured after \"sysctl kernel.bpf_stats_enabled=1\")\n");
}

static void print_text(struct out *out, const struct status *s, struct wall_clock *clock)
{
	text_instance(out, s, clock);
	text_hooks(out, s);
	out_text(out, "tracking    ");
	track_text(out, &s->track);
	out_char(out, '\n');
	text_table(out, s);
	text_events(out, s);
	text_counters(out, &s->counters);
	text_audit(out, &s->running->instance.audit);
	text_programs(out, s);
}

/* ---- json ------------------------------------------------------------------ */

static void json_hooks(struct out *out, const struct status *s)
{
	json_open_array(out, "hooks");
	for (int i = 0; i < s->hook_count; i++) {
		const struct status_hook *hook = &s->hooks[i];

		json_open_item(out);
		json_string(out, "interface", hook->interface);
		json_number(out, "ifindex", hook->pinned.ifindex);
		json_word(out, "direction", hook->pinned.receive ? "rx" : "tx");
		json_word(out, "hook", hook_names[hook->pinned.kind]);
		json_number(out, "program", hook->prog_id);
		json_bool(out, "attached", hook->attached);
		json_close(out);
	}
	json_close_array(out);
}

static void json_counters(struct out *out, const struct counters *c)
{
	json_open_object(out, "counters");
	for (int i = 0; i < COUNT_COUNT; i++)
		json_number_named(out, counter_name(i), c->count[i]);
	json_close(out);
	json_open_object(out, "passed_over");
	for (int i = 0; i < PASSED_COUNT; i++)
		json_number_named(out, passed_over_name(i), c->passed_over[i]);
	json_close(out);
	json_open_object(out, "not_seeded");
	for (int i = 0; i < NOT_SEEDED_COUNT; i++)
		json_number_named(out, not_seeded_name(i), c->not_seeded[i]);
	json_close(out);
}

static void json_untold(struct out *out, struct untold untold)
{
	for (unsigned int reason = 0; reason < untold.reasons; reason++)
		for (unsigned int kind = 0; kind < EVENT_TYPES; kind++) {
			if (!untold.counts[reason][kind])
				continue;
			json_open_item(out);
			json_word(out, "kind", event_name(kind));
			json_word(out, "reason", lost_reason_name(untold.first + reason));
			json_number(out, "count", untold.counts[reason][kind]);
			json_close(out);
		}
	json_close_array(out);
}

static void json_events(struct out *out, const struct status *s)
{
	struct untold lost = lost_of(s), left_out = left_out_of(s), unwritten = unwritten_of(s);
	const struct log_counts *log = &s->running->instance.log;

	json_open_object(out, "events");
	json_number(out, "emitted", s->counters.count[COUNT_EVENTS]);
	json_number(out, "lost", sum_of(&lost));
	json_open_array(out, "lost_by");
	json_untold(out, lost);
	json_number(out, "left_out", sum_of(&left_out));
	json_open_array(out, "left_out_by");
	json_untold(out, left_out);
	json_number(out, "not_written", sum_of(&unwritten));
	json_open_array(out, "not_written_by");
	json_untold(out, unwritten);
	json_open_object(out, "file");
	json_number(out, "bytes", log->bytes);
	json_number(out, "rotations", log->rotations);
	json_close(out);
	json_close(out);
}

static void json_audit(struct out *out, const struct audit_counts *audit)
{
	json_open_object(out, "audit");
	json_number(out, "rounds", audit->rounds);
	json_number(out, "agreements", audit->agreements);
	json_open_object(out, "disagreements");
	for (int kind = 0; kind < AUDIT_KIND_COUNT; kind++)
		json_number_named(out, audit_kind_name(kind), audit->disagreements[kind]);
	json_close(out);
	json_close(out);
}

static void json_programs(struct out *out, const struct status *s)
{
	json_open_array(out, "programs");
	for (int i = 0; i < s->program_count; i++) {
		const struct status_program *p = &s->programs[i];

		json_open_item(out);
		json_word(out, "name", p->name);
		json_number(out, "id", p->id);
		json_number(out, "run_count", p->run_count);
		json_number(out, "run_ns", p->run_ns);
		json_close(out);
	}
	json_close_array(out);
}

static void json_instance(struct out *out, const struct status *s, struct wall_clock *clock)
{
	const struct instance *i = &s->running->instance;

	json_bool(out, "alive", s->running->alive);
	json_number_or_null(out, "pid", i->pid, i->pid); /* null: in a PID namespace that can't be seen from here */
	json_word(out, "version", i->version);
	json_number(out, "adoptions", i->adoptions);
	json_time(out, "started", clock, i->started_ns);
	json_string(out, "pins", s->running->dir);
}

static void json_table(struct out *out, const struct status *s)
{
	json_open_object(out, "table");
	json_number(out, "max_flows", s->running->instance.max_flows);
	json_number(out, "slots", slots_of(s));
	json_number(out, "bytes", s->memory);
	for (int class = 0; class < TAG_CLASSES; class++)
		json_number_named(out, class_names[class], s->classes[class]);
	json_close(out);
}

static void print_json(struct out *out, const struct status *s, struct wall_clock *clock)
{
	json_open(out);
	json_word(out, "event", "status");
	json_instance(out, s, clock);
	json_hooks(out, s);
	json_track(out, &s->track);
	json_word(out, "zone", zone_of(s));
	json_bool(out, "decap", s->running->instance.decap);
	json_table(out, s);
	json_counters(out, &s->counters);
	json_events(out, s);
	json_audit(out, &s->running->instance.audit);
	json_programs(out, s);
	json_bool(out, "bpf_stats_enabled", s->timed);
	json_close_line(out);
}

/* ---- the command ----------------------------------------------------------- */

static int run_status(const struct options *options)
{
	struct status *status = malloc(sizeof(*status));
	struct wall_clock clock;
	struct running running;
	struct out out = {};
	int err;

	if (!status || out_init(&out, STDOUT_FILENO)) {
		err = fail(-ENOMEM, "out of memory while starting");
		goto out;
	}
	err = running_open(&running, options->pin_dir);
	if (err)
		goto out;
	wall_clock_init(&clock);
	wall_clock_follow(&clock, running.instance.wall_offset);
	err = status_gather(status, &running);
	if (!err) {
		(options->json ? print_json : print_text)(&out, status, &clock);
		out_flush(&out);
		if (!running.alive)
			err = fail(-ESRCH, "%s was left behind: its process (pid %u) is gone, and nobody reads its events. \"xdp-tcpstate run\" with its options goes on with it, \"xdp-tcpstate detach%s%s\" cleans up",
				   running.dir, running.instance.pid, options->pin ? " --pin " : "",
				   options->pin ? running.dir : "");
	}
	running_close(&running);
out:
	out_free(&out);
	free(status);
	return err;
}

const struct command status_command = {
	.name = "status",
	.summary = "what is attached where, and how it fares",
	.help = "Shows a running instance (run, or watch --pin): its hooks, the table's use, events\n"
		"emitted and lost, what was counted and what passed over, the programs' run times.\n"
		"Exit status 1 if there is none, or only what a crash left behind.\n",
	.groups = (const struct option_group *const[]){ &common_options, &reader_options, NULL },
	.run = run_status,
};
