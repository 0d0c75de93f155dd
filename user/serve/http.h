/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * The daemon's HTTP server, on a thread of its own:
 *
 *   GET /             the page for people
 *   GET /metrics      for Prometheus: OpenMetrics where it is asked for, else the text format
 *   GET /api/summary  JSON, for the page and for scripts
 *
 * It answers GET and HEAD, and nothing else. Whoever is slow, or never says
 * what it wants, is in nobody's way: a request has HTTP_REQUEST_SECONDS
 * altogether, however its bytes trickle in and its answer out; and where
 * HTTP_CONNECTIONS are open, a new one takes the place of the oldest. Bound to
 * loopback, it answers only those who call it by an address or as localhost,
 * so that no web site can have a browser read it (DNS rebinding). Of two Host
 * headers none is believed.
 */
#ifndef TCPSTATE_USER_SERVE_HTTP_H
#define TCPSTATE_USER_SERVE_HTTP_H

#include <stdbool.h>

struct out;
struct http;

#define HTTP_LISTEN "127.0.0.1:9436" /* unless told otherwise */

#define HTTP_CONNECTIONS 128
#define HTTP_REQUEST_SECONDS 10      /* from the first byte asked to the last byte answered */
#define HTTP_IDLE_SECONDS 90         /* between two requests */
#define HTTP_REQUEST_BYTES (16 << 10) /* of a request: its line, its headers */

/* Called on the server's thread: append the answer to out. 0 or negative errno: the client is told to try later. */
struct http_content {
	int (*metrics)(void *arg, struct out *out, bool openmetrics);
	int (*summary)(void *arg, struct out *out);
	void *arg;
};

/*
 * Listen at ADDRESS:PORT, [ADDRESS]:PORT, localhost:PORT; PORT alone: at
 * 127.0.0.1; :PORT: at all addresses. Port 0: one that is free. Connections
 * wait until http_serve. 0 or a reported error.
 */
int http_open(struct http **http, const char *listen);

/* Where it listens: "127.0.0.1:9436". */
const char *http_address(const struct http *http);

/* Does nobody but this machine reach it? */
bool http_is_local(const struct http *http);

/* Start to answer, on a thread that takes no signals. 0 or a reported error. */
int http_serve(struct http *http, const struct http_content *content);

/* Ends the thread if there is one, and all connections. NULL is harmless. */
void http_close(struct http *http);

#endif
