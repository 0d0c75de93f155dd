// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* One connection of the load generator; see connection.h. */
#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "connection.h"

static char payload[65536];

_Noreturn void connection_fail(const struct load_connection *c, enum side_of side, const char *what)
{
	fail("%s, IPv%d, client's port %u, step %d of the %s: %s", c->way->name,
	     c->family == AF_INET ? 4 : 6, c->port,
	     (int)(c->ends[side].step - (side == CLIENT ? c->way->client : c->way->server)) + 1,
	     side == CLIENT ? "client" : "server", what);
}

static void close_end(struct connection_end *end)
{
	close(end->fd);
	end->fd = -1;
}

/* Bytes read, 0 at end of file, -1 with errno; -1 and EAGAIN: nothing there. */
static ssize_t receive(struct connection_end *end, size_t at_most)
{
	char buffer[sizeof(payload)];

	return recv(end->fd, buffer, at_most < sizeof(buffer) ? at_most : sizeof(buffer), 0);
}

static bool has_sent(struct load_connection *c, enum side_of side, size_t size, struct totals *totals)
{
	struct connection_end *end = &c->ends[side];
	ssize_t sent = send(end->fd, payload, size < sizeof(payload) ? size : sizeof(payload), MSG_NOSIGNAL);

	if (sent < 0) {
		if (errno != EAGAIN)
			connection_fail(c, side, strerror(errno));
		return false;
	}
	count(&totals->bytes[side], sent);
	end->moved += sent;
	return true;
}

/* True: there is nothing to read yet. Whatever else recv(2) said was not expected, and fails. */
static bool must_wait(const struct load_connection *c, enum side_of side, ssize_t got)
{
	if (got < 0 && errno == EAGAIN)
		return true;
	connection_fail(c, side, got < 0 ? strerror(errno) : got ? "unexpected data" : "unexpected end of file");
}

/* Sends back what came; false: nothing more to do now. */
static bool has_echoed(struct load_connection *c, enum side_of side, struct totals *totals)
{
	ssize_t got = receive(&c->ends[side], sizeof(payload));

	if (got <= 0) {
		if (got < 0)
			must_wait(c, side, got);
		return got == 0;
	}
	if (!has_sent(c, side, got, totals))
		connection_fail(c, side, "the send buffer is full of echoes");
	return false;
}

/* True: the step is done. False: wait for the socket. */
static bool step_is_done(struct load_connection *c, enum side_of side, struct totals *totals)
{
	static const struct linger at_once = { .l_onoff = 1 };
	struct connection_end *end = &c->ends[side];
	ssize_t got;

	switch (*end->step) {
	case STEP_SEND:
		while (end->moved < options.bytes)
			if (!has_sent(c, side, options.bytes - end->moved, totals))
				return false;
		return true;
	case STEP_RECEIVE:
		while (end->moved < options.bytes) {
			got = receive(end, options.bytes - end->moved);
			if (got <= 0)
				return !must_wait(c, side, got);
			end->moved += got;
		}
		return true;
	case STEP_EOF:
		got = receive(end, 1);
		return got == 0 || !must_wait(c, side, got);
	case STEP_ECHO:
		return has_echoed(c, side, totals);
	case STEP_HOLD:
		if (!end->moved) {
			count(&totals->holding, 1);
			end->moved = 1;
		}
		while ((got = receive(end, sizeof(payload))) > 0)
			c->echoes_due -= got;
		/* The server that holds a half-closed connection has read end of file. */
		if (got < 0 || side == CLIENT)
			must_wait(c, side, got);
		/* Closed before the last echo, the socket would answer that with RST. */
		return atomic_load(&let_go) && !c->echoes_due;
	case STEP_SHUTDOWN:
		if (shutdown(end->fd, SHUT_WR))
			connection_fail(c, side, strerror(errno));
		return true;
	case STEP_GONE:
	case STEP_REFUSED:
		got = receive(end, 1);
		if (got < 0 && errno == (*end->step == STEP_GONE ? ECONNRESET : ECONNREFUSED))
			return true;
		return !must_wait(c, side, got);
	case STEP_RESET:
		if (setsockopt(end->fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once)))
			connection_fail(c, side, strerror(errno));
		close_end(end);
		return true;
	case STEP_CLOSE:
		close_end(end);
		return true;
	case STEP_DONE:
		break;
	}
	return false;
}

bool connection_advance(struct load_connection *c, enum side_of side, struct totals *totals)
{
	struct connection_end *end = &c->ends[side];

	while (end->fd >= 0 && step_is_done(c, side, totals)) {
		end->step++;
		end->moved = 0;
	}
	return c->way && *c->ends[CLIENT].step == STEP_DONE && *c->ends[SERVER].step == STEP_DONE;
}

void connection_beat(struct load_connection *c, struct totals *totals)
{
	if (c->way == &ways[WAY_HELD_OPEN] && *c->ends[CLIENT].step == STEP_HOLD)
		c->echoes_due += has_sent(c, CLIENT, 1, totals);
}
