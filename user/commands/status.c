// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* status: what is attached where, and how it fares. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "commands/command.h"
#include "base/error.h"
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

/* By the owner's log: one of UNTOLD_REASONS, too, but not the programs' to count. */
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
	out_text(out, ",\"hooks\":[");
	for (int i = 0; i < s->hook_count; i++) {
		const struct status_hook *hook = &s->hooks[i];

		out_text(out, i ? ",{\"interface\":" : "{\"interface\":");
		out_json_string(out, hook->interface);
		out_format(out, ",\"ifindex\":%u,\"direction\":\"%s\",\"hook\":\"%s\",\"program\":%u,\"attached\":%s}",
			   hook->pinned.ifindex, hook->pinned.receive ? "rx" : "tx", hook_names[hook->pinned.kind],
			   hook->prog_id, hook->attached ? "true" : "false");
	}
	out_char(out, ']');
}

static void json_counters(struct out *out, const struct counters *c)
{
	out_text(out, ",\"counters\":{");
	for (int i = 0; i < COUNT_COUNT; i++)
		out_format(out, "%s\"%s\":%llu", i ? "," : "", counter_name(i), c->count[i]);
	out_text(out, "},\"passed_over\":{");
	for (int i = 0; i < PASSED_COUNT; i++)
		out_format(out, "%s\"%s\":%llu", i ? "," : "", passed_over_name(i), c->passed_over[i]);
	out_text(out, "},\"not_seeded\":{");
	for (int i = 0; i < NOT_SEEDED_COUNT; i++)
		out_format(out, "%s\"%s\":%llu", i ? "," : "", not_seeded_name(i), c->not_seeded[i]);
	out_char(out, '}');
}

static void json_untold(struct out *out, const char *key, struct untold untold)
{
	const char *comma = "";

	out_format(out, ",\"%s\":%llu,\"%s_by\":[", key, sum_of(&untold), key);
	for (unsigned int reason = 0; reason < untold.reasons; reason++)
		for (unsigned int kind = 0; kind < EVENT_TYPES; kind++)
			if (untold.counts[reason][kind]) {
				out_format(out, "%s{\"kind\":\"%s\",\"reason\":\"%s\",\"count\":%llu}", comma,
					   event_name(kind), lost_reason_name(untold.first + reason),
					   untold.counts[reason][kind]);
				comma = ",";
			}
	out_char(out, ']');
}

static void json_events(struct out *out, const struct status *s)
{
	const struct log_counts *log = &s->running->instance.log;

	out_format(out, ",\"events\":{\"emitted\":%llu", s->counters.count[COUNT_EVENTS]);
	json_untold(out, "lost", lost_of(s));
	json_untold(out, "left_out", left_out_of(s));
	json_untold(out, "not_written", unwritten_of(s));
	out_format(out, ",\"file\":{\"bytes\":%llu,\"rotations\":%llu}}", log->bytes, log->rotations);
}

static void json_audit(struct out *out, const struct audit_counts *audit)
{
	out_format(out, ",\"audit\":{\"rounds\":%llu,\"agreements\":%llu,\"disagreements\":{", audit->rounds, audit->agreements);
	for (int kind = 0; kind < AUDIT_KIND_COUNT; kind++)
		out_format(out, "%s\"%s\":%llu", kind ? "," : "", audit_kind_name(kind), audit->disagreements[kind]);
	out_text(out, "}}");
}

static void json_programs(struct out *out, const struct status *s)
{
	out_text(out, ",\"programs\":[");
	for (int i = 0; i < s->program_count; i++) {
		const struct status_program *p = &s->programs[i];

		out_format(out, "%s{\"name\":\"%s\",\"id\":%u,\"run_count\":%llu,\"run_ns\":%llu}", i ? "," : "", p->name,
			   p->id, p->run_count, p->run_ns);
	}
	out_char(out, ']');
}

static void print_json(struct out *out, const struct status *s, struct wall_clock *clock)
{
	const struct instance *i = &s->running->instance;

	out_format(out, "{\"event\":\"status\",\"alive\":%s,\"pid\":", s->running->alive ? "true" : "false");
	if (i->pid)
		out_u64(out, i->pid);
	else
		out_text(out, "null"); /* in a PID namespace that can't be seen from here */
	out_format(out, ",\"version\":\"%.*s\",\"adoptions\":%u,\"started\":\"", (int)sizeof(i->version),
		   i->version, i->adoptions);
	out_timestamp(out, clock, i->started_ns);
	out_text(out, "\",\"pins\":");
	out_json_string(out, s->running->dir);
	json_hooks(out, s);
	out_text(out, ",\"track\":\"");
	track_text(out, &s->track);
	out_format(out, "\",\"zone\":\"%s\",\"decap\":%s,\"table\":{\"max_flows\":%u,\"slots\":%llu,\"bytes\":%llu", zone_of(s),
		   i->decap ? "true" : "false", i->max_flows, slots_of(s), s->memory);
	for (int class = 0; class < TAG_CLASSES; class++)
		out_format(out, ",\"%s\":%llu", class_names[class], s->classes[class]);
	out_char(out, '}');
	json_counters(out, &s->counters);
	json_events(out, s);
	json_audit(out, &i->audit);
	json_programs(out, s);
	out_format(out, ",\"bpf_stats_enabled\":%s}\n", s->timed ? "true" : "false");
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
