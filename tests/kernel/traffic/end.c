// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* One end of a real connection; see end.h. */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/sockios.h>
#include <linux/sock_diag.h>
#include <poll.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "end.h"

int patience_s = 20;

static uint64_t now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000000000ull + now.tv_nsec;
}

/* ---- hosts ---- */

void host_open(struct host *host, const char *netns)
{
	char path[256];

	snprintf(path, sizeof(path), "%s%s", strchr(netns, '/') ? "" : "/run/netns/", netns);
	host->netns = open(path, O_RDONLY | O_CLOEXEC);
	if (host->netns < 0)
		fail("cannot open the network namespace %s: %s", path, strerror(errno));
	if (setns(host->netns, CLONE_NEWNET))
		fail("cannot enter the network namespace %s: %s", path, strerror(errno));
	host->diag = socket(AF_NETLINK, SOCK_DGRAM | SOCK_CLOEXEC, NETLINK_SOCK_DIAG);
	if (host->diag < 0)
		fail("cannot open NETLINK_SOCK_DIAG: %s", strerror(errno));
}

union address host_address(const struct host *host, int family, uint16_t port)
{
	union address address = { .sa.sa_family = family };

	if (family == AF_INET) {
		address.in.sin_addr = host->addr4;
		address.in.sin_port = htons(port);
	} else {
		address.in6.sin6_addr = host->addr6;
		address.in6.sin6_port = htons(port);
	}
	return address;
}

static socklen_t address_size(const union address *address)
{
	return address->sa.sa_family == AF_INET ? sizeof(address->in) : sizeof(address->in6);
}

uint16_t address_port(const union address *address)
{
	return ntohs(address->sa.sa_family == AF_INET ? address->in.sin_port : address->in6.sin6_port);
}

const char *address_text(const union address *address, char *text)
{
	char ip[INET6_ADDRSTRLEN];
	bool is_v4 = address->sa.sa_family == AF_INET;

	inet_ntop(address->sa.sa_family,
		  is_v4 ? (const void *)&address->in.sin_addr : &address->in6.sin6_addr,
		  ip, sizeof(ip));
	snprintf(text, ADDRESS_TEXT, is_v4 ? "%s:%u" : "[%s]:%u", ip, address_port(address));
	return text;
}

int host_socket(struct host *host, const union address *local)
{
	struct timeval patience = { .tv_sec = patience_s };
	char text[ADDRESS_TEXT];
	int on = 1, fd;

	if (setns(host->netns, CLONE_NEWNET))
		fail("cannot enter a network namespace: %s", strerror(errno));
	fd = socket(local->sa.sa_family, SOCK_STREAM | SOCK_CLOEXEC, IPPROTO_TCP);
	if (fd < 0)
		fail("cannot make a socket: %s", strerror(errno));
	/* A port with connections in TIME_WAIT can be bound again. */
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	/* Bounds connect, accept, send and recv. */
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
	setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof(patience));
	if (bind(fd, &local->sa, address_size(local)))
		fail("cannot bind to %s: %s", address_text(local, text), strerror(errno));
	return fd;
}

/* ---- states ---- */

const char *state_name(int state)
{
	static const char *const names[STATE_SLOTS] = {
#define X(name, number, label) [number] = #name,
		TCP_STATES(X)
#undef X
	};

	return state > 0 && state < STATE_SLOTS && names[state] ? names[state] : "?";
}

static void put_address(const union address *address, __be32 ip[4], __be16 *port)
{
	if (address->sa.sa_family == AF_INET) {
		ip[0] = address->in.sin_addr.s_addr;
		*port = address->in.sin_port;
	} else {
		memcpy(ip, &address->in6.sin6_addr, 16);
		*port = address->in6.sin6_port;
	}
}

int end_state(const struct end *end)
{
	struct {
		struct nlmsghdr header;
		struct inet_diag_req_v2 body;
	} request = {
		.header = { .nlmsg_len = sizeof(request), .nlmsg_type = SOCK_DIAG_BY_FAMILY,
			    .nlmsg_flags = NLM_F_REQUEST },
		.body = { .sdiag_family = end->local.sa.sa_family, .sdiag_protocol = IPPROTO_TCP,
			  .idiag_states = ~0u,
			  .id.idiag_cookie = { INET_DIAG_NOCOOKIE, INET_DIAG_NOCOOKIE } },
	};
	struct inet_diag_sockid *id = &request.body.id;
	union {
		struct nlmsghdr header;
		char bytes[8192];
	} reply;
	const struct inet_diag_msg *found;
	ssize_t size;

	put_address(&end->local, id->idiag_src, &id->idiag_sport);
	put_address(&end->remote, id->idiag_dst, &id->idiag_dport);
	if (send(end->host->diag, &request, sizeof(request), 0) < 0)
		fail("cannot ask inet_diag: %s", strerror(errno));
	size = recv(end->host->diag, &reply, sizeof(reply), 0);
	if (size < 0 || !NLMSG_OK(&reply.header, size))
		fail("no answer of inet_diag: %s", strerror(errno));
	if (reply.header.nlmsg_type == NLMSG_ERROR) {
		int error = -((struct nlmsgerr *)NLMSG_DATA(&reply.header))->error;

		if (error != ENOENT)
			fail("inet_diag: %s", strerror(error));
		return STATE_CLOSED;
	}
	found = NLMSG_DATA(&reply.header);
	/* No such connection, but a listener that would take it. */
	if (found->idiag_state == STATE_LISTEN)
		return STATE_CLOSED;
	return found->idiag_state;
}

void end_await(struct end *end, int state)
{
	uint64_t deadline = now_ns() + patience_s * 1000000000ull;
	struct timespec pause = { .tv_nsec = 20000 };
	int now;

	while ((now = end_state(end)) != state) {
		if (now_ns() > deadline)
			fail("the %s is %s, and not %s after %d s", end->name, state_name(now),
			     state_name(state), patience_s);
		nanosleep(&pause, NULL);
		/* Back off: 2 ms at most, so that 1,000 connections stay quick. */
		if (pause.tv_nsec < 2000000)
			pause.tv_nsec *= 2;
	}
	if (end->seen_count < END_STATES_MAX &&
	    (!end->seen_count || end->seen[end->seen_count - 1] != state))
		end->seen[end->seen_count++] = state;
}

/* ---- what an application does ---- */

void end_await_readable(const struct end *end)
{
	struct pollfd poll_fd = { .fd = end->fd, .events = POLLIN };

	if (poll(&poll_fd, 1, patience_s * 1000) != 1)
		fail("nothing to read at the %s after %d s", end->name, patience_s);
}

void end_send(struct end *end, const void *data, size_t size, int flags)
{
	ssize_t sent = send(end->fd, data, size, flags | MSG_NOSIGNAL);

	if (sent != (ssize_t)size)
		fail("the %s sent %zd of %zu bytes: %s", end->name, sent, size, strerror(errno));
}

void end_expect(struct end *end, const void *data, size_t size)
{
	char buffer[65536];
	size_t done = 0;
	ssize_t got;

	while (done < size) {
		size_t wanted = size - done < sizeof(buffer) ? size - done : sizeof(buffer);

		got = recv(end->fd, buffer, wanted, 0);
		if (got <= 0)
			fail("the %s read %zu of %zu bytes: %s", end->name, done, size,
			     got ? strerror(errno) : "end of file");
		if (memcmp(buffer, (const char *)data + done, got))
			fail("the %s read other bytes than were sent", end->name);
		done += got;
	}
}

static size_t progress(const struct end *end, ssize_t moved)
{
	if (moved < 0 && errno != EAGAIN)
		fail("transfer at the %s: %s", end->name, strerror(errno));
	return moved < 0 ? 0 : moved;
}

void end_transfer(struct end *from, struct end *to, const char *data, size_t size)
{
	struct pollfd poll_fds[2] = { { .fd = to->fd, .events = POLLIN }, { .fd = from->fd } };
	size_t sent = 0, received = 0, got;
	char buffer[65536];

	while (received < size) {
		if (sent < size)
			sent += progress(from, send(from->fd, data + sent, size - sent,
						    MSG_DONTWAIT | MSG_NOSIGNAL));
		got = progress(to, recv(to->fd, buffer, sizeof(buffer), MSG_DONTWAIT));
		if (memcmp(buffer, data + received, got))
			fail("the %s read other bytes than were sent", to->name);
		received += got;
		poll_fds[1].events = sent < size ? POLLOUT : 0;
		if (!got && received < size && poll(poll_fds, 2, patience_s * 1000) < 1)
			fail("the transfer stands still at %zu of %zu bytes", received, size);
	}
}

void end_expect_eof(struct end *end)
{
	char byte;
	ssize_t got = recv(end->fd, &byte, 1, 0);

	if (got)
		fail("the %s expected the end of file: %s", end->name,
		     got < 0 ? strerror(errno) : "read data");
}

void end_await_acked(const struct end *end)
{
	uint64_t deadline = now_ns() + patience_s * 1000000000ull;
	struct timespec pause = { .tv_nsec = 20000 };
	int unacked;

	while (!ioctl(end->fd, SIOCOUTQ, &unacked) && unacked) {
		if (now_ns() > deadline)
			fail("%d bytes of the %s are not acknowledged after %d s", unacked, end->name, patience_s);
		nanosleep(&pause, NULL);
	}
}

void end_ack_now(struct end *end)
{
	int on = 1;

	if (setsockopt(end->fd, IPPROTO_TCP, TCP_QUICKACK, &on, sizeof(on)))
		fail("TCP_QUICKACK at the %s: %s", end->name, strerror(errno));
}

/* Its counts are gone with the socket. */
static void keep_info(struct end *end)
{
	socklen_t size = sizeof(end->info);

	getsockopt(end->fd, IPPROTO_TCP, TCP_INFO, &end->info, &size);
}

void end_shutdown(struct end *end)
{
	if (shutdown(end->fd, SHUT_WR))
		fail("shutdown at the %s: %s", end->name, strerror(errno));
}

void end_close(struct end *end)
{
	if (end->fd < 0)
		return;
	keep_info(end);
	close(end->fd);
	end->fd = -1;
}

void end_reset(struct end *end)
{
	struct linger now = { .l_onoff = 1 };

	if (setsockopt(end->fd, SOL_SOCKET, SO_LINGER, &now, sizeof(now)))
		fail("SO_LINGER at the %s: %s", end->name, strerror(errno));
	end_close(end);
}
