/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* The words for what the ABI has numbers for. */
#ifndef TCPSTATE_USER_FLOW_NAMES_H
#define TCPSTATE_USER_FLOW_NAMES_H

#include <stddef.h>

#include "tcpstate/abi.h"

/* "ESTABLISHED"; "?" for a number that is no state. */
const char *state_name(unsigned int state);

/* "established": metric labels and --timeout. */
const char *state_label(unsigned int state);

/* enum tcp_end_state for a name of len bytes, in any case, with - for _ ; 0 if there is none. */
unsigned int state_by_name(const char *name, size_t len);

/* All names, ending with NULL, for suggestions. */
extern const char *const state_names[];

const char *cause_name(unsigned int cause);
const char *event_name(unsigned int type);    /* enum event_type: "state" */
const char *close_how_name(unsigned int how); /* enum close_how: "fin" */
const char *closer_name(unsigned int closer);  /* enum closer: "initiator" */
const char *reset_name(unsigned int reset);    /* enum reset: "valid" */
const char *counter_name(unsigned int counter);
const char *passed_over_name(unsigned int reason);
const char *not_seeded_name(unsigned int reason);
const char *audit_kind_name(unsigned int kind);
const char *audit_kind_text(unsigned int kind);
const char *lost_reason_name(unsigned int reason); /* of UNTOLD_REASONS (flow/lost_event.h) */
const char *stray_name(unsigned int kind);           /* enum stray: "late_data" */
const char *wait_phase_name(unsigned int phase);
const char *wait_outcome_name(unsigned int outcome);
const char *reuse_name(unsigned int reuse);
const char *zone_name(unsigned int zone);            /* enum zone_mode: "vlan" */

/* Flags as tcpdump writes them: "S." ; returns the length. */
#define FLAGS_TEXT 12
size_t flags_text(char text[FLAGS_TEXT], unsigned int flags);

#endif
