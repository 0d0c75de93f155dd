// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
#include "top/view.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "flow/filter.h"
#include "base/array.h"

static const char *const grouping_words[TOP_GROUPING_COUNT] = {
#define X(name, word) word,
	TOP_GROUPINGS(X)
#undef X
};

static const char *const column_words[SORT_COUNT] = {
#define X(name, word) word,
	TOP_COLUMNS(X)
#undef X
};

const char *grouping_word(unsigned int grouping)
{
	return grouping_words[grouping % TOP_GROUPING_COUNT];
}

const char *column_word(unsigned int column)
{
	return column_words[column % SORT_COUNT];
}

void view_free(struct top_view *v)
{
	groups_free(&v->groups);
	port_pressure_free(&v->ports);
	half_closed_free(&v->leaks);
	local_host_free(&v->local);
	free(v->order);
	v->order = NULL;
	v->order_count = v->order_room = 0;
}

void view_new_filter(struct top_view *v, const struct filter *filter)
{
	v->filter = filter;
	v->counted_time = 0;
	v->former_known = false;
}

/* ---- groups --------------------------------------------------------------------- */

static struct group_key key_of(const struct top_flow *f, unsigned int grouping)
{
	unsigned int initiator = f->initiator & 1;
	struct group_key key = {};

	memcpy(key.addr[0], f->key.addr[initiator], 16);
	memcpy(key.addr[1], f->key.addr[!initiator], 16);
	if (grouping != TOP_ADDRESSES)
		key.port[1] = f->key.port[!initiator];
	if (grouping == TOP_CONNECTIONS)
		key.port[0] = f->key.port[initiator];
	return key;
}

static int add_to_group(struct top_view *v, const struct top_flow *f)
{
	struct group_key key = key_of(f, v->grouping);
	struct top_group *group = groups_get(&v->groups, &key, sizeof(*group));

	if (!group)
		return -ENOMEM;
	group_add(group, f);
	return 0;
}

static const struct top_group *group_of(const struct top_view *v, __u32 item)
{
	return group_at(&v->groups, item);
}

/* ---- order ----------------------------------------------------------------------- */

static void row_of(const struct top_view *v, __u32 item, struct top_row *row)
{
	const struct top_flow *f;

	if (v->grouping != TOP_CONNECTIONS) {
		*row = (struct top_row){ .sum = *group_of(v, item) };
		return;
	}
	f = &v->sample->flows[item];
	*row = (struct top_row){ .flow = f, .sum = { .key = key_of(f, TOP_CONNECTIONS) } };
	group_add(&row->sum, f);
}

static double value_of(const struct top_view *v, const struct top_group *g)
{
	switch (v->column) {
	case SORT_CONNECTIONS:
		return g->connections;
	case SORT_SEGMENT_RATE:
		return g->new_packets[0] + g->new_packets[1];
	case SORT_BYTE_RATE:
		return g->new_bytes[0] + g->new_bytes[1];
	case SORT_PACKETS:
		return g->packets[0] + g->packets[1];
	case SORT_BYTES:
		return g->bytes[0] + g->bytes[1];
	case SORT_RETRANSMITS:
		return g->retransmits;
	case SORT_STRAYS:
		return g->strays;
	case SORT_AGE:
		return -(double)g->oldest;
	case SORT_IDLE:
		return -(double)g->last_seen;
	default:
		return 0; /* by the addresses, which decide between equals */
	}
}

static int compare_ends(const struct group_key *a, const struct group_key *b, int end)
{
	int order = memcmp(a->addr[end], b->addr[end], 16);

	return order ?: memcmp(&a->port[end], &b->port[end], sizeof(a->port[end]));
}

/* Does a come before b? What is most comes first, of addresses the lowest. */
static bool is_before(const struct top_view *v, const struct top_order *a, const struct top_order *b)
{
	int first = v->column == SORT_RESPONDER, order;
	struct group_key ka, kb;

	if (a->value != b->value)
		return (a->value > b->value) != v->reverse;
	if (v->grouping == TOP_CONNECTIONS) {
		ka = key_of(&v->sample->flows[a->item], TOP_CONNECTIONS);
		kb = key_of(&v->sample->flows[b->item], TOP_CONNECTIONS);
	} else {
		ka = group_of(v, a->item)->key;
		kb = group_of(v, b->item)->key;
	}
	order = compare_ends(&ka, &kb, first) ?: compare_ends(&ka, &kb, !first);
	if (!order) /* of several zones or tunnels */
		return a->item < b->item;
	return (order < 0) != (v->reverse && v->column <= SORT_RESPONDER);
}

static void swap(struct top_order *a, struct top_order *b)
{
	struct top_order c = *a;

	*a = *b;
	*b = c;
}

/* A heap whose first is the last in order. */
static void sift(const struct top_view *v, struct top_order *heap, size_t count, size_t at)
{
	for (;;) {
		size_t child = 2 * at + 1;

		if (child >= count)
			return;
		if (child + 1 < count && is_before(v, &heap[child], &heap[child + 1]))
			child++;
		if (!is_before(v, &heap[at], &heap[child]))
			return;
		swap(&heap[at], &heap[child]);
		at = child;
	}
}

/*
 * The first few of a hundred thousand are what a screen shows: a heap of that
 * many finds them with hardly more than one comparison each of the rest.
 */
void view_sort(struct top_view *v, size_t upto)
{
	if (upto > v->order_count)
		upto = v->order_count;
	if (upto <= v->sorted)
		return;
	for (size_t at = upto / 2; at-- > 0;)
		sift(v, v->order, upto, at);
	for (size_t i = upto; i < v->order_count; i++) {
		if (is_before(v, &v->order[i], &v->order[0])) {
			swap(&v->order[i], &v->order[0]);
			sift(v, v->order, upto, 0);
		}
	}
	for (size_t count = upto; count > 1; count--) {
		swap(&v->order[0], &v->order[count - 1]);
		sift(v, v->order, count - 1, 0);
	}
	v->sorted = upto;
}

void view_row(const struct top_view *v, size_t at, struct top_row *row)
{
	row_of(v, v->order[at].item, row);
}

static int add_to_order(struct top_view *v, __u32 item)
{
	struct top_order *order = ARRAY_ADD(v->order, v->order_count, v->order_room);
	struct top_row row;

	if (!order)
		return -ENOMEM;
	row_of(v, item, &row);
	*order = (struct top_order){ value_of(v, &row.sum), item };
	return 0;
}

/* ---- states ----------------------------------------------------------------------- */

/* The census was that of the look before, if the filter is the same and the sample a new one. */
static void begin_census(struct top_view *v)
{
	if (v->sample->time != v->counted_time) {
		v->former_known = v->counted_time && v->counted_time == v->sample->before &&
				  v->counted_filter == v->filter;
		memcpy(v->former, v->census, sizeof(v->former));
	}
	v->counted_time = v->sample->time;
	v->counted_filter = v->filter;
	memset(v->census, 0, sizeof(v->census));
	v->chosen = 0;
}

double view_change(const struct top_view *v, unsigned int role, unsigned int state, bool *known)
{
	*known = v->former_known && sample_has_rates(v->sample);
	if (!*known)
		return 0;
	return ((double)v->census[role][state] - (double)v->former[role][state]) / sample_seconds(v->sample);
}

double view_entered(const struct top_view *v, unsigned int state)
{
	double rate = 0;

	for (unsigned int from = 0; from < STATE_SLOTS; from++)
		if (from != state)
			rate += COUNTER_RATE(v->sample, transitions[from][state]);
	return rate;
}

/* ---- findings ----------------------------------------------------------------------- */

static void begin_findings(struct top_view *v)
{
	port_pressure_clear(&v->ports);
	half_closed_clear(&v->leaks, half_closed_before(v->sample->time, v->leaks_older_ns));
}

static int add_to_findings(struct top_view *v, const struct top_flow *f)
{
	const struct flow_row row = {
		.key = &f->key,
		.start = f->start,
		.changed = f->changed,
		.wait_since = { f->wait_since[0], f->wait_since[1] },
		.state = { f->state[0], f->state[1] },
		.initiator = f->initiator & 1,
		.local = local_ends_of(&f->key, f->local, &v->local.addresses),
	};
	int err = port_pressure_add(&v->ports, &row);

	return err ?: half_closed_add(&v->leaks, &row, half_closed_ask_whose, (void *)v->whose);
}

static void end_findings(struct top_view *v)
{
	port_pressure_sum(&v->ports, &v->local.ports, v->sample->time, v->two_msl_ns);
	half_closed_sort(&v->leaks);
}

/* ---- all of it ---------------------------------------------------------------------- */

static bool is_chosen(const struct top_view *v, const struct top_flow *f)
{
	const struct flow_numbers numbers = {
		.age_ns = growth(v->sample->time, f->start),
		.idle_ns = growth(v->sample->time, f->last_seen),
		.packets = { f->packets[0], f->packets[1] },
		.bytes = { f->bytes[0], f->bytes[1] },
		.retransmits = { f->retransmits_of[0], f->retransmits_of[1] },
		.strays = f->strays,
		.lifetime_max_ms = f->lifetime_max_ms,
		.by = f->by,
		.how = f->how,
		.cause = f->cause,
	};
	const struct filter_subject subject = {
		.key = &f->key, .state = f->state, .initiator = f->initiator & 1, .type = EVENT_FLOW, .numbers = &numbers,
		.whose = v->whose, .local = local_ends_of(&f->key, f->local, &v->local.addresses),
		.start = f->start, .changed = f->changed,
	};

	return filter_match(v->filter, &subject);
}

static int look_at(struct top_view *v, const struct top_flow *f)
{
	unsigned int initiator = f->initiator & 1;
	int err;

	if (!is_chosen(v, f))
		return 0;
	v->chosen++;
	v->census[0][f->state[initiator]]++;
	v->census[1][f->state[!initiator]]++;
	err = add_to_findings(v, f);
	if (err)
		return err;
	return v->grouping == TOP_CONNECTIONS ? add_to_order(v, f - v->sample->flows) : add_to_group(v, f);
}

int view_make(struct top_view *v, const struct top_sample *sample)
{
	int err = 0;

	v->sample = sample;
	v->order_count = v->sorted = 0;
	groups_clear(&v->groups);
	begin_findings(v);
	begin_census(v);
	for (size_t i = 0; !err && i < sample->count; i++)
		err = look_at(v, &sample->flows[i]);
	for (size_t i = 0; !err && v->grouping != TOP_CONNECTIONS && i < v->groups.count; i++)
		err = add_to_order(v, i);
	if (!err)
		end_findings(v);
	return err;
}
