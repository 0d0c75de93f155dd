// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
#include "flow/flow_order.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/error.h"
#include "flow/flow_numbers.h"

static const struct {
	const char *word;
	bool largest_first;
} columns[FLOW_COLUMN_COUNT] = {
#define X(name, text, largest) [FLOW_COLUMN_##name] = { text, largest },
	FLOW_COLUMNS(X)
#undef X
};

/* ---- from text ------------------------------------------------------------ */

static int unknown_column(const char *text, const char *name)
{
	const char *names[FLOW_COLUMN_COUNT] = {};
	const char *near;
	char list[160] = "";

	for (unsigned int i = 1; i < FLOW_COLUMN_COUNT; i++) {
		size_t len = strlen(list);

		names[i - 1] = columns[i].word;
		snprintf(list + len, sizeof(list) - len, "%s%s", len ? ", " : "", columns[i].word);
	}
	near = nearest(name, names);
	if (near)
		return fail_usage("--sort %s: there is no column %s; did you mean %s?", text, name, near);
	return fail_usage("--sort %s: expected one of %s; with - before it or :asc or :desc behind it, that way round", text,
			  list);
}

int flow_order_parse(const char *text, struct flow_order *order)
{
	bool reverse = *text == '-';
	const char *colon = strchr(text, ':');
	char name[32];

	snprintf(name, sizeof(name), "%.*s", (int)(colon ? colon - text : (long)strlen(text)) - reverse, text + reverse);
	for (unsigned int i = 1; i < FLOW_COLUMN_COUNT; i++) {
		if (strcmp(columns[i].word, name))
			continue;
		*order = (struct flow_order){ i, columns[i].largest_first != reverse };
		if (!colon)
			return 0;
		if (reverse || (strcmp(colon, ":asc") && strcmp(colon, ":desc")))
			return fail_usage("--sort %s: the way round is told once: -%s, %s:asc or %s:desc", text, name, name, name);
		order->largest_first = colon[1] == 'd';
		return 0;
	}
	return unknown_column(text, name);
}

/* ---- which comes first ------------------------------------------------------ */

/* The numbers of states are the kernel's: here in the order of a connection's life. */
static unsigned int place_in_life(unsigned int state)
{
	static const __u8 places[STATE_SLOTS] = {
		[STATE_LISTEN] = 1, [STATE_SYN_SENT] = 2, [STATE_SYN_RECEIVED] = 3, [STATE_ESTABLISHED] = 4,
		[STATE_FIN_WAIT_1] = 5, [STATE_FIN_WAIT_2] = 6, [STATE_CLOSE_WAIT] = 7, [STATE_CLOSING] = 8,
		[STATE_LAST_ACK] = 9, [STATE_TIME_WAIT] = 10, [STATE_CLOSED] = 11,
	};

	return places[state % STATE_SLOTS];
}

static __u64 value_of(const struct flow_list *list, const struct flow *f, const struct history *h)
{
	const unsigned int initiator = f->initiator & 1;
	struct flow_numbers n;

	flow_numbers(&n, f, h, list->now);
	switch (list->order.column) {
	case FLOW_COLUMN_STATE:
		return place_in_life(f->state[initiator]) * STATE_SLOTS + place_in_life(f->state[!initiator]);
	case FLOW_COLUMN_AGE:
	case FLOW_COLUMN_DURATION:
		return n.age_ns;
	case FLOW_COLUMN_IDLE:
		return n.idle_ns;
	case FLOW_COLUMN_PACKETS:
		return n.packets[0] + n.packets[1];
	case FLOW_COLUMN_BYTES:
		return n.bytes[0] + n.bytes[1];
	case FLOW_COLUMN_RETRANSMITS:
		return n.retransmits[0] + n.retransmits[1];
	case FLOW_COLUMN_STRAYS:
		return n.strays;
	case FLOW_COLUMN_LIFETIME:
		return n.lifetime_max_ms;
	default:
		return 0;
	}
}

static int compare_ends(const struct flow *a, const struct flow *b, unsigned int role)
{
	unsigned int of_a = (a->initiator & 1) ^ role, of_b = (b->initiator & 1) ^ role;
	int order = memcmp(a->key.addr[of_a], b->key.addr[of_b], 16);

	return order ?: memcmp(&a->key.port[of_a], &b->key.port[of_b], sizeof(a->key.port[0]));
}

/* By addresses, and at last by the flow's id, so that equals have one order. */
static int compare_flows(const struct flow *a, const struct flow *b, unsigned int first)
{
	int order = compare_ends(a, b, first) ?: compare_ends(a, b, !first);

	return order ?: (a->id > b->id) - (a->id < b->id);
}

static bool is_before(const struct flow_order *order, const struct flow_place *a, const struct flow_place *b)
{
	bool addresses = order->column == FLOW_COLUMN_INITIATOR || order->column == FLOW_COLUMN_RESPONDER;
	int compared;

	if (a->value != b->value)
		return (a->value > b->value) == order->largest_first;
	compared = compare_flows(&a->flow, &b->flow, order->column == FLOW_COLUMN_RESPONDER);
	return addresses && order->largest_first ? compared > 0 : compared < 0;
}

/* ---- the first so many: a heap whose first is the last in order ---------------- */

static void swap(struct flow_place *a, struct flow_place *b)
{
	struct flow_place c = *a;

	*a = *b;
	*b = c;
}

static void sift_up(struct flow_list *l, size_t at)
{
	for (; at && is_before(&l->order, &l->rows[(at - 1) / 2], &l->rows[at]); at = (at - 1) / 2)
		swap(&l->rows[(at - 1) / 2], &l->rows[at]);
}

static void sift_down(struct flow_list *l, size_t count)
{
	for (size_t at = 0;;) {
		size_t child = 2 * at + 1;

		if (child >= count)
			return;
		if (child + 1 < count && is_before(&l->order, &l->rows[child], &l->rows[child + 1]))
			child++;
		if (!is_before(&l->order, &l->rows[at], &l->rows[child]))
			return;
		swap(&l->rows[at], &l->rows[child]);
		at = child;
	}
}

int flow_list_add(struct flow_list *l, const struct flow *f, const struct history *h)
{
	struct flow_place *row, fresh = { .flow = *f, .history = *h };

	l->offered++;
	if (!l->order.column && l->limit && l->count == l->limit)
		return 0;
	fresh.value = l->order.column ? value_of(l, f, h) : 0;
	if (l->limit && l->count == l->limit) {
		if (is_before(&l->order, &fresh, &l->rows[0])) {
			l->rows[0] = fresh;
			sift_down(l, l->count);
		}
		return 0;
	}
	row = ARRAY_ADD(l->rows, l->count, l->room);
	if (!row)
		return -ENOMEM;
	*row = fresh;
	if (l->order.column)
		sift_up(l, l->count - 1);
	return 0;
}

void flow_list_finish(struct flow_list *l)
{
	if (!l->order.column)
		return;
	for (size_t count = l->count; count > 1; count--) {
		swap(&l->rows[0], &l->rows[count - 1]);
		sift_down(l, count - 1);
	}
}

void flow_list_free(struct flow_list *l)
{
	free(l->rows);
	l->rows = NULL;
	l->count = l->room = 0;
}
