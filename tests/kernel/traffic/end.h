/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * One end of a real connection: a socket in a network namespace, and what the
 * kernel says about its state (inet_diag, what ss(8) asks). That knows more
 * than TCP_INFO does: it still answers after close(2), and it tells TIME_WAIT
 * from CLOSED.
 */
#ifndef TRAFFIC_END_H
#define TRAFFIC_END_H

#include <linux/tcp.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>

#include "tcpstate/abi/state.h"

/* Seconds that the kernel may take to show a state, or a peer to answer (20). */
extern int patience_s;

#define END_STATES_MAX 16

/* A network namespace as one thread uses it. */
struct host {
	int netns;              /* of /run/netns/NAME or a path */
	int diag;               /* NETLINK_SOCK_DIAG, opened in there */
	struct in_addr addr4;
	struct in6_addr addr6;
};

union address {
	struct sockaddr sa;
	struct sockaddr_in in;
	struct sockaddr_in6 in6;
};

struct end {
	const char *name;       /* "client", "server" */
	struct host *host;
	int fd;                 /* -1: closed */
	union address local;
	union address remote;
	/* States that the kernel has shown, in order; see end_await(). */
	uint8_t seen[END_STATES_MAX];
	int seen_count;
	struct tcp_info info;   /* newest, while the socket was open */
};

/* Prints what went wrong with the calling thread's connection, and exits 1. */
_Noreturn void fail(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Opens the namespace (a name of ip-netns(8), or a path) and its inet_diag. */
void host_open(struct host *host, const char *netns);

union address host_address(const struct host *host, int family, uint16_t port);
uint16_t address_port(const union address *address);
/* "10.0.0.1:80", "[fd00::1]:80", in a buffer of at least ADDRESS_TEXT bytes. */
#define ADDRESS_TEXT (INET6_ADDRSTRLEN + 8)
const char *address_text(const union address *address, char *text);

/* A TCP socket in host's namespace, bound to local. */
int host_socket(struct host *host, const union address *local);

/* As RFC 9293 spells it. */
const char *state_name(int state);

/* enum tcp_end_state; STATE_CLOSED where the kernel has no socket. */
int end_state(const struct end *end);

/* Returns once the kernel shows this state; fails if it has not after patience_s. */
void end_await(struct end *end, int state);

/* Returns once data, end of file or an error can be read. */
void end_await_readable(const struct end *end);

void end_send(struct end *end, const void *data, size_t size, int flags);
/* Reads exactly size bytes and checks that they are data. */
void end_expect(struct end *end, const void *data, size_t size);
/* As much as the sockets' buffers take and more: sends at one end while the other reads. */
void end_transfer(struct end *from, struct end *to, const char *data, size_t size);
/* Reads the end of file: the peer's FIN. */
void end_expect_eof(struct end *end);

/* Returns once the peer has acknowledged all that was sent. */
void end_await_acked(const struct end *end);
/* Sends a delayed ACK now; everything must have been read. */
void end_ack_now(struct end *end);
void end_shutdown(struct end *end);
void end_close(struct end *end);
/* close(2) that sends RST whatever was read (SO_LINGER 0). */
void end_reset(struct end *end);

#endif
