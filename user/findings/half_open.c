// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/*
 * Sockets are read before the table, and again behind it, so that what opens
 * or closes meanwhile is not taken for half open: what is said of a socket
 * must hold in both readings.
 */
#include "findings/half_open.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "findings/flow_row.h"
#include "findings/look.h"
#include "findings/watched_addresses.h"

#define FOREVER (~0ULL)
/* The third goes out 1.4 s after the first segment, or more. */
#define SILENT_RETRANSMITS 3

struct search {
	struct look *look;
	struct local_ends ends;
	struct socket_list again;
	struct watched_addresses watched;
	bool *has_flow;             /* by index in ends.sockets */
	__u64 older;
	struct half_open_list *result;
};

static const char *const names[] = {
#define X(name, label, text) label,
	HALF_OPENS(X)
#undef X
};

static const char *const texts[] = {
#define X(name, label, text) text,
	HALF_OPENS(X)
#undef X
};

const char *half_open_name(enum half_open_kind kind)
{
	return names[kind];
}

const char *half_open_text(enum half_open_kind kind)
{
	return texts[kind];
}

static int add(struct half_open_list *result, const struct half_open *half)
{
	struct half_open *place = ARRAY_ADD(result->list, result->count, result->room);

	if (!place)
		return -ENOMEM;
	*place = *half;
	return 0;
}

/* An end that has a socket, on Linux: with SYN cookies SYN_RECEIVED has none, and one in TIME_WAIT may be recycled. */
static bool is_live(unsigned int state)
{
	switch (state) {
	case STATE_SYN_SENT:
	case STATE_ESTABLISHED:
	case STATE_FIN_WAIT_1:
	case STATE_FIN_WAIT_2:
	case STATE_CLOSE_WAIT:
	case STATE_CLOSING:
	case STATE_LAST_ACK:
		return true;
	default:
		return false;
	}
}

static bool is_over(unsigned int state)
{
	return state == STATE_CLOSED || state == STATE_TIME_WAIT;
}

static __u64 ms_or_forever(__u32 ms)
{
	return ms == QUIET_UNKNOWN ? FOREVER : ms * 1000000ULL;
}

static int add_of_flow(struct search *s, const struct flow *f, struct half_open *half, const struct local_socket *socket)
{
	const struct whose_life life = whose_life_of(f);

	if (half->for_ns <= s->older)
		return 0;
	local_end_whose(&s->ends, &life, half->end, socket, &half->whose);
	return add(s->result, half);
}

/* The local end of a flow and its socket, if there is one: do they agree? */
static int compare(struct search *s, const struct flow *f, unsigned int end, const struct local_socket *socket)
{
	struct half_open half = {
		.flow = f->id, .key = f->key, .end = end, .wire = f->state[end],
		.for_ns = s->look->now > f->changed ? s->look->now - f->changed : 0,
	};

	s->result->compared++;
	if (!socket) {
		half.kind = HALF_OPEN_SOCKET_GONE;
		return is_live(half.wire) ? add_of_flow(s, f, &half, NULL) : 0;
	}
	half.kernel = socket->state;
	half.retransmits = socket->retransmits;
	if (is_over(half.wire) && is_live(half.kernel)) {
		half.kind = HALF_OPEN_CLOSED_ON_WIRE;
		return add_of_flow(s, f, &half, socket);
	}
	half.kind = HALF_OPEN_PEER_SILENT;
	half.for_ns = ms_or_forever(socket->heard_ms);
	return socket->retransmits >= SILENT_RETRANSMITS ? add_of_flow(s, f, &half, socket) : 0;
}

static int look_at(void *arg, const struct flow *f, const struct history *h)
{
	struct search *s = arg;
	bool chosen = filter_match_flow(s->look->filter, f, h, s->look->now, &s->look->whose.source);
	const __u8 local = local_ends_of(&f->key, f->local, &s->ends.host.addresses);
	int err = 0;

	for (unsigned int end = 0; !err && end < 2; end++) {
		const struct local_socket *socket = sockets_find(&s->ends.sockets, &f->key, end);

		if (socket)
			s->has_flow[socket - s->ends.sockets.list] = true;
		if (chosen && (socket || local >> end & 1))
			err = compare(s, f, end, socket);
	}
	return err;
}

/* A socket of an interface that is watched, without a flow. */
static int look_at_socket(struct search *s, const struct local_socket *socket)
{
	const __u64 uptime = s->look->now - s->look->running.instance.started_ns;
	struct half_open half = {
		.kind = HALF_OPEN_UNSEEN, .kernel = socket->state, .retransmits = socket->retransmits, .for_ns = FOREVER,
	};
	/* Nobody has counted its segments: what a FILTER asks of those is unknown. */
	const struct filter_subject subject = {
		.key = &half.key, .state = (const __u8[2]){ socket->state, 0 }, .type = EVENT_FLOW,
		.whose = &s->look->whose.source, .local = LOCAL_END_0,
	};
	const __u64 quiet = ms_or_forever(socket->quiet_ms);

	memcpy(half.key.addr, socket->addr, sizeof(half.key.addr));
	memcpy(half.key.port, socket->port, sizeof(half.key.port));
	if (!is_live(socket->state) || !is_path_watched(&s->watched, socket->addr[0], socket->addr[1]) ||
	    !filter_match(s->look->filter, &subject))
		return 0;
	if (quiet == FOREVER || quiet + s->older > uptime) {
		s->result->idle++;
		return 0;
	}
	local_end_whose(&s->ends, NULL, 0, socket, &half.whose);
	return add(s->result, &half);
}

static int look_at_sockets(struct search *s)
{
	int err = 0;

	/* What is not tracked has no flow by rights. */
	if (s->watched.chosen)
		return 0;
	for (size_t i = 0; !err && i < s->ends.sockets.count; i++)
		if (!s->has_flow[i])
			err = look_at_socket(s, &s->ends.sockets.list[i]);
	return err;
}

/* Only what the second reading says as well. */
static void confirm(struct search *s)
{
	struct half_open_list *result = s->result;
	size_t kept = 0;

	for (size_t i = 0; i < result->count; i++) {
		const struct half_open *half = &result->list[i];
		const struct local_socket *socket = sockets_find(&s->again, &half->key, half->end);

		if ((socket ? socket->state : 0) == half->kernel)
			result->list[kept++] = *half;
	}
	result->count = kept;
}

static int by_kind(const void *one, const void *other)
{
	const struct half_open *a = one, *b = other;

	if (a->kind != b->kind)
		return a->kind < b->kind ? -1 : 1;
	if (a->for_ns != b->for_ns)
		return a->for_ns > b->for_ns ? -1 : 1;
	return memcmp(&a->key, &b->key, sizeof(a->key));
}

int halfopen_collect(struct look *l, __u64 older, struct half_open_list *result)
{
	struct search search = { .look = l, .older = older, .result = result };
	int err;

	*result = (struct half_open_list){};
	err = local_ends_read(l, &search.ends);
	if (err || !search.ends.known)
		return err;
	search.has_flow = calloc(search.ends.sockets.count + 1, sizeof(*search.has_flow));
	err = search.has_flow ? watched_addresses_read(l, &search.watched) : -ENOMEM;
	/* All flows are looked at: a socket whose flow the filter does not choose has one all the same. */
	err = err ?: table_each(&l->running.maps, l->running.instance.sets, look_at, &search);
	err = err ?: look_at_sockets(&search);
	if (!err && local_sockets_read(l, &search.again)) {
		result->known = true;
		confirm(&search);
	}
	if (err || !result->known)
		halfopen_free(result);
	if (result->count)
		qsort(result->list, result->count, sizeof(*result->list), by_kind);
	sockets_free(&search.again);
	watched_addresses_free(&search.watched);
	free(search.has_flow);
	local_ends_free(&search.ends);
	return err;
}

void halfopen_free(struct half_open_list *result)
{
	free(result->list);
	result->list = NULL;
	result->count = result->room = 0;
}
