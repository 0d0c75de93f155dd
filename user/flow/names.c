// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
#include "flow/names.h"

#include <ctype.h>
#include <string.h>

#include "flow/lost_event.h"

static const char *const names[STATE_SLOTS] = {
#define X(name, number, label) [number] = #name,
	TCP_STATES(X)
#undef X
};

static const char *const labels[STATE_SLOTS] = {
#define X(name, number, label) [number] = label,
	TCP_STATES(X)
#undef X
};

const char *const state_names[] = {
#define X(name, number, label) #name,
	TCP_STATES(X)
#undef X
	NULL
};

static const char *const causes[CAUSE_COUNT] = {
#define X(name, text) text,
	CAUSES(X)
#undef X
};

static const char *const counter_labels[COUNT_COUNT] = {
#define X(name, label) label,
	COUNTERS(X)
#undef X
};

static const char *const closer_names[CLOSER_COUNT] = {
#define X(name, label) label,
	CLOSERS(X)
#undef X
};

static const char *const reset_names[RESET_COUNT] = {
#define X(name, label) label,
	RESETS(X)
#undef X
};

static const char *const passed_labels[PASSED_COUNT] = {
#define X(name, label) label,
	PASSED_OVER(X)
#undef X
};

static const char *const audit_labels[AUDIT_KIND_COUNT] = {
#define X(name, label, text) label,
	AUDIT_KINDS(X)
#undef X
};

static const char *const audit_texts[AUDIT_KIND_COUNT] = {
#define X(name, label, text) text,
	AUDIT_KINDS(X)
#undef X
};

static const char *const not_seeded_labels[NOT_SEEDED_COUNT] = {
#define X(name, label) label,
	NOT_SEEDED(X)
#undef X
};

static const char *const lost_labels[UNTOLD_REASONS] = {
#define X(name, label) label,
	LOST_REASONS(X)
#undef X
	[LOST_IN_WRITING] = "write",
#define X(name, label) [LEFT_OUT + LEFT_OUT_##name] = label,
	LEFT_OUT_REASONS(X)
#undef X
};

static const char *const stray_labels[STRAY_COUNT] = {
#define X(name, label) [STRAY_##name] = label,
	STRAYS(X)
#undef X
};

static const char *const outcome_labels[] = {
#define X(name, label) [WAIT_##name] = label,
	WAIT_OUTCOMES(X)
#undef X
};

static const char *const reuse_labels[] = {
#define X(name, label) [REUSE_##name] = label,
	REUSES(X)
#undef X
};

static const char *const phase_names[] = {
	[WAIT_STARTED] = "started",
	[WAIT_RESTARTED] = "restarted",
	[WAIT_ENDED] = "ended",
};

static const char *const event_names[EVENT_TYPES] = {
	[EVENT_STATE] = "state",
	[EVENT_TIME_WAIT] = "time_wait",
	[EVENT_STRAY] = "stray",
	[EVENT_FLOW] = "flow",
};

static const char *const close_names[] = {
	[CLOSE_NONE] = "none",
	[CLOSE_FIN] = "fin",
	[CLOSE_RST] = "rst",
	[CLOSE_TIMEOUT] = "timeout",
};

#define WORD(table, index) \
	((index) < sizeof(table) / sizeof((table)[0]) && (table)[index] ? (table)[index] : "?")

const char *state_name(unsigned int state)
{
	return WORD(names, state);
}

const char *state_label(unsigned int state)
{
	return WORD(labels, state);
}

static int same_word(const char *name, size_t len, const char *word)
{
	if (strlen(word) != len)
		return 0;
	for (size_t i = 0; i < len; i++) {
		char c = name[i] == '-' ? '_' : tolower((unsigned char)name[i]);

		if (c != word[i])
			return 0;
	}
	return 1;
}

unsigned int state_by_name(const char *name, size_t len)
{
	for (unsigned int i = 0; i < STATE_SLOTS; i++)
		if (labels[i] && same_word(name, len, labels[i]))
			return i;
	return 0;
}

const char *cause_name(unsigned int cause)
{
	return WORD(causes, cause);
}

const char *event_name(unsigned int type)
{
	return WORD(event_names, type);
}

const char *close_how_name(unsigned int how)
{
	return WORD(close_names, how);
}

const char *closer_name(unsigned int closer)
{
	return WORD(closer_names, closer);
}

const char *reset_name(unsigned int reset)
{
	return WORD(reset_names, reset);
}

const char *counter_name(unsigned int counter)
{
	return WORD(counter_labels, counter);
}

const char *passed_over_name(unsigned int reason)
{
	return WORD(passed_labels, reason);
}

const char *audit_kind_name(unsigned int kind)
{
	return WORD(audit_labels, kind);
}

const char *audit_kind_text(unsigned int kind)
{
	return WORD(audit_texts, kind);
}

const char *not_seeded_name(unsigned int reason)
{
	return WORD(not_seeded_labels, reason);
}

const char *lost_reason_name(unsigned int reason)
{
	return WORD(lost_labels, reason);
}

const char *stray_name(unsigned int kind)
{
	return WORD(stray_labels, kind);
}

const char *wait_phase_name(unsigned int phase)
{
	return WORD(phase_names, phase);
}

const char *wait_outcome_name(unsigned int outcome)
{
	return WORD(outcome_labels, outcome);
}

const char *reuse_name(unsigned int reuse)
{
	return WORD(reuse_labels, reuse);
}

size_t flags_text(char text[FLAGS_TEXT], unsigned int flags)
{
	static const char letters[] = "FSRP.UEW";
	size_t n = 0;

	for (int bit = 0; bit < 8; bit++)
		if (flags & 1 << bit)
			text[n++] = letters[bit];
	if (!n) {
		memcpy(text, "none", 4);
		n = 4;
	}
	text[n] = 0;
	return n;
}

const char *zone_name(unsigned int zone)
{
	static const char *const zones[] = {
		[ZONE_NONE] = "none", [ZONE_VLAN] = "vlan", [ZONE_IFINDEX] = "ifindex",
		[ZONE_NONE | ZONE_NO_TUNNEL_ID] = "none,no-tunnel-id", [ZONE_VLAN | ZONE_NO_TUNNEL_ID] = "vlan,no-tunnel-id",
		[ZONE_IFINDEX | ZONE_NO_TUNNEL_ID] = "ifindex,no-tunnel-id",
	};

	return zone < sizeof(zones) / sizeof(zones[0]) ? zones[zone] : "?";
}
