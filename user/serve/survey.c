// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
#include "serve/survey.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <bpf/bpf.h>

#include "base/clock.h"
#include "base/error.h"
#include "findings/local_host.h"
#include "host/own_connections.h"
#include "kernel/maps.h"
#include "kernel/table.h"
#include "tcpstate/units.h"

/* ---- one walk ------------------------------------------------------------------- */

struct walk {
	const struct whose_source *whose;
	struct local_host host;
	bool asked;           /* own has been read, which is left until it is needed */
	struct own_connections own;
	struct port_pressure ports;
	struct half_closed half;
};

/* Which ends are this machine's own; none where the kernel does not tell. */
static __u8 own_ends(struct walk *walk, const struct flow_key *key)
{
	if (!walk->asked)
		own_connections_read(&walk->own);
	walk->asked = true;
	return (is_own_end(&walk->own, key, 0) ? LOCAL_END_0 : 0) | (is_own_end(&walk->own, key, 1) ? LOCAL_END_1 : 0);
}

static int look_at(void *arg, const struct flow *f, const struct history *h)
{
	struct walk *walk = arg;
	struct flow_row row = flow_row_of(f, h, &walk->host.addresses);
	int err;

	if (waits_at(&row, row.initiator) || half_closed_lingers(&walk->half, &row, 0) ||
	    half_closed_lingers(&walk->half, &row, 1))
		row.own = own_ends(walk, &f->key);
	err = port_pressure_add(&walk->ports, &row);
	return err ?: half_closed_add(&walk->half, &row, half_closed_ask_whose, (void *)walk->whose);
}

static void take_pairs(struct survey_result *result, const struct port_pressure *ports)
{
	result->pair_count = ports->pressed < SURVEY_ROWS ? ports->pressed : SURVEY_ROWS;
	for (int i = 0; i < result->pair_count; i++)
		result->pairs[i] = *port_pair_at(ports, i);
}

static void take_lingering(struct survey_result *result, const struct half_closed *half)
{
	memcpy(result->lingering, half->local_ends, sizeof(result->lingering));
	for (size_t i = 0; i < half->groups.count && result->lingering_count < SURVEY_ROWS; i++)
		if (half_closed_at(half, i)->local)
			result->longest[result->lingering_count++] = *half_closed_at(half, i);
}

static int read_two_msl(const struct maps *maps, __u64 *two_msl_ns)
{
	struct settings settings;
	const __u32 zero = 0;
	int err = bpf_map_lookup_elem(maps->settings, &zero, &settings);

	if (!err)
		*two_msl_ns = settings.timeout_ns[STATE_TIME_WAIT];
	return err;
}

int survey_take(struct survey_result *result, const struct maps *maps, __u32 sets, const struct whose_source *whose)
{
	const __u64 now = monotonic_ns();
	struct walk walk = { .whose = whose };
	__u64 two_msl_ns = 0;
	int err;

	*result = (struct survey_result){ .time = now };
	local_host_read(&walk.host);
	half_closed_clear(&walk.half, half_closed_before(now, SURVEY_OLDER_NS));
	err = read_two_msl(maps, &two_msl_ns);
	err = err ?: table_each(maps, sets, look_at, &walk);
	if (!err) {
		port_pressure_sum(&walk.ports, &walk.host.ports, now, two_msl_ns);
		half_closed_sort(&walk.half);
		take_pairs(result, &walk.ports);
		take_lingering(result, &walk.half);
	}
	port_pressure_free(&walk.ports);
	half_closed_free(&walk.half);
	own_connections_free(&walk.own);
	local_host_free(&walk.host);
	result->cost_ns = monotonic_ns() - now;
	return err;
}

/* ---- the thread ---------------------------------------------------------------------- */

struct survey {
	const struct maps *maps;
	const struct whose_source *whose;
	__u32 sets;
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
		if (!survey_take(&result, s->maps, s->sets, s->whose)) {
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

int survey_start(struct survey **started, const struct maps *maps, __u32 sets, const struct whose_source *whose)
{
	struct survey *s = calloc(1, sizeof(*s));
	int err = -ENOMEM;

	*started = NULL;
	if (s) {
		s->maps = maps;
		s->sets = sets;
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
