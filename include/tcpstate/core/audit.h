/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* One end as the wire tells it, and its socket: do they agree? Pure. */
#ifndef TCPSTATE_CORE_AUDIT_H
#define TCPSTATE_CORE_AUDIT_H

#include <stdbool.h>

#include "tcpstate/abi/audit.h"
#include "tcpstate/abi/state.h"

struct found_socket {
	__u8 state;          /* enum tcp_end_state; 0: there is none */
	__u32 unsent;        /* bytes that are unacknowledged, or not sent yet; a FIN is one */
};

/* Has an end in this state a socket that stays? With SYN cookies SYN_RECEIVED has none, and one in TIME_WAIT may be recycled. */
static inline bool audit_is_live(__u8 state)
{
	return state && state != STATE_LISTEN && state != STATE_CLOSED && state != STATE_TIME_WAIT &&
	       state != STATE_SYN_RECEIVED;
}

/* The application has closed, and the FIN waits behind data for the peer's window: nothing of it was on the wire. */
static inline bool waits_to_send_fin(__u8 wire, const struct found_socket *socket)
{
	return socket->unsent > 1 && ((wire == STATE_ESTABLISHED && socket->state == STATE_FIN_WAIT_1) ||
				      (wire == STATE_CLOSE_WAIT && socket->state == STATE_LAST_ACK));
}

/* *kind: how they differ, if not *agree. False: nothing can be said. had_socket: the end has had one before. */
static inline bool audit_compare(__u8 wire, const struct found_socket *socket, bool had_socket, bool *agree,
				 enum audit_kind *kind)
{
	*agree = false;
	if (!socket->state) {
		*agree = wire == STATE_CLOSED;
		*kind = had_socket ? AUDIT_SOCKET_GONE : AUDIT_NO_SOCKET;
		return *agree || audit_is_live(wire);
	}
	*agree = wire == socket->state || waits_to_send_fin(wire, socket);
	*kind = wire == STATE_CLOSED || wire == STATE_TIME_WAIT ? AUDIT_CLOSED_ON_WIRE : AUDIT_STATE;
	/* A new life of the tuple begins. */
	return *agree || (socket->state != STATE_SYN_SENT && socket->state != STATE_SYN_RECEIVED);
}

#endif
