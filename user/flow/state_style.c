// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
#include "flow/state_style.h"

#include "base/style.h"
#include "tcpstate/abi/state.h"

const char *state_style(unsigned int state)
{
	switch (state) {
	case STATE_SYN_SENT:
	case STATE_SYN_RECEIVED:
		return STYLE_YELLOW;
	case STATE_ESTABLISHED:
		return STYLE_GREEN;
	case STATE_FIN_WAIT_1:
	case STATE_FIN_WAIT_2:
	case STATE_CLOSE_WAIT:
	case STATE_LAST_ACK:
	case STATE_CLOSING:
		return STYLE_MAGENTA;
	case STATE_TIME_WAIT:
		return STYLE_CYAN;
	default:
		return STYLE_PLAIN;
	}
}
