// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* A worker of the load generator; see worker.h. */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "../traffic/patterns.h" /* which port means what */
#include "connection.h"

#define SECOND_NS 1000000000ull

/* The client's ports: in turn, then with the next address. */
enum { HELD_PORT = 2000, FIRST_PORT = 10000, LAST_PORT = 64999 };

#define EVENTS_AT_ONCE 256
#define OPEN_IN_A_ROW 64

/* What the thread alone uses. */
struct loop {
	struct worker *worker;
	struct totals *totals;
	struct host client, server;
	int epoll;
	int listeners[2];
	uint64_t now;
	uint64_t number;       /* of the next connection that is not held */
	uint64_t limit;
	unsigned int to_hold, open;
	struct load_connection *all, *free;
	unsigned int size;
	struct load_connection *by_port[65536]; /* those that wait for accept, too */
};

static uint64_t clock_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * SECOND_NS + now.tv_nsec;
}

static void finish(struct loop *l, struct load_connection *c)
{
	count(&l->totals->done[c->way - ways], 1);
	count(&l->totals->of_family[c->family == AF_INET6], 1);
	l->by_port[c->port] = NULL;
	c->way = NULL;
	c->next_free = l->free;
	l->free = c;
	l->open--;
}

static void advance(struct loop *l, struct load_connection *c, enum side_of side)
{
	if (connection_advance(c, side, l->totals))
		finish(l, c);
}

/* ---- new connections ---- */

/* Told once of each change: steps go on until the socket has nothing more. */
static void await_events(struct loop *l, struct load_connection *c, enum side_of side)
{
	struct epoll_event event = {
		.events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET,
		/* A pointer to a struct is even: the end fits into its lowest bit. */
		.data.u64 = (uintptr_t)c | side,
	};

	if (epoll_ctl(l->epoll, EPOLL_CTL_ADD, c->ends[side].fd, &event))
		fail("epoll_ctl: %s", strerror(errno));
}

/* Each worker has each workers-th address, so that no two take the same port of it. */
static union address source_address(const struct loop *l, int family, uint64_t index, uint16_t port)
{
	union address address = host_address(&l->client, family, port);
	uint32_t offset = index * options.workers + l->worker->number, last;

	if (family == AF_INET) {
		address.in.sin_addr.s_addr = htonl(ntohl(address.in.sin_addr.s_addr) + offset);
	} else {
		memcpy(&last, &address.in6.sin6_addr.s6_addr[12], 4);
		last = htonl(ntohl(last) + offset);
		memcpy(&address.in6.sin6_addr.s6_addr[12], &last, 4);
	}
	return address;
}

static int connect_from(const union address *from, const union address *to)
{
	socklen_t size = from->sa.sa_family == AF_INET ? sizeof(from->in) : sizeof(from->in6);
	int fd = socket(from->sa.sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0), on = 1;
	char text[ADDRESS_TEXT];

	if (fd < 0)
		fail("cannot make a socket: %s", strerror(errno));
	/* An address that only a route of type local makes ours: IPv6 wants this for it. */
	if (setsockopt(fd, SOL_IP, IP_FREEBIND, &on, sizeof(on)))
		fail("IP_FREEBIND: %s", strerror(errno));
	if (bind(fd, &from->sa, size))
		fail("cannot bind to %s: %s (more --sources?)", address_text(from, text), strerror(errno));
	if (connect(fd, &to->sa, size) && errno != EINPROGRESS && errno != ECONNREFUSED)
		fail("cannot connect from %s: %s", address_text(from, text), strerror(errno));
	return fd;
}

static void open_connection(struct loop *l, const struct way *way, uint64_t number, uint64_t index, uint16_t port)
{
	struct load_connection *c = l->free;
	bool listening = way->server[0] != STEP_DONE;
	/* The families change places from round to round of the mix, of itself if it is odd. */
	uint64_t turn = number + (options.mix_size % 2 ? 0 : number / options.mix_size);
	int family = options.families[turn % options.family_count];
	union address from = source_address(l, family, index, port);
	union address to = host_address(&l->server, family, listening ? PORT_LISTENING + l->worker->number : PORT_CLOSED);

	if (l->by_port[port])
		fail("client's port %u is still in use: too many connections at once", port);
	l->free = c->next_free;
	*c = (struct load_connection){
		.way = way, .since = l->now, .family = family, .port = port,
		.ends = { { .fd = -1, .step = way->client }, { .fd = -1, .step = way->server } },
	};
	l->by_port[port] = c;
	l->open++;
	count(&l->totals->opened, 1);
	c->ends[CLIENT].fd = connect_from(&from, &to);
	await_events(l, c, CLIENT);
	advance(l, c, CLIENT);
}

static void accept_all(struct loop *l, int listener)
{
	union address peer;
	socklen_t size = sizeof(peer);
	struct load_connection *c;
	int fd;

	while ((fd = accept4(listener, &peer.sa, &size, SOCK_NONBLOCK | SOCK_CLOEXEC)) >= 0) {
		c = l->by_port[address_port(&peer)];
		if (!c || c->ends[SERVER].fd >= 0 || *c->ends[SERVER].step == STEP_DONE)
			fail("accepted a connection that nobody made");
		c->ends[SERVER].fd = fd;
		await_events(l, c, SERVER);
		advance(l, c, SERVER);
		size = sizeof(peer);
	}
	if (errno != EAGAIN)
		fail("accept: %s", strerror(errno));
}

/* How many connections there should have been by now. */
static uint64_t due(const struct loop *l, uint64_t began)
{
	uint64_t due = l->limit;

	if (options.rate && (l->now - began) * options.rate / options.workers < (double)due * SECOND_NS)
		due = (l->now - began) * options.rate / options.workers / SECOND_NS;
	return due;
}

static void open_what_is_due(struct loop *l, uint64_t began)
{
	const unsigned int ports = LAST_PORT - FIRST_PORT + 1;
	unsigned int in_a_row = 0;
	uint64_t until = due(l, began);

	while (l->number < until && l->free && in_a_row++ < OPEN_IN_A_ROW) {
		uint64_t index = l->number / ports % (options.sources / options.workers);

		open_connection(l, &ways[options.mix[l->number % options.mix_size]], l->number, index,
				FIRST_PORT + l->number % ports);
		l->number++;
	}
}

/* ---- what is held ---- */

static void open_held(struct loop *l)
{
	for (unsigned int i = 0; i < l->to_hold; i++)
		open_connection(l, &ways[WAY_HELD_OPEN + i % 2], i / 2, 0, HELD_PORT + i);
}

static void beat(struct loop *l)
{
	for (unsigned int i = 0; i < l->size; i++)
		connection_beat(&l->all[i], l->totals);
}

static void release_held(struct loop *l)
{
	for (unsigned int i = 0; i < l->size; i++)
		for (enum side_of side = CLIENT; side <= SERVER; side++)
			if (l->all[i].way && *l->all[i].ends[side].step == STEP_HOLD)
				advance(l, &l->all[i], side);
}

static void complain_of_the_stuck(const struct loop *l)
{
	for (unsigned int i = 0; i < l->size; i++) {
		const struct load_connection *c = &l->all[i];

		if (!c->way || (is_held(c->way) && !atomic_load(&let_go)) ||
		    l->now - c->since < patience_s * SECOND_NS)
			continue;
		connection_fail(c, *c->ends[CLIENT].step == STEP_DONE ? SERVER : CLIENT, "nothing happens");
	}
}

/* ---- the thread ---- */

static void set_up(struct loop *l)
{
	struct worker *worker = l->worker;
	struct epoll_event event = { .events = EPOLLIN };
	cpu_set_t one;

	CPU_ZERO(&one);
	CPU_SET(worker->cpu, &one);
	if (sched_setaffinity(0, sizeof(one), &one))
		fail("cannot keep to CPU %d: %s", worker->cpu, strerror(errno));
	l->totals = &worker->totals;
	l->limit = options.count ? options.count / options.workers +
		   ((unsigned int)worker->number < options.count % options.workers) : UINT64_MAX;
	l->to_hold = options.hold / options.workers + ((unsigned int)worker->number < options.hold % options.workers);
	if (HELD_PORT + l->to_hold > FIRST_PORT)
		fail("a worker can hold %d connections, not %u", FIRST_PORT - HELD_PORT, l->to_hold);
	l->size = options.at_once + l->to_hold;
	l->all = calloc(l->size, sizeof(*l->all));
	if (!l->all)
		fail("no memory");
	for (unsigned int i = 0; i < l->size; i++) {
		l->all[i].next_free = l->free;
		l->free = &l->all[i];
	}

	l->epoll = epoll_create1(EPOLL_CLOEXEC);
	host_open(&l->server, options.server.netns);
	l->server.addr4 = options.server.addr4;
	l->server.addr6 = options.server.addr6;
	for (int i = 0; i < options.family_count; i++) {
		union address local = host_address(&l->server, options.families[i], PORT_LISTENING + worker->number);

		l->listeners[i] = host_socket(&l->server, &local);
		if (listen(l->listeners[i], 4096) || fcntl(l->listeners[i], F_SETFL, O_NONBLOCK))
			fail("listen: %s", strerror(errno));
		event.data.u64 = i; /* no pointer is as small */
		if (epoll_ctl(l->epoll, EPOLL_CTL_ADD, l->listeners[i], &event))
			fail("epoll_ctl: %s", strerror(errno));
	}
	/* Last, and for good: this is where new sockets belong. */
	host_open(&l->client, options.client.netns);
	l->client.addr4 = options.client.addr4;
	l->client.addr6 = options.client.addr6;
}

static void handle(struct loop *l, uint64_t data)
{
	struct load_connection *c = (void *)(uintptr_t)(data & ~1ull);

	if (data < 2)
		accept_all(l, l->listeners[data]);
	/* An event of a connection that has ended meanwhile may wake its successor: harmless. */
	else if (c->way)
		advance(l, c, data & 1);
}

void *worker_run(void *argument)
{
	struct loop *l = calloc(1, sizeof(*l));
	struct epoll_event events[EVENTS_AT_ONCE];
	uint64_t began, second;
	bool released = false, opening = true;
	int ready;

	if (!l)
		fail("no memory");
	l->worker = argument;
	set_up(l);
	began = second = l->now = clock_ns();
	open_held(l);
	while (opening || l->open) {
		ready = epoll_wait(l->epoll, events, EVENTS_AT_ONCE, opening && !options.rate && l->free ? 0 : 1);
		if (ready < 0 && errno != EINTR)
			fail("epoll_wait: %s", strerror(errno));
		for (int i = 0; i < ready; i++)
			handle(l, events[i].data.u64);
		l->now = clock_ns();
		opening = !atomic_load(&stop_opening) && l->number < l->limit;
		if (opening)
			open_what_is_due(l, began);
		else if (l->open == l->to_hold && l->totals->holding == l->to_hold)
			atomic_store(&l->worker->idle, true);
		if (l->now - second >= SECOND_NS) {
			second += SECOND_NS;
			complain_of_the_stuck(l);
			/* Later all is still, for whoever compares counts. */
			if (opening)
				beat(l);
		}
		if (atomic_load(&let_go) && !opening && !released) {
			for (unsigned int i = 0; i < l->size; i++)
				l->all[i].since = l->now;
			release_held(l);
			released = true;
		}
	}
	atomic_store(&l->worker->idle, true);
	free(l->all);
	free(l);
	return NULL;
}
