// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* The server's thread: who is connected, and for how long. */
#include "serve/http.h"

#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/queue.h>
#include <sys/socket.h>
#include <unistd.h>

#include <linux/tcp.h>

#include "base/error.h"
#include "serve/http_parts.h"
#include "tcpstate/units.h"
#include "base/clock.h"

/*
 * libmicrohttpd stops accepting at its own limit. This many more than ours, so
 * that a new connection is let in before the one that makes room has gone.
 */
#define SPARE_CONNECTIONS 32
#define LOOK_EACH_MS 500 /* for those who take too long */

struct client {
	TAILQ_ENTRY(client) entry;
	int fd;
	bool cut;             /* shut down; libmicrohttpd closes it as soon as it notices */
	bool asks;            /* a request has begun */
	__u64 since;          /* ns: its request, or what it waits for, began */
	__u64 bytes;          /* received with its last request */
};

TAILQ_HEAD(client_list, client);

struct http {
	char address[LISTEN_TEXT];
	bool loopback;
	int listener;         /* -1: libmicrohttpd has taken it over */
	int stop;             /* eventfd */
	struct http_content content;
	struct MHD_Daemon *daemon;
	pthread_t thread;
	bool started;
	/* Of the thread alone: */
	struct client_list clients; /* the longest without an answer first */
	unsigned int open;          /* of these, not cut */
};

/* ---- clients ------------------------------------------------------------------ */

static void cut(struct http *h, struct client *client)
{
	if (client->cut)
		return;
	client->cut = true;
	h->open--;
	shutdown(client->fd, SHUT_RDWR);
}

static void make_room(struct http *h)
{
	struct client *client;

	TAILQ_FOREACH(client, &h->clients, entry) {
		if (h->open <= HTTP_CONNECTIONS)
			return;
		cut(h, client);
	}
}

static __u64 bytes_received(int fd)
{
	struct tcp_info info = {};
	socklen_t size = sizeof(info);

	return getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &size) ? 0 : info.tcpi_bytes_received;
}

static void came(struct http *h, struct MHD_Connection *connection, void **of_connection)
{
	const union MHD_ConnectionInfo *info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
	struct client *client = calloc(1, sizeof(*client));

	*of_connection = client;
	if (!client || !info) {
		/* Unknown to us it could stay for ever. */
		if (info)
			shutdown(info->connect_fd, SHUT_RDWR);
		free(client);
		*of_connection = NULL;
		return;
	}
	client->fd = info->connect_fd;
	client->since = monotonic_ns();
	client->asks = true; /* the first request counts from here */
	TAILQ_INSERT_TAIL(&h->clients, client, entry);
	h->open++;
	make_room(h);
}

static void went(struct http *h, struct client *client)
{
	if (!client)
		return;
	TAILQ_REMOVE(&h->clients, client, entry);
	h->open -= !client->cut;
	free(client);
}

static void on_connection(void *arg, struct MHD_Connection *connection, void **of_connection,
			  enum MHD_ConnectionNotificationCode what)
{
	if (what == MHD_CONNECTION_NOTIFY_STARTED)
		came(arg, connection, of_connection);
	else
		went(arg, *of_connection);
}

static struct client *client_of(struct MHD_Connection *connection)
{
	const union MHD_ConnectionInfo *info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);

	return info ? info->socket_context : NULL;
}

static void on_completed(void *arg, struct MHD_Connection *connection, void **of_request,
			 enum MHD_RequestTerminationCode code)
{
	struct client *client = client_of(connection);
	struct http *h = arg;

	if (!client || client->cut)
		return;
	client->asks = false;
	client->since = monotonic_ns();
	TAILQ_REMOVE(&h->clients, client, entry);
	TAILQ_INSERT_TAIL(&h->clients, client, entry);
}

/* Before the answer goes out: what comes after it is of the next request. */
static void note_asked(struct client *client)
{
	client->bytes = bytes_received(client->fd);
	if (!client->asks)
		client->since = monotonic_ns();
	client->asks = true;
}

/* GET or HEAD, and no body behind it. */
static bool is_wanted(struct MHD_Connection *connection, const char *method)
{
	return (!strcmp(method, MHD_HTTP_METHOD_GET) || !strcmp(method, MHD_HTTP_METHOD_HEAD)) &&
	       !MHD_lookup_connection_value(connection, MHD_HEADER_KIND, "Content-Length") &&
	       !MHD_lookup_connection_value(connection, MHD_HEADER_KIND, "Transfer-Encoding");
}

/* Unescaping would end a path at a %00 in it. No path of ours has to be escaped. */
static size_t as_it_is(void *arg, struct MHD_Connection *connection, char *text)
{
	return strlen(text);
}

static enum MHD_Result on_request(void *arg, struct MHD_Connection *connection, const char *path, const char *method,
				  const char *version, const char *body, size_t *body_size, void **of_request)
{
	struct client *client = client_of(connection);
	struct http *h = arg;

	if (client)
		note_asked(client);
	/*
	 * An answer to this first call, which comes with the headers, ends the
	 * connection: right for all but a request that is complete with them.
	 */
	if (!*of_request && is_wanted(connection, method)) {
		*of_request = h;
		return MHD_YES;
	}
	return answer(connection, method, path, &h->content, h->loopback);
}

/* ---- time -------------------------------------------------------------------- */

/*
 * A client that waits between two requests asks again from its first byte on;
 * libmicrohttpd tells of a request only when its line is complete.
 */
static void note_request(struct client *client, __u64 now)
{
	if (client->asks || bytes_received(client->fd) == client->bytes)
		return;
	client->asks = true;
	client->since = now;
}

static __u64 deadline_of(const struct client *client)
{
	return client->since + (client->asks ? HTTP_REQUEST_SECONDS : HTTP_IDLE_SECONDS) * NS_PER_SECOND;
}

static void cut_the_late(struct http *h)
{
	__u64 now = monotonic_ns();
	struct client *client;

	TAILQ_FOREACH(client, &h->clients, entry) {
		if (client->cut)
			continue;
		note_request(client, now);
		if (now >= deadline_of(client))
			cut(h, client);
	}
}

static void run(struct http *h, int epoll)
{
	struct pollfd fds[] = { { .fd = h->stop, .events = POLLIN }, { .fd = epoll, .events = POLLIN } };
	__u64 next_look = 0;

	while (!(fds[0].revents & POLLIN)) {
		/* Nobody there: nothing to look after. */
		int timeout = h->open ? LOOK_EACH_MS : -1;
		MHD_UNSIGNED_LONG_LONG urgent;

		if (MHD_get_timeout(h->daemon, &urgent) && (timeout < 0 || urgent < LOOK_EACH_MS))
			timeout = urgent < LOOK_EACH_MS ? urgent : LOOK_EACH_MS;
		if (poll(fds, 2, timeout) < 0 && errno != EINTR)
			break;
		MHD_run(h->daemon);
		if (monotonic_ns() < next_look)
			continue;
		cut_the_late(h);
		next_look = monotonic_ns() + LOOK_EACH_MS * NS_PER_MS;
	}
}

static void *serve(void *arg)
{
	struct http *h = arg;
	const union MHD_DaemonInfo *info = MHD_get_daemon_info(h->daemon, MHD_DAEMON_INFO_EPOLL_FD);

	pthread_setname_np(pthread_self(), "http");
	if (info)
		run(h, info->epoll_fd);
	return NULL;
}

/* ---- begin and end ------------------------------------------------------------- */

int http_open(struct http **http, const char *where)
{
	struct http *h = calloc(1, sizeof(*h));
	int err;

	*http = NULL;
	if (!h)
		return fail(-ENOMEM, "--listen %s: out of memory", where);
	TAILQ_INIT(&h->clients);
	h->stop = eventfd(0, EFD_CLOEXEC);
	h->listener = h->stop < 0 ? fail(-errno, "--listen %s: %s", where, strerror(errno))
				  : listen_at(where, h->address, &h->loopback);
	if (h->listener < 0) {
		err = h->listener;
		http_close(h);
		return err;
	}
	*http = h;
	return 0;
}

const char *http_address(const struct http *h)
{
	return h->address;
}

bool http_is_local(const struct http *h)
{
	return h->loopback;
}

static int start_thread(struct http *h)
{
	sigset_t all, before;
	int err;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	err = pthread_create(&h->thread, NULL, serve, h);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	h->started = !err;
	return -err;
}

int http_serve(struct http *h, const struct http_content *content)
{
	int err;

	h->content = *content;
	h->daemon = MHD_start_daemon(MHD_USE_EPOLL, 0, NULL, NULL, on_request, h,
				     MHD_OPTION_LISTEN_SOCKET, h->listener,
				     MHD_OPTION_CONNECTION_LIMIT, HTTP_CONNECTIONS + SPARE_CONNECTIONS,
				     MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)HTTP_REQUEST_BYTES,
				     MHD_OPTION_CONNECTION_TIMEOUT, HTTP_IDLE_SECONDS + HTTP_REQUEST_SECONDS,
				     MHD_OPTION_STRICT_FOR_CLIENT, 1,
				     MHD_OPTION_UNESCAPE_CALLBACK, as_it_is, NULL,
				     MHD_OPTION_NOTIFY_CONNECTION, on_connection, h,
				     MHD_OPTION_NOTIFY_COMPLETED, on_completed, h, MHD_OPTION_END);
	if (!h->daemon)
		return fail(-EIO, "--listen %s: the HTTP server does not start", h->address);
	h->listener = -1;
	err = start_thread(h);
	return err ? fail(err, "--listen %s: starting the server's thread: %s", h->address, strerror(-err)) : 0;
}

void http_close(struct http *h)
{
	const __u64 one = 1;

	if (!h)
		return;
	if (h->started) {
		if (write(h->stop, &one, sizeof(one)) == sizeof(one))
			pthread_join(h->thread, NULL);
	}
	if (h->daemon)
		MHD_stop_daemon(h->daemon);
	if (h->listener >= 0)
		close(h->listener);
	if (h->stop >= 0)
		close(h->stop);
	free(h);
}
