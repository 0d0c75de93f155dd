// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
#include "serve/metrics_source.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <bpf/bpf.h>

#include "serve/summary_json.h"
#include "kernel/maps.h"
#include "kernel/counter_sums.h"
#include "tcpstate/units.h"
#include "base/clock.h"

/* ---- told by the loop ------------------------------------------------------------ */

/* Once: the start must not move with each adjustment of the clock. */
static __u64 unix_time_of(__u64 monotonic)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	return now.tv_sec * NS_PER_SECOND + now.tv_nsec - (monotonic_ns() - monotonic);
}

void metrics_source_init(struct metrics_source *s, const struct maps *maps, const struct instance *instance,
			 struct survey *survey)
{
	memset(s, 0, sizeof(*s));
	s->counters_fd = maps->counters;
	s->instance = *instance;
	s->instance.version[sizeof(s->instance.version) - 1] = 0;
	s->started_unix_ns = unix_time_of(instance->started_ns);
	s->survey = survey;
	pthread_mutex_init(&s->lock, NULL);
}

void metrics_source_program(struct metrics_source *s, const char *name, int fd)
{
	if (fd >= 0 && s->program_count < METRICS_PROGRAMS)
		s->programs[s->program_count++] = (struct metrics_program){ .name = name, .fd = fd };
}

void metrics_source_hooks(struct metrics_source *s, const struct metrics_hook *hooks, int count)
{
	if (count > METRICS_HOOKS)
		count = METRICS_HOOKS;
	pthread_mutex_lock(&s->lock);
	memcpy(s->hooks, hooks, count * sizeof(*hooks));
	s->hook_count = count;
	pthread_mutex_unlock(&s->lock);
}

void metrics_source_log(struct metrics_source *s, const struct log_counts *counts)
{
	pthread_mutex_lock(&s->lock);
	s->log = *counts;
	pthread_mutex_unlock(&s->lock);
}

void metrics_source_audit(struct metrics_source *s, const struct audit_counts *counts)
{
	pthread_mutex_lock(&s->lock);
	s->audit = *counts;
	pthread_mutex_unlock(&s->lock);
}

void metrics_source_reattached(struct metrics_source *s)
{
	pthread_mutex_lock(&s->lock);
	s->reattachments++;
	pthread_mutex_unlock(&s->lock);
}

/* ---- read by a scrape -------------------------------------------------------------- */

static void read_program(struct metrics_program *program)
{
	struct bpf_prog_info info = {};
	__u32 size = sizeof(info);

	if (bpf_obj_get_info_by_fd(program->fd, &info, &size))
		return;
	program->runs = info.run_cnt;
	program->run_ns = info.run_time_ns;
}

/*
 * The programs count a segment, and then perhaps as one of the fast path: in
 * between, the difference has one too many, which it must not lose again, for
 * a counter that falls is taken for one that began anew.
 */
static __u64 slow_segments(struct metrics_source *s, const struct counters *c)
{
	__u64 slow = c->count[COUNT_SEGMENTS] - c->count[COUNT_FAST];

	if ((__s64)(slow - s->slow) > 0)
		s->slow = slow;
	return s->slow;
}

int metrics_source_read(struct metrics_source *s, struct metrics *m)
{
	int err;

	memset(m, 0, sizeof(*m));
	m->now = monotonic_ns();
	m->started_unix_ns = s->started_unix_ns;
	m->instance = s->instance;
	m->peers = s->peers;
	err = tally_read(s->counters_fd, &m->counters);
	if (err)
		return err;
	m->slow = slow_segments(s, &m->counters);
	memcpy(m->lost, m->counters.lost, sizeof(m->counters.lost));
	memcpy(m->programs, s->programs, sizeof(m->programs));
	m->program_count = s->program_count;
	for (int i = 0; i < m->program_count; i++)
		read_program(&m->programs[i]);
	if (s->survey)
		survey_read(s->survey, &m->survey);

	pthread_mutex_lock(&s->lock);
	m->log = s->log;
	m->audit = s->audit;
	memcpy(m->lost[LOST_IN_WRITING], s->log.lost, sizeof(s->log.lost));
	memcpy(m->hooks, s->hooks, s->hook_count * sizeof(s->hooks[0]));
	m->hook_count = s->hook_count;
	m->reattachments = s->reattachments;
	pthread_mutex_unlock(&s->lock);
	return 0;
}

/* ---- served ---------------------------------------------------------------------- */

static int serve(struct metrics_source *s, struct out *out,
		 void (*write)(struct out *out, const struct metrics *m, bool openmetrics), bool openmetrics)
{
	struct metrics *m = malloc(sizeof(*m));
	int err = m ? metrics_source_read(s, m) : -ENOMEM;

	if (!err)
		write(out, m, openmetrics);
	free(m);
	return err;
}

static int serve_metrics(void *arg, struct out *out, bool openmetrics)
{
	return serve(arg, out, metrics_text, openmetrics);
}

static void write_summary(struct out *out, const struct metrics *m, bool openmetrics)
{
	api_summary(out, m);
}

static int serve_summary(void *arg, struct out *out)
{
	return serve(arg, out, write_summary, false);
}

struct http_content metrics_content(struct metrics_source *s)
{
	return (struct http_content){ .metrics = serve_metrics, .summary = serve_summary, .arg = s };
}
