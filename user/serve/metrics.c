// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* The metrics, as a table: what is not in it is not exported. */
#include "serve/metrics.h"

#include <stdio.h>

#include "flow/lifetimes.h"
#include "serve/metrics_writer.h"
#include "flow/names.h"
#include "base/out.h"
#include "tcpstate/units.h"

/* ---- where numbers are found -------------------------------------------------- */

#define AT(member) offsetof(struct metrics, member)
#define COUNT(name) (AT(counters.count) + COUNT_##name * sizeof(__u64))
#define PASSED(name) (AT(counters.passed_over) + PASSED_##name * sizeof(__u64))

static const __u64 *numbers(const struct metrics *m, size_t at)
{
	return (const __u64 *)((const char *)m + at);
}

/* A label whose values are the indices of an array from 0 on; those without a word are left out. */
struct axis {
	const char *label;
	const char *(*word)(unsigned int index);
	unsigned int from, to;
};

/* One value of a label and its number. */
struct choice {
	const char *value;
	size_t at;
};

#define AXES 3

struct family {
	const char *name;
	enum metric_type type;
	const char *help;

	/* One of these: its samples from a function, ... */
	void (*samples)(struct metrics_writer *w, const struct metrics *m);
	/* from an array of as many dimensions, ... */
	struct axis axis[AXES];
	/* from numbers by the value of a label, ... */
	const char *choice_label;
	const struct choice *choices;
	/* or one sample without a label. */
	size_t at;
};

/* ---- words --------------------------------------------------------------------- */

static const char *role_word(unsigned int role)
{
	return role ? "responder" : "initiator";
}

static const char *place_word(unsigned int whereabouts)
{
	static const char *const words[WHEREABOUTS] = {
		[END_IN_TRANSIT] = "transit", [END_IS_LOCAL] = "local", [END_IS_REMOTE] = "remote",
	};

	return words[whereabouts];
}

static const char *class_word(unsigned int class)
{
	static const char *const words[TAG_CLASSES] = {
		[TAG_UNCONFIRMED] = "unconfirmed", [TAG_CONFIRMED] = "confirmed", [TAG_CLOSING] = "closing",
	};

	return words[class];
}

static const char *left_out_word(unsigned int reason)
{
	return lost_reason_name(LEFT_OUT + reason);
}

static const char *confirmed_word(unsigned int confirmed)
{
	return confirmed == IS_CONFIRMED ? "true" : "false";
}

static bool is_word(const char *word)
{
	return word && *word != '?';
}

/* ---- families with a shape of their own ------------------------------------------ */

static void build_info(struct metrics_writer *w, const struct metrics *m)
{
	char abi[16];

	snprintf(abi, sizeof(abi), "%u", m->instance.abi_version);
	write_sample(w, (struct label[]){ { "version", m->instance.version }, { "abi", abi }, {} }, 1);
}

static void start_time(struct metrics_writer *w, const struct metrics *m)
{
	write_fraction(w, NULL, m->started_unix_ns / NS_PER_MS, 3);
}

static void endpoints(struct metrics_writer *w, const struct metrics *m)
{
	for (unsigned int state = 0; state < STATE_SLOTS; state++)
		for (unsigned int role = 0; is_word(state_label(state)) && role < 2; role++)
			for (unsigned int place = 0; place < WHEREABOUTS; place++)
				if (place_word(place))
					write_sample(w, (struct label[]){ { "state", state_label(state) },
									  { "role", role_word(role) },
									  { "locality", place_word(place) }, {} },
						     gauge_value(m->counters.endpoints[state][role][place]));
}

#define TO(state) (1u << STATE_##state)

/* RFC 9293, figure 5, and the arrows that its text and notes add. They are exported before they are first taken. */
static const unsigned int arrows[STATE_SLOTS] = {
	[STATE_CLOSED] = TO(LISTEN) | TO(SYN_SENT),
	[STATE_LISTEN] = TO(SYN_RECEIVED) | TO(SYN_SENT) | TO(CLOSED),
	[STATE_SYN_SENT] = TO(SYN_RECEIVED) | TO(ESTABLISHED) | TO(CLOSED),
	[STATE_SYN_RECEIVED] = TO(ESTABLISHED) | TO(FIN_WAIT_1) | TO(LISTEN) | TO(CLOSED),
	[STATE_ESTABLISHED] = TO(FIN_WAIT_1) | TO(CLOSE_WAIT) | TO(CLOSED), /* 3.10.7.4: RST */
	[STATE_FIN_WAIT_1] = TO(FIN_WAIT_2) | TO(CLOSING) | TO(TIME_WAIT),
	[STATE_FIN_WAIT_2] = TO(TIME_WAIT),
	[STATE_CLOSING] = TO(TIME_WAIT),
	[STATE_CLOSE_WAIT] = TO(LAST_ACK),
	[STATE_LAST_ACK] = TO(CLOSED),
	[STATE_TIME_WAIT] = TO(CLOSED),
};

bool transition_is_shown(const struct metrics *m, unsigned int from, unsigned int to)
{
	return is_word(state_label(from)) && is_word(state_label(to)) &&
	       (m->counters.transitions[from][to] || arrows[from] >> to & 1);
}

static void transitions(struct metrics_writer *w, const struct metrics *m)
{
	for (unsigned int from = 0; from < STATE_SLOTS; from++)
		for (unsigned int to = 0; to < STATE_SLOTS; to++)
			if (transition_is_shown(m, from, to))
				write_sample(w, (struct label[]){ { "from", state_label(from) },
								  { "to", state_label(to) }, {} },
					     m->counters.transitions[from][to]);
}

static void durations(struct metrics_writer *w, const struct metrics *m, enum timing timing,
		      const struct label *label)
{
#define X(us) us##ull,
	static const __u64 limits[] = { DURATION_LIMITS(X) };
#undef X
	const struct durations *d = &m->counters.timings[timing];

	write_histogram(w, label, &(struct buckets){ d->bucket, limits, DURATION_BUCKETS, d->sum_us, 6 });
}

static void handshake(struct metrics_writer *w, const struct metrics *m)
{
	durations(w, m, TIMING_SYN_TO_SYN_ACK, &(struct label){ "part", "syn_to_synack" });
	durations(w, m, TIMING_SYN_ACK_TO_ACK, &(struct label){ "part", "synack_to_ack" });
}

static void first_fin(struct metrics_writer *w, const struct metrics *m)
{
	durations(w, m, TIMING_FIRST_FIN, NULL);
}

static void duration(struct metrics_writer *w, const struct metrics *m)
{
	durations(w, m, TIMING_DURATION, NULL);
}

static void time_wait(struct metrics_writer *w, const struct metrics *m)
{
	durations(w, m, TIMING_TIME_WAIT, NULL);
}

/* The programs have four buckets a power of two: too fine for a series each. */
#define COARSE 4

static void stray_lifetime(struct metrics_writer *w, const struct metrics *m)
{
	__u64 limits[LIFETIME_BUCKETS / COARSE], count[LIFETIME_BUCKETS / COARSE] = {};

	for (unsigned int i = 0; i < LIFETIME_BUCKETS; i++) {
		count[i / COARSE] += m->counters.lifetimes[i];
		limits[i / COARSE] = lifetime_bucket_limit(i);
	}
	write_histogram(w, NULL, &(struct buckets){ count, limits, LIFETIME_BUCKETS / COARSE,
						     m->counters.lifetimes_sum_ms, 3 });
}

static void table_entries(struct metrics_writer *w, const struct metrics *m)
{
	for (unsigned int class = TAG_UNCONFIRMED; class < TAG_CLASSES; class++)
		write_sample(w, (struct label[]){ { "class", class_word(class) }, {} },
			     gauge_value(m->counters.entries[class]));
}

static void table_capacity(struct metrics_writer *w, const struct metrics *m)
{
	write_sample(w, NULL, m->instance.max_flows);
}

static void table_slots(struct metrics_writer *w, const struct metrics *m)
{
	write_sample(w, NULL, (__u64)m->instance.sets * SET_WAYS);
}

static void adoptions(struct metrics_writer *w, const struct metrics *m)
{
	write_sample(w, NULL, m->instance.adoptions);
}

static void runs(struct metrics_writer *w, const struct metrics *m)
{
	for (int i = 0; i < m->program_count; i++)
		write_sample(w, (struct label[]){ { "program", m->programs[i].name }, {} }, m->programs[i].runs);
}

static void run_seconds(struct metrics_writer *w, const struct metrics *m)
{
	for (int i = 0; i < m->program_count; i++)
		write_fraction(w, (struct label[]){ { "program", m->programs[i].name }, {} }, m->programs[i].run_ns,
			       9);
}

void plain_name(char plain[PLAIN_NAME], const char *name)
{
	for (; *name; name++) {
		unsigned char c = *name;

		if (c >= ' ' && c <= '~')
			*plain++ = c;
		else
			plain += sprintf(plain, "\\x%02x", c);
	}
	*plain = 0;
}

static void hooks(struct metrics_writer *w, const struct metrics *m)
{
	for (int i = 0; i < m->hook_count; i++) {
		const struct metrics_hook *hook = &m->hooks[i];
		char interface[PLAIN_NAME];

		plain_name(interface, hook->interface);
		write_sample(w, (struct label[]){ { "interface", interface },
						  { "direction", hook->receive ? "rx" : "tx" },
						  { "hook", hook->kind }, {} }, hook->attached);
	}
}

static void port_pressure(struct metrics_writer *w, const struct metrics *m)
{
	const struct survey_result *s = &m->survey;

	if (s->time)
		write_fraction(w, NULL, s->pair_count ? port_pair_used_ppm(&s->pairs[0]) : 0, 6);
}

static void lingering(struct metrics_writer *w, const struct metrics *m)
{
	static const unsigned int states[] = { STATE_CLOSE_WAIT, STATE_FIN_WAIT_2 };

	for (int i = 0; m->survey.time && i < 2; i++)
		write_sample(w, (struct label[]){ { "state", state_label(states[i]) }, {} }, m->survey.lingering[states[i]]);
}

static void survey_age(struct metrics_writer *w, const struct metrics *m)
{
	if (m->survey.time)
		write_fraction(w, NULL, (m->now - m->survey.time) / NS_PER_MS, 3);
}

/* ---- all of them ------------------------------------------------------------------ */

static const struct family families[] = {
	{ "build", INFO, "The program's version, and the number of the layout of what it pins.", .samples = build_info },
	{ "start_time_seconds", GAUGE, "When counting began, since the epoch; a daemon that adopts goes on with it.",
	  .samples = start_time },

	{ "endpoints", GAUGE, "Ends of connections in the table, by their state.", .samples = endpoints },
	{ "transitions", COUNTER,
	  "Changes of an end's state; RFC 9293's arrows, and shorter ways where segments were missed.",
	  .samples = transitions },
	{ "handshake_seconds", HISTOGRAM, "From the SYN to the SYN-ACK, and from there to the ACK.", .samples = handshake },
	{ "time_to_first_fin_seconds", HISTOGRAM, "From a connection's first segment to its first FIN.",
	  .samples = first_fin },
	{ "connection_duration_seconds", HISTOGRAM, "From a connection's first segment until both its ends are closed.",
	  .samples = duration },
	{ "closes", COUNTER, "Connections that came to their end, by who closed and how; not confirmed: anybody can fabricate them.",
	  .at = AT(counters.closes),
	  .axis = { { "confirmed", confirmed_word, 0, CONFIRMATIONS }, { "by", closer_name, 0, CLOSER_COUNT },
		    { "how", close_how_name, 0, CLOSE_HOWS } } },

	{ "time_wait_seconds", HISTOGRAM, "How long TIME_WAIT lasted, since its start or its last restart.",
	  .samples = time_wait },
	{ "time_waits_started", COUNTER, "TIME_WAITs that began.", .at = AT(counters.waits[WAIT_NONE]) },
	{ "time_waits_ended", COUNTER, "TIME_WAITs that ended, by what ended them.", .at = AT(counters.waits),
	  .axis = { { "outcome", wait_outcome_name, WAIT_NONE + 1, WAIT_OUTCOME_COUNT } } },
	{ "time_wait_restarts", COUNTER, "TIME_WAITs that began anew, as the FIN came again.",
	  .at = AT(counters.wait_restarts) },
	{ "time_wait_reuses", COUNTER, "TIME_WAITs that a new connection ended, by what made that safe.",
	  .at = AT(counters.reuses), .axis = { { "reuse", reuse_name, REUSE_NONE + 1, REUSE_COUNT } } },

	{ "strays", COUNTER, "Segments that belong to no live part of their connection.", .at = AT(counters.strays),
	  .axis = { { "kind", stray_name, STRAY_NONE + 1, STRAY_COUNT } } },
	{ "harmful_strays", COUNTER, "Strays of an earlier connection that the present one would have taken.",
	  .at = AT(counters.harmful) },
	{ "stray_lifetime_seconds", HISTOGRAM, "How long strays were under way, where timestamps tell.",
	  .samples = stray_lifetime },

	{ "syn_retransmits", COUNTER, "SYNs and SYN-ACKs that were sent again.", .at = COUNT(SYN_RETRANSMITS) },
	{ "retransmits", COUNTER, "Segments with payload or FIN that were sent again.", .at = COUNT(RETRANSMITS) },
	{ "out_of_order", COUNTER, "Segments that filled a hole before what had come.", .at = COUNT(OUT_OF_ORDER) },
	{ "resets", COUNTER, "Segments with RST, by what their receiver makes of them.", .at = AT(counters.resets),
	  .axis = { { "validity", reset_name, 0, RESET_COUNT } } },
	{ "resets_ignored", COUNTER, "RSTs that looked valid, and after which traffic went on.", .at = COUNT(RST_IGNORED) },
	{ "segments", COUNTER, "Segments of flows, by whether their numbers were in order; of a super-packet each.",
	  .choice_label = "path",
	  .choices = (const struct choice[]){ { "fast", COUNT(FAST) }, { "slow", AT(slow) }, {} } },
	{ "segments_refused", COUNTER, "Segments that their receiver does not take, by why.", .choice_label = "reason",
	  .choices = (const struct choice[]){ { "out_of_window", COUNT(OUT_OF_WINDOW) }, { "ack_unsent", COUNT(ACK_UNSENT) },
					      { "paws", COUNT(PAWS) }, { "data_after_fin", COUNT(DATA_AFTER_FIN) },
					      { "old_duplicate", COUNT(OLD_DUPLICATE) },
					      { "challenged_syn", COUNT(CHALLENGED_SYN) }, { "late", COUNT(LATE) }, {} } },
	{ "payload_bytes", COUNTER, "Payload of segments of flows as seen, retransmissions included.",
	  .at = COUNT(PAYLOAD_BYTES) },
	{ "frames", COUNTER, "Frames that came to the hooks.", .choice_label = "direction",
	  .choices = (const struct choice[]){ { "rx", COUNT(FRAMES_RX) }, { "tx", COUNT(FRAMES_TX) }, {} } },
	{ "frames_passed_over", COUNTER, "Frames that changed no flow, by why.", .at = AT(counters.passed_over),
	  .axis = { { "reason", passed_over_name, 0, PASSED_COUNT } } },

	{ "flows_opened", COUNTER, "Flows that got an entry of the table.", .at = COUNT(FLOWS_OPENED) },
	{ "flows_opened_by_syn_ack", COUNTER, "Of these, by a SYN-ACK: the SYN was not seen, or has given way to newer ones.",
	  .at = COUNT(OPENED_BY_SYN_ACK) },
	{ "seeded", COUNTER, "Of these, told or completed by a socket that the kernel had before.", .at = COUNT(SEEDED) },
	{ "not_seeded", COUNTER, "Sockets that were there, and got no entry, by why.", .at = AT(counters.not_seeded),
	  .axis = { { "reason", not_seeded_name, 0, NOT_SEEDED_COUNT } } },
	{ "embryos_overwritten", COUNTER, "Unanswered SYNs that gave way to newer ones (--max-embryos).",
	  .at = COUNT(EMBRYOS_OVERWRITTEN) },
	{ "flows_ended", COUNTER, "Flows that left the table.", .at = COUNT(FLOWS_CLOSED) },
	{ "table_entries", GAUGE, "Flows in the table.", .samples = table_entries },
	{ "table_capacity", GAUGE, "Flows that the table is made for (--max-flows).", .samples = table_capacity },
	{ "table_slots", GAUGE, "Entries that the table has: more, as they lie in sets.", .samples = table_slots },
	{ "table_evictions", COUNTER, "Flows that gave way to a new one.", .choice_label = "class",
	  .choices = (const struct choice[]){ { "unconfirmed", COUNT(EVICTED_UNCONFIRMED) },
					      { "closing", COUNT(EVICTED_CLOSING) },
					      { "confirmed", COUNT(EVICTED_CONFIRMED) }, {} } },
	{ "table_refusals", COUNTER, "Segments of new flows for which there was no entry.", .at = PASSED(TABLE_FULL) },

	{ "events", COUNTER, "Events that were handed to the daemon.", .at = COUNT(EVENTS) },
	{ "events_lost", COUNTER, "Events that were not, or that could not be written.", .at = AT(lost),
	  .axis = { { "reason", lost_reason_name, 0, METRICS_LOST_REASONS }, { "type", event_name, 0, EVENT_TYPES } } },
	{ "events_left_out", COUNTER, "Events that were only counted, as what an outsider can fabricate has a budget.",
	  .at = AT(counters.left_out),
	  .axis = { { "reason", left_out_word, 0, LEFT_OUT_COUNT }, { "type", event_name, 0, EVENT_TYPES } } },
	{ "events_file_bytes", COUNTER, "Written to the events file.", .at = AT(log.bytes) },
	{ "events_file_rotations", COUNTER, "Events files that were full, and gave way to a new one.",
	  .at = AT(log.rotations) },
	{ "bpf_runs", COUNTER, "Runs of a BPF program, while the kernel counts them (--bpf-stats).", .samples = runs },
	{ "bpf_run_seconds", COUNTER, "What these runs took.", .samples = run_seconds },

	{ "time_wait_port_pressure_ratio", GAUGE,
	  "Of the ports that a client may use towards a server's endpoint, the part in use: open, or kept by a TIME_WAIT; of the fullest pair that has waits.",
	  .samples = port_pressure },
	{ "lingering_endpoints", GAUGE, "Local ends that have been half closed for more than a minute.",
	  .samples = lingering },
	{ "survey_age_seconds", GAUGE, "Since the table was last walked for the two before this.", .samples = survey_age },

	{ "audit_rounds", COUNTER, "Times that connections were held against the kernel's sockets (--audit).", .at = AT(audit.rounds) },
	{ "audit_agreements", COUNTER, "Ends that were found in the state that their socket is in.", .at = AT(audit.agreements) },
	{ "audit_disagreements", COUNTER, "Ends that were not, by how they differ.", .at = AT(audit.disagreements),
	  .axis = { { "kind", audit_kind_name, 0, AUDIT_KIND_COUNT } } },

	{ "hook_attached", GAUGE, "Whether a program is attached to the interface.", .samples = hooks },
	{ "reattachments", COUNTER, "Interfaces that had gone, came back, and were attached again.",
	  .at = AT(reattachments) },
	{ "adoptions", COUNTER, "Daemons that went on with what a dead one had left.", .samples = adoptions },
};

/* ---- a family's samples --------------------------------------------------------- */

/* How many numbers lie from one index of the axis before these to the next. */
static size_t row_length(const struct axis *axis, int count)
{
	size_t length = 1;

	for (; count && axis->label; count--)
		length *= axis++->to;
	return length;
}

static void row_samples(struct metrics_writer *w, const struct family *f, const __u64 *row, struct label *labels,
			int label)
{
	const struct axis *axis = &f->axis[label];

	for (unsigned int i = axis->from; i < axis->to; i++) {
		labels[label] = (struct label){ axis->label, axis->word(i) };
		if (!is_word(labels[label].value))
			continue;
		if (label + 1 < AXES && axis[1].label)
			row_samples(w, f, row + i * row_length(axis + 1, AXES - label - 1), labels, label + 1);
		else
			write_sample(w, labels, row[i]);
	}
}

static void choice_samples(struct metrics_writer *w, const struct metrics *m, const struct family *f)
{
	for (const struct choice *choice = f->choices; choice->value; choice++)
		write_sample(w, (struct label[]){ { f->choice_label, choice->value }, {} }, *numbers(m, choice->at));
}

void metrics_text(struct out *out, const struct metrics *m, bool openmetrics)
{
	struct metrics_writer w = { .out = out, .openmetrics = openmetrics };

	for (const struct family *f = families; f < families + sizeof(families) / sizeof(families[0]); f++) {
		struct label labels[AXES + 1] = {};

		write_family(&w, f->name, f->type, f->help);
		if (f->samples)
			f->samples(&w, m);
		else if (f->axis[0].label)
			row_samples(&w, f, numbers(m, f->at), labels, 0);
		else if (f->choices)
			choice_samples(&w, m, f);
		else
			write_sample(&w, NULL, *numbers(m, f->at));
	}
	if (openmetrics)
		out_text(out, "# EOF\n");
}
