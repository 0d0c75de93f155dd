/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* The words of the scenario language that stand for numbers of the ABI. */
#ifndef TCPSTATE_TESTS_WORDS_H
#define TCPSTATE_TESTS_WORDS_H

#include <stddef.h>

/* Ends with text NULL. */
struct word {
	const char *text;
	int value;
};

extern const struct word state_words[];       /* enum tcp_end_state: ESTABLISHED */
extern const struct word cause_words[];       /* enum cause: syn_ack */
extern const struct word flag_words[];        /* enum tcp_flag: SYN; NONE is 0 */
extern const struct word flow_trait_words[];  /* enum flow_trait: rst_ignored */
extern const struct word end_trait_words[];   /* enum end_trait: timestamps */
extern const struct word counter_words[];     /* enum counter: rst_invalid */
extern const struct word passed_over_words[]; /* enum passed_over: bad_flags */
extern const struct word stray_words[];       /* enum stray: late_data */
extern const struct word wait_phase_words[];  /* enum wait_phase: started */
extern const struct word wait_outcome_words[]; /* enum wait_outcome: expired */
extern const struct word reuse_words[];       /* enum reuse: sequence */
extern const struct word end_words[];         /* initiator 0, responder 1 */
extern const struct word closer_words[];      /* closed_by, by the file's ends: nobody 0, initiator, responder, both */
extern const struct word close_how_words[];   /* enum close_how: rst */
extern const struct word icmp_words[];        /* enum icmp_kind (wire.h): port unreachable */

/* The value of text, or -1. */
int word_value(const struct word *words, const char *text);

/* The text of a value, or "?". */
const char *word_text(const struct word *words, int value);

#endif
