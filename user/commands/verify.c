// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* verify: load each program alone, and tell what the kernel's verifier made of it. */
#include <stdio.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "commands/command.h"
#include "base/error.h"
#include "base/json.h"
#include "kernel/refusal.h"
#include "kernel/iterators.h"
#include "kernel/object.h"
#include "kernel/openers.h"
#include "options/parser.h"
#include "base/out.h"

struct verification {
	struct out *out;
	bool json;
	bool verbose;
	int refused; /* the last one's error; 0: none */
};

struct statistics {
	unsigned long long insns, limit, per_insn, states, peak;
	bool known;
};

/* The sums stand in the log's last lines; a refusal's reason in those before. */
static struct statistics statistics_of(const char *log)
{
	const char *line = strstr(log, "processed ");
	struct statistics s = {};

	while (line && !s.known) {
		s.known = sscanf(line, "processed %llu insns (limit %llu) max_states_per_insn %llu total_states %llu peak_states %llu",
				 &s.insns, &s.limit, &s.per_insn, &s.states, &s.peak) == 5;
		line = strstr(line + 1, "processed ");
	}
	return s;
}

static void print_json(struct out *out, const char *program, int err, const char *log, const struct statistics *s)
{
	json_open(out);
	json_word(out, "event", "verify");
	json_word(out, "program", program);
	json_bool(out, "accepted", !err);
	if (s->known) {
		json_number(out, "insns", s->insns);
		json_number(out, "limit", s->limit);
		json_number(out, "max_states_per_insn", s->per_insn);
		json_number(out, "total_states", s->states);
		json_number(out, "peak_states", s->peak);
	}
	if (err)
		json_string(out, "reason", log[0] ? log : strerror(-err));
	json_close_line(out);
}

static int print_verdict(void *arg, const char *program, int err, const char *log)
{
	struct verification *v = arg;
	struct statistics s = statistics_of(log);

	v->refused = err ?: v->refused;
	if (v->json) {
		print_json(v->out, program, err, log, &s);
	} else {
		out_format(v->out, "%-20s  %-8s", program, err ? "refused" : "accepted");
		if (s.known)
			out_format(v->out, "  %8llu  %5.1f%%  %8llu  %8llu", s.insns, s.limit ? 100.0 * s.insns / s.limit : 0,
				   s.states, s.peak);
		else if (err)
			out_format(v->out, "  %s", strerror(-err));
		out_char(v->out, '\n');
		if (err || v->verbose)
			out_text(v->out, log);
	}
	out_flush(v->out);
	return 0;
}

static int run_verify(const struct options *options)
{
	struct verification v = { .json = options->json, .verbose = options->kernel.verbose };
	struct utsname kernel = {};
	struct out out;
	int err = check_permission();

	if (err)
		return err;
	if (out_init(&out, STDOUT_FILENO))
		return fail(-1, "out of memory while starting");
	v.out = &out;
	uname(&kernel);
	if (!v.json)
		out_format(&out, "Linux %s\n%-20s  %-8s  %8s  %6s  %8s  %8s\n", kernel.release, "PROGRAM", "VERDICT", "INSNS",
			   "LIMIT", "STATES", "PEAK");
	err = object_verify(print_verdict, &v);
	err = err ?: iterators_verify(print_verdict, &v);
	err = err ?: openers_verify(print_verdict, &v);
	out_free(&out);
	if (!err && v.refused)
		err = report_kernel(v.refused, true);
	return err;
}

const struct command verify_command = {
	.name = "verify",
	.summary = "load each program, and show what this kernel's verifier says of it",
	.help = "Loads each BPF program by itself and prints how many instructions the kernel's\n"
		"verifier went through, of how many it is willing to, and how many states it kept.\n"
		"Attaches nothing.\n",
	.groups = (const struct option_group *const[]){ &common_options, NULL },
	.run = run_verify,
};
