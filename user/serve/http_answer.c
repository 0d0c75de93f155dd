// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* What the HTTP server answers: a table of paths, and the headers around it. */
#include <errno.h>
#include <string.h>
#include <strings.h>

#include "serve/http_parts.h"
#include "base/out.h"

#define TEXT_PLAIN "text/plain; charset=utf-8"

/* The page for people, made from page/index.html. */
extern const char page_html[];
extern const unsigned int page_html_size;

/* To a browser: do not guess types, do not be framed, tell no other site where you were. */
static const struct header {
	const char *name, *value;
} every_answer[] = {
	{ "X-Content-Type-Options", "nosniff" },
	{ "X-Frame-Options", "DENY" },
	{ "Referrer-Policy", "no-referrer" },
	{ "Cross-Origin-Resource-Policy", "same-origin" },
	{ "Cache-Control", "no-store" },
};

/* All that the page needs is in it; from elsewhere it only fetches its own server's data. */
#define PAGE_POLICY                                                                           \
	"default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; "         \
	"img-src data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
#define NOTHING_POLICY "default-src 'none'; frame-ancestors 'none'"

static enum MHD_Result send_answer(struct MHD_Connection *connection, unsigned int status, const char *type,
				   const char *policy, struct MHD_Response *response)
{
	enum MHD_Result done = MHD_NO;

	if (!response)
		return MHD_NO;
	for (size_t i = 0; i < sizeof(every_answer) / sizeof(every_answer[0]); i++)
		if (!MHD_add_response_header(response, every_answer[i].name, every_answer[i].value))
			goto out;
	if (MHD_add_response_header(response, "Content-Type", type) &&
	    MHD_add_response_header(response, "Content-Security-Policy", policy) &&
	    (status != MHD_HTTP_METHOD_NOT_ALLOWED || MHD_add_response_header(response, "Allow", "GET, HEAD")))
		done = MHD_queue_response(connection, status, response);
out:
	MHD_destroy_response(response);
	return done;
}

/* text: one that stays where it is. */
static enum MHD_Result refuse(struct MHD_Connection *connection, unsigned int status, const char *text)
{
	return send_answer(connection, status, TEXT_PLAIN, NOTHING_POLICY,
			   MHD_create_response_from_buffer(strlen(text), (void *)text, MHD_RESPMEM_PERSISTENT));
}

/* What fill() has to say; the response takes its memory over. */
static enum MHD_Result send_out(struct MHD_Connection *connection, const char *type, struct out *out, int err)
{
	struct MHD_Response *response;

	err = err ?: out->error;
	if (err) {
		out_free(out);
		return refuse(connection, MHD_HTTP_SERVICE_UNAVAILABLE, "the counters can't be read just now\n");
	}
	response = MHD_create_response_from_buffer(out->len, out->data, MHD_RESPMEM_MUST_FREE);
	if (!response)
		out_free(out);
	return send_answer(connection, MHD_HTTP_OK, type, NOTHING_POLICY, response);
}

/* ---- the paths --------------------------------------------------------------- */

static const char *header_of(struct MHD_Connection *connection, const char *name)
{
	return MHD_lookup_connection_value(connection, MHD_HEADER_KIND, name);
}

static enum MHD_Result send_page(struct MHD_Connection *connection, const struct http_content *content)
{
	return send_answer(connection, MHD_HTTP_OK, "text/html; charset=utf-8", PAGE_POLICY,
			   MHD_create_response_from_buffer(page_html_size, (void *)page_html,
							   MHD_RESPMEM_PERSISTENT));
}

static enum MHD_Result send_metrics(struct MHD_Connection *connection, const struct http_content *content)
{
	bool openmetrics = wants_openmetrics(header_of(connection, "Accept"));
	struct out out;
	int err = out_init(&out, -1);

	err = err ?: content->metrics(content->arg, &out, openmetrics);
	return send_out(connection, openmetrics ? "application/openmetrics-text; version=1.0.0; charset=utf-8"
						: "text/plain; version=0.0.4; charset=utf-8", &out, err);
}

static enum MHD_Result send_summary(struct MHD_Connection *connection, const struct http_content *content)
{
	struct out out;
	int err = out_init(&out, -1);

	err = err ?: content->summary(content->arg, &out);
	return send_out(connection, "application/json", &out, err);
}

static const struct {
	const char *path;
	enum MHD_Result (*send)(struct MHD_Connection *connection, const struct http_content *content);
} paths[] = {
	{ "/", send_page },
	{ "/metrics", send_metrics },
	{ "/api/summary", send_summary },
};

static enum MHD_Result count_host(void *arg, enum MHD_ValueKind kind, const char *name, const char *value)
{
	*(unsigned int *)arg += !strcasecmp(name, "Host");
	return MHD_YES;
}

/* RFC 9112 3.2: with two, one of them may be for the eyes of something in between. */
static bool has_two_hosts(struct MHD_Connection *connection)
{
	unsigned int count = 0;

	MHD_get_connection_values(connection, MHD_HEADER_KIND, count_host, &count);
	return count > 1;
}

enum MHD_Result answer(struct MHD_Connection *connection, const char *method, const char *path,
		       const struct http_content *content, bool only_literal_hosts)
{
	const char *host = header_of(connection, "Host");

	if (has_two_hosts(connection))
		return refuse(connection, MHD_HTTP_BAD_REQUEST, "more than one Host header\n");
	if (strcmp(method, MHD_HTTP_METHOD_GET) && strcmp(method, MHD_HTTP_METHOD_HEAD))
		return refuse(connection, MHD_HTTP_METHOD_NOT_ALLOWED, "only GET and HEAD are answered\n");
	if (only_literal_hosts && host && !is_address_or_localhost(host))
		return refuse(connection, MHD_HTTP_MISDIRECTED_REQUEST,
			      "this server listens on loopback only: ask for it by that address, or as localhost\n");
	for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++)
		if (!strcmp(path, paths[i].path))
			return paths[i].send(connection, content);
	return refuse(connection, MHD_HTTP_NOT_FOUND, "there are /, /metrics and /api/summary\n");
}
