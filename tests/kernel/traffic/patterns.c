// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/*
 * The ways to open and close a connection. Each function is one script for
 * both ends. A step starts only when the kernel has shown that the step before
 * it is done (end_await, or data or the end of file read at the peer), so the
 * sequence of states is the same in every run. Every one leaves both sockets
 * closed (but for those that stay) and has awaited the state that each end ends in.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "patterns.h"

static const char request[] = "GET /state HTTP/1.1\r\nHost: server.test\r\n\r\n";
static const char answer[] = "HTTP/1.1 200 OK\r\nContent-Length: 12\r\n\r\nESTABLISHED\n";

/* ---- opening ---- */

static socklen_t size_of(const union address *address)
{
	return address->sa.sa_family == AF_INET ? sizeof(address->in) : sizeof(address->in6);
}

static void open_connection(struct connection *c)
{
	c->client.fd = host_socket(c->client.host, &c->client.local);
	if (connect(c->client.fd, &c->server.local.sa, size_of(&c->server.local)))
		fail("connect: %s", strerror(errno));
	end_await(&c->client, STATE_ESTABLISHED);
	/* Its child exists since the last ACK of the handshake. */
	c->server.fd = accept4(c->listener, NULL, NULL, SOCK_CLOEXEC);
	if (c->server.fd < 0)
		fail("accept: %s", strerror(errno));
	end_await(&c->server, STATE_ESTABLISHED);
}

static void start_connecting(struct end *end)
{
	struct timeval at_once = { .tv_usec = 1 }, patience = { .tv_sec = patience_s };

	end->fd = host_socket(end->host, &end->local);
	/* connect(2) soon gives up waiting, the handshake goes on. */
	setsockopt(end->fd, SOL_SOCKET, SO_SNDTIMEO, &at_once, sizeof(at_once));
	if (connect(end->fd, &end->remote.sa, size_of(&end->remote)) && errno != EINPROGRESS)
		fail("connect at the %s: %s", end->name, strerror(errno));
	setsockopt(end->fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof(patience));
}

/*
 * The ACK of what the reader has read arrives before anything else happens. An
 * old ACK that is overtaken by a FIN could otherwise meet a closed socket, be
 * answered by RST, and end the peer's TIME_WAIT (RFC 1337).
 */
static void settle(struct end *reader, struct end *sender)
{
	end_ack_now(reader);
	end_await_acked(sender);
}

static void exchange(struct connection *c)
{
	end_send(&c->client, request, sizeof(request), 0);
	end_expect(&c->server, request, sizeof(request));
	end_send(&c->server, answer, sizeof(answer), 0);
	end_expect(&c->client, answer, sizeof(answer));
	settle(&c->client, &c->server);
}

/* ---- closing, told of the end that does it first and of the other ---- */

/* The first end's FIN has been read by the second, and its ACK has come back. */
static void await_half_closed(struct end *first, struct end *second)
{
	end_await(second, STATE_CLOSE_WAIT);
	end_expect_eof(second);
	end_ack_now(second);
	end_await(first, STATE_FIN_WAIT_2);
}

static void await_closed(struct end *first, struct end *second)
{
	end_await(second, STATE_CLOSED);
	end_await(first, STATE_TIME_WAIT);
	end_close(first);
	end_close(second);
}

static void close_in_turn(struct end *first, struct end *second)
{
	end_close(first);
	await_half_closed(first, second);
	end_close(second);
	await_closed(first, second);
}

static void half_close(struct end *first, struct end *second)
{
	end_shutdown(first);
	await_half_closed(first, second);
	end_send(second, answer, sizeof(answer), 0);
	end_expect(first, answer, sizeof(answer));
	end_await_acked(second);
	end_close(second);
	end_expect_eof(first);
	await_closed(first, second);
}

static void reset(struct end *first, struct end *second)
{
	end_reset(first);
	end_await(second, STATE_CLOSED);
	end_await(first, STATE_CLOSED);
	end_close(second);
}

/* ---- the patterns ---- */

static void client_close(struct connection *c)
{
	open_connection(c);
	exchange(c);
	close_in_turn(&c->client, &c->server);
}

static void server_close(struct connection *c)
{
	open_connection(c);
	exchange(c);
	close_in_turn(&c->server, &c->client);
}

static void no_data(struct connection *c)
{
	open_connection(c);
	close_in_turn(&c->client, &c->server);
}

/* The second FIN goes out with the ACK of the first: three segments. */
static void prompt_close(struct connection *c)
{
	open_connection(c);
	exchange(c);
	end_shutdown(&c->client);
	end_expect_eof(&c->server);
	end_close(&c->server);
	await_closed(&c->client, &c->server);
}

/* Each end's last data and its FIN are one segment. */
static void data_with_fin(struct connection *c)
{
	open_connection(c);
	end_send(&c->client, request, sizeof(request), MSG_MORE);
	end_shutdown(&c->client);
	end_expect(&c->server, request, sizeof(request));
	await_half_closed(&c->client, &c->server);
	end_send(&c->server, answer, sizeof(answer), MSG_MORE);
	end_close(&c->server);
	end_expect(&c->client, answer, sizeof(answer));
	await_closed(&c->client, &c->server);
}

static void client_half_close(struct connection *c)
{
	open_connection(c);
	exchange(c);
	half_close(&c->client, &c->server);
}

static void server_half_close(struct connection *c)
{
	open_connection(c);
	exchange(c);
	half_close(&c->server, &c->client);
}

static void client_reset(struct connection *c)
{
	open_connection(c);
	exchange(c);
	reset(&c->client, &c->server);
}

static void server_reset(struct connection *c)
{
	open_connection(c);
	exchange(c);
	reset(&c->server, &c->client);
}

/* Neither FIN arrives before both have been sent: the path lets them cross. */
static void close_simultaneously(struct connection *c)
{
	end_close(&c->client);
	end_await(&c->client, STATE_FIN_WAIT_1);
	end_close(&c->server);
	end_await(&c->client, STATE_TIME_WAIT);
	end_await(&c->server, STATE_TIME_WAIT);
}

static void simultaneous_close(struct connection *c)
{
	open_connection(c);
	exchange(c);
	close_simultaneously(c);
}

static void simultaneous_open(struct connection *c)
{
	start_connecting(&c->client);
	end_await(&c->client, STATE_SYN_SENT);
	start_connecting(&c->server);
	end_await(&c->client, STATE_ESTABLISHED);
	end_await(&c->server, STATE_ESTABLISHED);
	exchange(c);
	close_in_turn(&c->client, &c->server);
}

static void simultaneous_both(struct connection *c)
{
	start_connecting(&c->client);
	end_await(&c->client, STATE_SYN_SENT);
	start_connecting(&c->server);
	end_await(&c->client, STATE_ESTABLISHED);
	end_await(&c->server, STATE_ESTABLISHED);
	exchange(c);
	close_simultaneously(c);
}

/* RFC 2525 2.17: data was thrown away, and the peer learns of it by RST. */
static void close_unread(struct connection *c)
{
	open_connection(c);
	end_send(&c->client, request, sizeof(request), 0);
	end_await_readable(&c->server);
	end_close(&c->server);
	end_await(&c->client, STATE_CLOSED);
	end_await(&c->server, STATE_CLOSED);
	end_close(&c->client);
}

static void half_close_reset(struct connection *c)
{
	open_connection(c);
	exchange(c);
	end_shutdown(&c->client);
	await_half_closed(&c->client, &c->server);
	reset(&c->server, &c->client);
}

/* The closer's application is gone, so its kernel answers data with RST. */
static void orphan_reset(struct connection *c)
{
	open_connection(c);
	exchange(c);
	end_close(&c->client);
	await_half_closed(&c->client, &c->server);
	end_send(&c->server, answer, sizeof(answer), 0);
	end_await(&c->server, STATE_CLOSED);
	end_await(&c->client, STATE_CLOSED);
	end_close(&c->server);
}

static void refused(struct connection *c)
{
	c->client.fd = host_socket(c->client.host, &c->client.local);
	if (!connect(c->client.fd, &c->server.local.sa, size_of(&c->server.local)) ||
	    errno != ECONNREFUSED)
		fail("should have been refused: %s", strerror(errno));
	end_await(&c->client, STATE_CLOSED);
	end_close(&c->client);
}

static unsigned long bulk_size = 1 << 20;

void bulk_size_set(unsigned long bytes)
{
	bulk_size = bytes;
}

static void bulk(struct connection *c)
{
	char *data = malloc(bulk_size + 1);

	if (!data)
		fail("no memory for %lu bytes", bulk_size);
	/* A period that is no power of two, so that a shifted byte shows. */
	for (unsigned long i = 0; i < bulk_size; i++)
		data[i] = i % 251;
	open_connection(c);
	end_transfer(&c->client, &c->server, data, bulk_size);
	settle(&c->server, &c->client);
	end_transfer(&c->server, &c->client, data, bulk_size);
	settle(&c->client, &c->server);
	close_in_turn(&c->client, &c->server);
	free(data);
}

static void stay_open(struct connection *c)
{
	open_connection(c);
	exchange(c);
}

/* What people look for who have sockets in CLOSE_WAIT: an application that forgot to close. */
static void close_wait(struct connection *c)
{
	open_connection(c);
	exchange(c);
	end_close(&c->client);
	await_half_closed(&c->client, &c->server);
}

const struct pattern patterns[] = {
	{ "client_close", PORT_LISTENING, client_close, "the client closes, then the server" },
	{ "server_close", PORT_LISTENING, server_close, "the server closes, then the client" },
	{ "half_close", PORT_LISTENING, client_half_close, "the client shuts down writing, the server still sends, then closes" },
	{ "server_half_close", PORT_LISTENING, server_half_close, "the same, the server first" },
	{ "client_reset", PORT_LISTENING, client_reset, "the client aborts (SO_LINGER 0)" },
	{ "server_reset", PORT_LISTENING, server_reset, "the server aborts (SO_LINGER 0)" },
	{ "simultaneous_close", PORT_CROSSING, simultaneous_close, "both close, and the FINs cross on the way" },
	{ "close_unread", PORT_LISTENING, close_unread, "the server closes with data unread, which sends RST" },
	{ "half_close_reset", PORT_LISTENING, half_close_reset, "the client shuts down writing, the server aborts" },
	{ "refused", PORT_CLOSED, refused, "nobody listens on that port" },
	{ "simultaneous_open", PORT_OPENING, simultaneous_open, "both connect, and the SYNs cross on the way" },
	{ "simultaneous_both", PORT_BOTH, simultaneous_both, "both connect, both close, all at the same time" },
	{ "prompt_close", PORT_LISTENING, prompt_close, "the server closes at once, its FIN acknowledges the client's" },
	{ "data_with_fin", PORT_LISTENING, data_with_fin, "the last data and the FIN in one segment, both ways" },
	{ "orphan_reset", PORT_LISTENING, orphan_reset, "the client closes, and data that comes after it meets RST" },
	{ "no_data", PORT_LISTENING, no_data, "opened and closed without a byte" },
	{ "bulk", PORT_LISTENING, bulk, "a large transfer each way (--bulk BYTES)" },
	{ "stay_open", PORT_STAYING, stay_open, "stays ESTABLISHED" },
	{ "close_wait", PORT_STAYING, close_wait, "the client closes, the server never does" },
};
const int pattern_count = sizeof(patterns) / sizeof(patterns[0]);
