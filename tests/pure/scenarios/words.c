// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
#include "words.h"

#include <string.h>

#include "tcpstate/abi.h"
#include "wire.h"

const struct word state_words[] = {
#define X(name, number, label) { #name, STATE_##name },
	TCP_STATES(X)
#undef X
	{}
};

const struct word cause_words[] = {
#define X(name, text) { text, CAUSE_##name },
	CAUSES(X)
#undef X
	{}
};

const struct word flag_words[] = {
	{ "SYN", TH_SYN }, { "ACK", TH_ACK }, { "FIN", TH_FIN }, { "RST", TH_RST },
	{ "PSH", TH_PSH }, { "URG", TH_URG }, { "ECE", TH_ECE }, { "CWR", TH_CWR },
	{ "NONE", 0 },	   {}
};

const struct word flow_trait_words[] = {
	{ "confirmed", FLOW_CONFIRMED },
	{ "guessed_roles", FLOW_GUESSED_ROLES },
	{ "inferred", FLOW_INFERRED },
	{ "simultaneous_open", FLOW_SIMULTANEOUS_OPEN },
	{ "simultaneous_close", FLOW_SIMULTANEOUS_CLOSE },
	{ "fragmented", FLOW_FRAGMENTED },
	{ "isn_changed", FLOW_ISN_CHANGED },
	{ "rst_ignored", FLOW_RST_IGNORED },
	{ "rst_closed", FLOW_RST_CLOSED },
	{ "doubt", FLOW_DOUBT },
	{ "self", FLOW_SELF },
	{ "midstream", FLOW_MIDSTREAM },
	{ "icmp_error", FLOW_ICMP_ERROR },
	{ "missed_opening", FLOW_MISSED_OPENING },
	{ "quiet", FLOW_QUIET },
	{}
};

const struct word end_trait_words[] = {
	{ "timestamps", END_TIMESTAMPS }, { "sack", END_SACK }, { "wscale", END_WSCALE },
	{ "hole", END_HOLE },		  { "inferred_fin", END_FIN_INFERRED },
	{ "unheard_fin", END_FIN_UNHEARD }, { "unknown_scale", END_SCALE_UNKNOWN },
	{}
};

const struct word counter_words[] = {
#define X(name, label) { label, COUNT_##name },
	COUNTERS(X)
#undef X
	{}
};

const struct word passed_over_words[] = {
#define X(name, label) { label, PASSED_##name },
	PASSED_OVER(X)
#undef X
	{}
};

const struct word stray_words[] = {
#define X(name, label) { label, STRAY_##name },
	STRAYS(X)
#undef X
	{}
};

const struct word wait_phase_words[] = {
	{ "started", WAIT_STARTED }, { "restarted", WAIT_RESTARTED }, { "ended", WAIT_ENDED }, {}
};

const struct word wait_outcome_words[] = {
#define X(name, label) { label, WAIT_##name },
	WAIT_OUTCOMES(X)
#undef X
	{}
};

const struct word reuse_words[] = {
#define X(name, label) { label, REUSE_##name },
	REUSES(X)
#undef X
	{}
};

const struct word end_words[] = { { "initiator", 0 }, { "responder", 1 }, {} };

const struct word closer_words[] = {
	{ "nobody", 0 }, { "initiator", 1 }, { "responder", 2 }, { "both", 3 }, {}
};

const struct word close_how_words[] = {
	{ "none", CLOSE_NONE }, { "fin", CLOSE_FIN }, { "rst", CLOSE_RST }, { "timeout", CLOSE_TIMEOUT }, {}
};

const struct word icmp_words[] = {
	{ "port unreachable", ICMP_PORT_UNREACHABLE },
	{ "communication prohibited", ICMP_PROHIBITED },
	{ "host unreachable", ICMP_HOST_UNREACHABLE },
	{ "time exceeded", ICMP_TIME_EXCEEDED },
	{}
};

int word_value(const struct word *words, const char *text)
{
	for (; words->text; words++)
		if (!strcmp(words->text, text))
			return words->value;
	return -1;
}

const char *word_text(const struct word *words, int value)
{
	for (; words->text; words++)
		if (words->value == value)
			return words->text;
	return "?";
}
