// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
#include "commands/report_printer.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "flow/address.h"
#include "base/error.h"
#include "base/text_grid.h"
#include "flow/json_parts.h"
#include "host/netns.h"
#include "options/parser.h"
#include "base/style.h"
#include "base/clock.h"

int report_begin(struct report *r, const char *name, const struct options *options)
{
	int err;

	*r = (struct report){ .name = name, .options = options, .colour = wants_colour(STDOUT_FILENO) };
	err = filter_parse(options->words, &r->filter);
	if (err)
		return err;
	err = running_open(&r->running, options->pin_dir);
	if (err)
		goto out_filter;
	err = out_init(&r->out, STDOUT_FILENO);
	if (err) {
		fail(err, "out of memory while starting");
		goto out_running;
	}
	r->now = monotonic_ns();
	r->two_msl_ns = running_timeout(&r->running, STATE_TIME_WAIT);
	return 0;

out_running:
	running_close(&r->running);
out_filter:
	filter_free(r->filter);
	return err;
}

int report_end(struct report *r, int err)
{
	err = err ?: out_flush(&r->out);
	if (err == -EPIPE)
		err = 0; /* head(1) has seen enough */
	else if (err)
		fail(err, r->out.error ? "writing the output: %s" : "reading what the instance knows: %s", strerror(-err));
	if (!err && !r->running.alive)
		notice("the xdp-tcpstate that filled this table (pid %u) is gone; \"xdp-tcpstate detach\" cleans up",
		       r->running.instance.pid);
	out_free(&r->out);
	running_close(&r->running);
	filter_free(r->filter);
	return err;
}

/* ---- what there is to read ------------------------------------------------ */

struct walk {
	const struct filter *filter;
	table_visit *visit;
	void *arg;
};

static int visit_chosen(void *arg, const struct flow *f, const struct history *h)
{
	const struct filter_subject subject = { &f->key, f->state, f->initiator & 1 };
	struct walk *walk = arg;

	return filter_match(walk->filter, &subject) ? walk->visit(walk->arg, f, h) : 0;
}

int report_flows(struct report *r, table_visit *visit, void *arg)
{
	struct walk walk = { r->filter, visit, arg };

	return table_each(&r->running.maps, r->running.instance.sets, visit_chosen, &walk);
}

static int take_netns(void *arg, const struct pinned_hook *hook)
{
	*(__u64 *)arg = hook->netns;
	return 1;
}

int report_in_netns(struct report *r, int (*read)(void *arg), void *arg)
{
	__u64 netns = 0;
	int left, err;

	running_hooks(r->running.dir_fd, take_netns, &netns);
	if (!netns)
		return -ENOENT;
	left = netns_enter(netns, r->running.alive ? r->running.instance.pid : 0);
	if (left < 0)
		return left;
	err = read(arg);
	netns_leave(left);
	return err;
}

/* ---- text ------------------------------------------------------------------ */

void report_heading(struct report *r, const char *format, ...)
{
	char text[256];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	if (r->begun)
		out_char(&r->out, '\n');
	r->begun = true;
	out_cell(&r->out, text, strlen(text), 0, STYLE_BOLD, r->colour);
	out_char(&r->out, '\n');
}

size_t report_limit(const struct report *r, size_t total)
{
	return total < r->options->limit ? total : r->options->limit;
}

int report_grid(struct report *r, struct grid *grid, size_t shown, size_t total)
{
	int err = grid_print(grid, &r->out, r->colour);

	if (shown < total)
		out_format(&r->out, "... and %zu more (--limit %zu shows them)\n", total - shown, total);
	return err;
}

/* ---- JSON ------------------------------------------------------------------ */

void report_row(struct report *r, const char *row)
{
	LITERAL(&r->out, "{\"report\":");
	out_word(&r->out, r->name);
	LITERAL(&r->out, ",\"row\":");
	out_word(&r->out, row);
}

void report_row_end(struct report *r)
{
	LITERAL(&r->out, "}\n");
	out_line(&r->out);
}

void report_endpoint(struct out *out, const char *key, const __u8 addr[16], __be16 port)
{
	char address[ADDRESS_TEXT];

	LITERAL(out, ",\"");
	out_text(out, key);
	LITERAL(out, "\":{\"addr\":\"");
	out_bytes(out, address, address_text(address, addr));
	number_or_null(out, "\",\"port\":", ntohs(port), port);
	out_char(out, '}');
}
