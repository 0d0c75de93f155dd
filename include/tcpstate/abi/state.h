/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * The states of RFC 9293 3.3.2, with the numbers of the kernel's enum in
 * include/net/tcp_states.h, so that they compare with ss(8) and with the
 * tracepoint sock:inet_sock_set_state. FIN_WAIT_2 and the rest keep RFC
 * spelling. Number 12 is the kernel's TCP_NEW_SYN_RECV, which no end has here.
 */
#ifndef TCPSTATE_ABI_STATE_H
#define TCPSTATE_ABI_STATE_H

/* X(name, number, lower-case label) */
#define TCP_STATES(X)                          \
	X(ESTABLISHED, 1, "established")       \
	X(SYN_SENT, 2, "syn_sent")             \
	X(SYN_RECEIVED, 3, "syn_received")     \
	X(FIN_WAIT_1, 4, "fin_wait_1")         \
	X(FIN_WAIT_2, 5, "fin_wait_2")         \
	X(TIME_WAIT, 6, "time_wait")           \
	X(CLOSED, 7, "closed")                 \
	X(CLOSE_WAIT, 8, "close_wait")         \
	X(LAST_ACK, 9, "last_ack")             \
	X(LISTEN, 10, "listen")                \
	X(CLOSING, 11, "closing")

enum tcp_end_state {
#define X(name, number, label) STATE_##name = number,
	TCP_STATES(X)
#undef X
	STATE_SLOTS = 16, /* a power of two, so that a masked index stays inside an array */
};

#endif
