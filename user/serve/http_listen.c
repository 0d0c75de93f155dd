// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* Where the HTTP server listens. */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/error.h"
#include "serve/http_parts.h"

union address {
	struct sockaddr any;
	struct sockaddr_in v4;
	struct sockaddr_in6 v6;
};

/* ---- from text ---------------------------------------------------------------- */

static bool parse_port(const char *text, in_port_t *port)
{
	char *end;
	unsigned long value = strtoul(text, &end, 10);

	if (*text < '0' || *text > '9' || *end || value > 65535)
		return false;
	*port = htons(value);
	return true;
}

/* What stands before the port, of len bytes and without brackets. */
static bool parse_host(const char *text, size_t len, bool bracketed, union address *to)
{
	char host[INET6_ADDRSTRLEN];

	if (len >= sizeof(host))
		return false;
	memcpy(host, text, len);
	host[len] = 0;
	if (bracketed) {
		to->v6.sin6_family = AF_INET6;
		return inet_pton(AF_INET6, host, &to->v6.sin6_addr) == 1;
	}
	to->v4.sin_family = AF_INET;
	return inet_pton(AF_INET, strcmp(host, "localhost") ? host : "127.0.0.1", &to->v4.sin_addr) == 1;
}

static bool parse(const char *where, union address *to)
{
	const char *colon = strrchr(where, ':');
	in_port_t port;

	memset(to, 0, sizeof(*to));
	if (!parse_port(colon ? colon + 1 : where, &port))
		return false;
	if (!colon) {
		parse_host("127.0.0.1", 9, false, to);
	} else if (colon == where) {
		to->v6.sin6_family = AF_INET6;
		to->v6.sin6_addr = in6addr_any;
	} else if (*where == '[' && colon[-1] == ']') {
		if (!parse_host(where + 1, colon - where - 2, true, to))
			return false;
	} else if (!parse_host(where, colon - where, false, to)) {
		return false;
	}
	/* The port is at the same place in both. */
	to->v4.sin_port = port;
	return true;
}

static bool is_loopback(const union address *at)
{
	if (at->any.sa_family == AF_INET)
		return ntohl(at->v4.sin_addr.s_addr) >> 24 == 127;
	return IN6_IS_ADDR_LOOPBACK(&at->v6.sin6_addr);
}

static bool is_every_address(const union address *at)
{
	return at->any.sa_family == AF_INET6 && IN6_IS_ADDR_UNSPECIFIED(&at->v6.sin6_addr);
}

/* ---- to a socket --------------------------------------------------------------- */

static int open_socket(const union address *at)
{
	socklen_t size = at->any.sa_family == AF_INET ? sizeof(at->v4) : sizeof(at->v6);
	int fd = socket(at->any.sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0), err;
	const int on = 1, off = 0;

	if (fd < 0)
		return -errno;
	/* After a restart, connections of the former process may still be in TIME_WAIT. */
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	if (is_every_address(at))
		setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof(off));
	if (!bind(fd, &at->any, size) && !listen(fd, 2 * HTTP_CONNECTIONS))
		return fd;
	err = -errno;
	close(fd);
	return err;
}

static void describe(int fd, char text[LISTEN_TEXT])
{
	union address at;
	socklen_t size = sizeof(at);
	char host[INET6_ADDRSTRLEN];

	*text = 0;
	if (getsockname(fd, &at.any, &size))
		return;
	if (at.any.sa_family == AF_INET)
		snprintf(text, LISTEN_TEXT, "%s:%u", inet_ntop(AF_INET, &at.v4.sin_addr, host, sizeof(host)),
			 ntohs(at.v4.sin_port));
	else
		snprintf(text, LISTEN_TEXT, "[%s]:%u", inet_ntop(AF_INET6, &at.v6.sin6_addr, host, sizeof(host)),
			 ntohs(at.v6.sin6_port));
}

static int report_failure(int err, const char *where)
{
	switch (err) {
	case -EADDRINUSE:
		return fail(err, "--listen %s: that port is in use (\"ss -ltnp\" tells by whom); name another one, such as --listen 127.0.0.1:9437",
			    where);
	case -EADDRNOTAVAIL:
		return fail(err, "--listen %s: this machine does not have that address (\"ip address\" lists those it has)",
			    where);
	case -EACCES:
		return fail(err, "--listen %s: no permission to use that port", where);
	default:
		return fail(err, "--listen %s: %s", where, strerror(-err));
	}
}

int listen_at(const char *where, char text[LISTEN_TEXT], bool *loopback)
{
	union address at;
	int fd;

	if (!parse(where, &at))
		return fail_usage("--listen %s: give ADDRESS:PORT, [IPV6-ADDRESS]:PORT, :PORT for all addresses, or a PORT of 127.0.0.1",
				  where);
	fd = open_socket(&at);
	if (fd == -EAFNOSUPPORT && is_every_address(&at)) { /* a kernel without IPv6 */
		const in_port_t port = at.v6.sin6_port;

		memset(&at, 0, sizeof(at));
		at.v4.sin_family = AF_INET;
		at.v4.sin_port = port;
		fd = open_socket(&at);
	}
	if (fd < 0)
		return report_failure(fd, where);
	describe(fd, text);
	*loopback = is_loopback(&at);
	return fd;
}
