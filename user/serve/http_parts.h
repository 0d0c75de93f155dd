/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* What the parts of the HTTP server have of each other; others want http.h. */
#ifndef TCPSTATE_USER_SERVE_HTTP_PARTS_H
#define TCPSTATE_USER_SERVE_HTTP_PARTS_H

#include <stdbool.h>
#include <stddef.h>

#include <microhttpd.h>

#include "serve/http.h"

#define LISTEN_TEXT 64 /* [address]:port and a zero */

/*
 * http_listen.c: a listening socket, its address as text, and whether only
 * this machine reaches it. fd or a reported error.
 */
int listen_at(const char *where, char address[LISTEN_TEXT], bool *loopback);

/* http_accept.c: does this Accept header (NULL: there is none) want OpenMetrics 1.0.0 rather than the text format? */
bool wants_openmetrics(const char *accept);

/* http_accept.c: is this Host header an IP address or localhost, with or without a port? */
bool is_address_or_localhost(const char *host);

/* http_answer.c: queue the answer to a request. only_literal_hosts: see http.h. */
enum MHD_Result answer(struct MHD_Connection *connection, const char *method, const char *path,
		       const struct http_content *content, bool only_literal_hosts);

#endif
