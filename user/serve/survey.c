// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
#include "serve/survey.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "flow/address.h"
#include "base/error.h"
#include "kernel/maps.h"
#include "host/own_connections.h"
#include "host/port_range.h"
#include "kernel/table.h"
#include "tcpstate/units.h"
#include "base/clock.h"

/* ---- one walk: what there is, each on its own ---------------------------------- */

struct list {
	char *items;
	size_t count, room, size;
};

struct walk {
	struct survey_result *result;
	const struct port_range *local_ports; /* of clients on this machine */
	__u64 then;           /* half closed since before that: lingers */
	bool asked;           /* own has been read, which is left until it is needed */
	struct own_connections own;
	struct list pairs;    /* struct pressed_pair */
	struct list lingering; /* struct lingering */
};

static int add(struct list *list, const void *item)
{
	if (list->count == list->room) {
		size_t room = list->room ? 2 * list->room : 256;
		void *items = realloc(list->items, room * list->size);

		if (!items)
			return -ENOMEM;
		list->items = items;
		list->room = room;
	}
	memcpy(list->items + list->count++ * list->size, item, list->size);
	return 0;
}

static bool is_local(const struct flow *f, unsigned int end)
{
	return f->local >> end & 1 || address_is_loopback(f->key.addr[end]);
}

/* Where the kernel does not tell, nothing is. */
static bool is_own(struct walk *walk, const struct flow_key *key, unsigned int end)
{
	if (!walk->asked)
		own_connections_read(&walk->own);
	walk->asked = true;
	return is_own_end(&walk->own, key, end);
}

static int add_pair(struct walk *walk, const struct flow *f)
{
	unsigned int client = f->initiator & 1;
	struct pressed_pair pair = { .port = f->key.port[!client], .waiting = 1 };

	memcpy(pair.client, f->key.addr[client], 16);
	memcpy(pair.server, f->key.addr[!client], 16);
	pair.ports = ports_in(client_ports(is_local(f, client), walk->local_ports));
	pair.own = is_own(walk, &f->key, client) || is_own(walk, &f->key, !client);
	walk->result->waiting++;
	return add(&walk->pairs, &pair);
}

static int add_lingering(struct walk *walk, const struct flow *f, unsigned int end)
{
	struct lingering one = {
		.state = f->state[end], .since = f->changed, .count = 1, .own = is_own(walk, &f->key, end),
	};

	memcpy(one.local, f->key.addr[end], 16);
	if (end == (f->initiator & 1u)) {
		memcpy(one.peer, f->key.addr[!end], 16);
		one.peer_port = f->key.port[!end];
	} else {
		one.local_port = f->key.port[end];
	}
	walk->result->lingering[one.state]++;
	return add(&walk->lingering, &one);
}

static bool lingers(const struct walk *walk, const struct flow *f, unsigned int end)
{
	return (f->state[end] == STATE_CLOSE_WAIT || f->state[end] == STATE_FIN_WAIT_2) && f->changed <= walk->then &&
	       is_local(f, end);
}

static int look_at(void *arg, const struct flow *f, const struct history *h)
{
	struct walk *walk = arg;
	int err = 0;

	if (f->state[f->initiator & 1] == STATE_TIME_WAIT)
		err = add_pair(walk, f);
	for (unsigned int end = 0; !err && end < 2; end++)
		if (lingers(walk, f, end))
			err = add_lingering(walk, f, end);
	return err;
}

/* ---- those of one key together, and the first of them --------------------------- */

/* Who knows of one connection between the two knows them both. */
#define PAIR_KEY offsetof(struct pressed_pair, own)
#define LINGERING_KEY offsetof(struct lingering, since)

static int by_pair(const void *one, const void *other)
{
	return memcmp(one, other, PAIR_KEY);
}

/* By the part of the range that waits: the products compare as the ratios do. */
static int fullest_first(const void *one, const void *other)
{
	const struct pressed_pair *a = one, *b = other;
	__u64 of_a = (__u64)a->waiting * b->ports, of_b = (__u64)b->waiting * a->ports;

	if (of_a != of_b)
		return of_a > of_b ? -1 : 1;
	return by_pair(one, other);
}

static void merge_pair(void *into, const void *from)
{
	struct pressed_pair *to = into;
	const struct pressed_pair *of = from;

	to->waiting += of->waiting;
	to->own |= of->own;
}

static int by_end(const void *one, const void *other)
{
	return memcmp(one, other, LINGERING_KEY);
}

static int oldest_first(const void *one, const void *other)
{
	const struct lingering *a = one, *b = other;

	if (a->since != b->since)
		return a->since < b->since ? -1 : 1;
	return by_end(one, other);
}

static void merge_lingering(void *into, const void *from)
{
	struct lingering *to = into;
	const struct lingering *of = from;

	to->count += of->count;
	to->own |= of->own;
	if (of->since < to->since)
		to->since = of->since;
}

typedef int order(const void *one, const void *other);

/* The first SURVEY_ROWS groups into rows; returns how many. */
static int group(struct list *list, order *by_key, void (*merge)(void *into, const void *from), order *first,
		 void *rows)
{
	size_t kept = 0;

	if (!list->count)
		return 0;
	qsort(list->items, list->count, list->size, by_key);
	for (size_t i = 1; i < list->count; i++) {
		char *last = list->items + kept * list->size, *item = list->items + i * list->size;

		if (by_key(last, item))
			memmove(list->items + ++kept * list->size, item, list->size);
		else
			merge(last, item);
	}
	qsort(list->items, ++kept, list->size, first);
	if (kept > SURVEY_ROWS)
		kept = SURVEY_ROWS;
	memcpy(rows, list->items, kept * list->size);
	return kept;
}

int survey_take(struct survey_result *result, const struct maps *maps, __u32 sets, const struct port_range *local)
{
	__u64 now = monotonic_ns();
	struct walk walk = {
		.result = result,
		.local_ports = local,
		.then = now > SURVEY_OLDER_NS ? now - SURVEY_OLDER_NS : 0,
		.pairs.size = sizeof(struct pressed_pair),
		.lingering.size = sizeof(struct lingering),
	};
	int err;

	*result = (struct survey_result){ .time = now };
	err = table_each(maps, sets, look_at, &walk);
	if (!err) {
		result->pair_count = group(&walk.pairs, by_pair, merge_pair, fullest_first, result->pairs);
		result->lingering_count = group(&walk.lingering, by_end, merge_lingering, oldest_first, result->longest);
	}
	free(walk.pairs.items);
	free(walk.lingering.items);
	own_connections_free(&walk.own);
	result->cost_ns = monotonic_ns() - now;
	return err;
}

/* ---- the thread ---------------------------------------------------------------------- */

struct survey {
	const struct maps *maps;
	__u32 sets;
	struct port_range local;
	pthread_t thread;
	pthread_mutex_t lock;  /* of what follows */
	pthread_cond_t end;
	bool ending;
	struct survey_result result;
};

/* When to take the next one. */
static __u64 next_after(const struct survey_result *result)
{
	__u64 pause = result->cost_ns * SURVEY_SHARE;

	return result->time + (pause > SURVEY_EVERY_NS ? pause : SURVEY_EVERY_NS);
}

/* False: it is time to end. */
static bool wait_until(struct survey *s, __u64 time)
{
	const struct timespec until = { time / NS_PER_SECOND, time % NS_PER_SECOND };
	bool ending;

	pthread_mutex_lock(&s->lock);
	while (!s->ending && !pthread_cond_timedwait(&s->end, &s->lock, &until))
		;
	ending = s->ending;
	pthread_mutex_unlock(&s->lock);
	return !ending;
}

static void *survey(void *arg)
{
	struct survey *s = arg;
	struct survey_result result;

	pthread_setname_np(pthread_self(), "survey");
	do {
		/* One that failed is not told: the age of the newest says so. */
		if (!survey_take(&result, s->maps, s->sets, &s->local)) {
			pthread_mutex_lock(&s->lock);
			s->result = result;
			pthread_mutex_unlock(&s->lock);
		}
	} while (wait_until(s, next_after(&result)));
	return NULL;
}

static int start_thread(struct survey *s)
{
	pthread_condattr_t clock;
	sigset_t all, before;
	int err;

	pthread_condattr_init(&clock);
	pthread_condattr_setclock(&clock, CLOCK_MONOTONIC);
	pthread_cond_init(&s->end, &clock);
	pthread_condattr_destroy(&clock);
	pthread_mutex_init(&s->lock, NULL);
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	err = pthread_create(&s->thread, NULL, survey, s);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return -err;
}

int survey_start(struct survey **started, const struct maps *maps, __u32 sets)
{
	struct survey *s = calloc(1, sizeof(*s));
	int err = -ENOMEM;

	*started = NULL;
	if (s) {
		s->maps = maps;
		s->sets = sets;
		port_range_read(&s->local);
		err = start_thread(s);
	}
	if (err) {
		free(s);
		return fail(err, "starting the thread that surveys the table: %s", strerror(-err));
	}
	*started = s;
	return 0;
}

void survey_read(struct survey *s, struct survey_result *result)
{
	pthread_mutex_lock(&s->lock);
	*result = s->result;
	pthread_mutex_unlock(&s->lock);
}

void survey_stop(struct survey *s)
{
	if (!s)
		return;
	pthread_mutex_lock(&s->lock);
	s->ending = true;
	pthread_cond_signal(&s->end);
	pthread_mutex_unlock(&s->lock);
	pthread_join(s->thread, NULL);
	free(s);
}
