/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* Zeek's one word for what became of a connection. */
#ifndef TCPSTATE_USER_FLOW_CONN_STATE_H
#define TCPSTATE_USER_FLOW_CONN_STATE_H

#include "tcpstate/abi.h"

/* X(name, what it means) in the order in which a person wants them */
#define CONN_STATES(X)                                                                \
	X(SF, "opened and closed in the normal way")                                  \
	X(S1, "open: no close seen")                                                  \
	X(S2, "half closed by the initiator")                                         \
	X(S3, "half closed by the responder")                                         \
	X(RSTO, "aborted by the initiator")                                           \
	X(RSTR, "aborted by the responder")                                           \
	X(REJ, "refused")                                                             \
	X(S0, "SYN without an answer")                                                \
	X(RSTOS0, "SYN and then RST from the initiator, without an answer")           \
	X(RSTRH, "SYN-ACK and then RST from the responder, without a SYN")            \
	X(SH, "SYN and then FIN from the initiator, without an answer")               \
	X(SHR, "SYN-ACK and then FIN from the responder, without a SYN")              \
	X(OTH, "seen from its middle on, not to its end")

enum conn_state {
#define X(name, text) CONN_##name,
	CONN_STATES(X)
#undef X
	CONN_STATE_COUNT
};

enum conn_state conn_state_of(const struct flow *flow);

/* "SF"; and what it means. */
const char *conn_state_name(enum conn_state state);
const char *conn_state_text(enum conn_state state);

#endif
