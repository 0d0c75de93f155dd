// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
#include "top/source.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <bpf/bpf.h>

#include "base/error.h"
#include "host/netns.h"
#include "pins/holder.h"
#include "kernel/table.h"
#include "kernel/counter_sums.h"
#include "tcpstate/units.h"
#include "base/clock.h"

#define STATUS_EVERY_NS (5 * NS_PER_SECOND)
#define ADOPTED_WITHIN_NS (15 * NS_PER_SECOND) /* who manages services restarts them, and programs take a while to load */

/* ---- the owner ------------------------------------------------------------------ */

static void watch_owner(struct top_source *s)
{
	s->owner_fd = pins_owner_pidfd(s->running.dir_fd);
}

static bool has_ended(int pidfd)
{
	struct pollfd poll_fd = { .fd = pidfd, .events = POLLIN };

	return poll(&poll_fd, 1, 0) > 0;
}

/* Who adopts the maps writes itself into them. */
static bool is_adopted(struct top_source *s)
{
	struct instance instance;

	unsigned int pid = pins_owner(s->running.dir_fd);

	if (!pid || instance_read(s->running.maps.instance, &instance) ||
	    instance.adoptions == s->running.instance.adoptions)
		return false;
	instance.pid = pid;
	s->running.instance = instance;
	return true;
}

enum owner_fate source_owner(struct top_source *s)
{
	if (s->fate == OWNER_LIVES && s->owner_fd >= 0 && has_ended(s->owner_fd)) {
		close(s->owner_fd);
		s->owner_fd = -1;
		s->fate = OWNER_GONE;
		s->gone_since = monotonic_ns();
	}
	if ((s->fate == OWNER_GONE || s->fate == OWNER_UNKNOWN) && is_adopted(s)) {
		watch_owner(s);
		s->fate = OWNER_LIVES;
		whose_look_close(&s->whose); /* that one has its own */
	}
	/* One that can't be seen from here can't be watched, but takes its pins away. */
	if ((s->fate != OWNER_LIVES || s->owner_fd < 0) && faccessat(s->running.dir_fd, "maps/instance", F_OK, 0))
		s->fate = OWNER_ENDED;
	if (s->fate == OWNER_GONE && monotonic_ns() > s->gone_since + ADOPTED_WITHIN_NS)
		s->fate = OWNER_ENDED;
	return s->fate;
}

/* ---- what seldom changes ---------------------------------------------------------- */

/* The addresses and port range of the namespace that is watched, anew with each look at the table: both can change. */
static void read_local_host(struct top_source *s, struct top_view *view)
{
	int left = running_enter_netns(&s->running);

	if (left < 0)
		return;
	local_host_free(&view->local);
	local_host_read(&view->local);
	netns_leave(left);
}

static void ignore(void *arg, const char *text, int at)
{
}

/* What goes wrong there goes wrong with the next read of the table, too, and is told then. */
static void refresh_status(struct top_source *s, __u64 now)
{
	if (now - s->status_time < STATUS_EVERY_NS)
		return;
	s->status_time = now;
	messages_to(ignore, NULL);
	status_gather(s->status, &s->running);
	messages_to(NULL, NULL);
}

/* ---- all of it -------------------------------------------------------------------- */

int source_open(struct top_source *s, const char *dir)
{
	int err;

	*s = (struct top_source){ .owner_fd = -1, .fate = OWNER_UNKNOWN };
	s->status = calloc(1, sizeof(*s->status));
	if (!s->status)
		return fail(-ENOMEM, "out of memory while starting");
	err = running_open(&s->running, dir);
	if (err) {
		free(s->status);
		return err;
	}
	s->status_time = monotonic_ns();
	err = status_gather(s->status, &s->running);
	if (err) {
		source_close(s);
		return err;
	}
	if (s->running.alive) {
		watch_owner(s);
		s->fate = OWNER_LIVES;
	}
	return 0;
}

void source_close(struct top_source *s)
{
	if (s->owner_fd >= 0)
		close(s->owner_fd);
	whose_look_close(&s->whose);
	running_close(&s->running);
	free(s->status);
}

static int add_flow(void *arg, const struct flow *flow, const struct history *history)
{
	return sample_add(arg, flow, history);
}

int source_read(struct top_source *s, struct top_sample *sample, struct top_view *view)
{
	__u64 now = monotonic_ns();
	struct counters counters;
	int err = sample_begin(sample, now);

	if (err)
		return err;
	read_local_host(s, view);
	whose_look_open(&s->whose, &s->running, false);
	s->whose.own = &view->local.addresses;
	view->whose = &s->whose.source;
	view->two_msl_ns = running_timeout(&s->running, STATE_TIME_WAIT);
	if (s->fate == OWNER_LIVES) /* of one that is gone the hooks may be, too */
		refresh_status(s, now);
	err = tally_read(s->running.maps.counters, &counters);
	err = err ?: table_each(&s->running.maps, s->running.instance.sets, add_flow, sample);
	sample_end(sample, &counters);
	s->read_ns = monotonic_ns() - now;
	return err;
}

__u64 losses_of(const struct counters *c)
{
	__u64 sum = c->passed_over[PASSED_TABLE_FULL] + c->count[COUNT_EVICTED_UNCONFIRMED] +
		    c->count[COUNT_EVICTED_CLOSING] + c->count[COUNT_EVICTED_CONFIRMED];

	for (unsigned int reason = 0; reason < LOST_COUNT; reason++)
		for (unsigned int type = 0; type < EVENT_TYPES; type++)
			sum += c->lost[reason][type];
	return sum;
}
