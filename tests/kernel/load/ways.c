// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* The ways of the load generator; see ways.h. */
#include "ways.h"

const char *const close_names[CLOSE_KINDS] = {
	[CLOSE_INITIATOR_FIN] = "initiator_fin",
	[CLOSE_RESPONDER_FIN] = "responder_fin",
	[CLOSE_INITIATOR_RST] = "initiator_rst",
	[CLOSE_RESPONDER_RST] = "responder_rst",
};

const struct way ways[WAY_COUNT] = {
	[WAY_CLIENT_CLOSE] = {
		"client_close", CLOSE_INITIATOR_FIN,
		{ STEP_SEND, STEP_RECEIVE, STEP_CLOSE },
		{ STEP_RECEIVE, STEP_SEND, STEP_EOF, STEP_CLOSE },
		"a request, an answer; the client closes first",
	},
	[WAY_SERVER_CLOSE] = {
		"server_close", CLOSE_RESPONDER_FIN,
		{ STEP_SEND, STEP_RECEIVE, STEP_EOF, STEP_CLOSE },
		{ STEP_RECEIVE, STEP_SEND, STEP_CLOSE },
		"a request, an answer; the server closes first",
	},
	[WAY_HALF_CLOSE] = {
		"half_close", CLOSE_INITIATOR_FIN,
		{ STEP_SEND, STEP_SHUTDOWN, STEP_RECEIVE, STEP_EOF, STEP_CLOSE },
		{ STEP_RECEIVE, STEP_EOF, STEP_SEND, STEP_CLOSE },
		"the answer comes after the client's FIN",
	},
	[WAY_CLIENT_RESET] = {
		"client_reset", CLOSE_INITIATOR_RST,
		{ STEP_SEND, STEP_RECEIVE, STEP_RESET },
		{ STEP_RECEIVE, STEP_SEND, STEP_GONE, STEP_CLOSE },
		"a request, an answer; the client resets",
	},
	[WAY_SERVER_RESET] = {
		"server_reset", CLOSE_RESPONDER_RST,
		{ STEP_SEND, STEP_GONE, STEP_CLOSE },
		{ STEP_RECEIVE, STEP_RESET },
		"a request; the server resets",
	},
	[WAY_REFUSED] = {
		"refused", CLOSE_RESPONDER_RST,
		{ STEP_REFUSED, STEP_CLOSE },
		{ STEP_DONE },
		"nobody listens: RST to the SYN",
	},
	[WAY_HELD_OPEN] = {
		"held_open", CLOSE_INITIATOR_FIN,
		{ STEP_SEND, STEP_RECEIVE, STEP_HOLD, STEP_CLOSE },
		{ STEP_RECEIVE, STEP_SEND, STEP_ECHO, STEP_CLOSE },
		"open until the end; a byte each way each second, while others come and go",
	},
	[WAY_HELD_HALF_CLOSED] = {
		"held_half_closed", CLOSE_INITIATOR_FIN,
		{ STEP_SEND, STEP_RECEIVE, STEP_SHUTDOWN, STEP_EOF, STEP_CLOSE },
		{ STEP_RECEIVE, STEP_SEND, STEP_EOF, STEP_HOLD, STEP_CLOSE },
		"FIN_WAIT_2 and CLOSE_WAIT until the end",
	},
};
