// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* One end and its socket: do they agree? */
#include "live/audit.h"

bool audit_is_live(__u8 state)
{
	return state && state != STATE_LISTEN && state != STATE_CLOSED && state != STATE_TIME_WAIT &&
	       state != STATE_SYN_RECEIVED;
}

static bool is_over_state(__u8 state)
{
	return state == STATE_CLOSED || state == STATE_TIME_WAIT;
}

/* The application has closed, and the FIN waits behind data for the peer's window: nothing of it was on the wire. */
static bool waits_to_send_fin(__u8 wire, const struct found_socket *socket)
{
	return socket->unsent > 1 && ((wire == STATE_ESTABLISHED && socket->state == STATE_FIN_WAIT_1) ||
				      (wire == STATE_CLOSE_WAIT && socket->state == STATE_LAST_ACK));
}

bool audit_compare(__u8 wire, const struct found_socket *socket, bool had_socket, bool *agree, enum audit_kind *kind)
{
	*agree = false;
	if (!socket->state) {
		*agree = wire == STATE_CLOSED;
		*kind = had_socket ? AUDIT_SOCKET_GONE : AUDIT_NO_SOCKET;
		return *agree || audit_is_live(wire);
	}
	*agree = wire == socket->state || waits_to_send_fin(wire, socket);
	*kind = is_over_state(wire) ? AUDIT_CLOSED_ON_WIRE : AUDIT_STATE;
	/* A new life of the tuple begins. */
	return *agree || (socket->state != STATE_SYN_SENT && socket->state != STATE_SYN_RECEIVED);
}
