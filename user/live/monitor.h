/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * A live instance from load to unload: attach, drain, sweep, detach. "watch"
 * is that and no more; "run" has duties beside it.
 */
#ifndef TCPSTATE_USER_LIVE_MONITOR_H
#define TCPSTATE_USER_LIVE_MONITOR_H

#include "events/dispatch.h"
#include "host/link_news.h"
#include "kernel/object.h"
#include "kernel/ring.h"
#include "live/audit.h"
#include "live/choice.h"
#include "live/hook_set.h"
#include "live/opener_walk.h"
#include "live/seeding.h"
#include "live/wakeups.h"
#include "pins/owner.h"

struct filter;
struct monitor;
struct sink;
struct track;

/* What the daemon does at the monitor's stations. Errors are reported ones, and end the monitor. */
struct duties {
	int (*attached)(struct duties *duties, struct monitor *monitor);
	/* Each second, also when the output's reader keeps us waiting. */
	void (*second)(struct duties *duties, struct monitor *monitor);
	/* A hook was lost, or attached again. */
	void (*hooks_changed)(struct duties *duties, struct monitor *monitor);
	void (*hangup)(struct duties *duties, struct monitor *monitor);
	/* Instead of out_flush: what the daemon's output does with an error. */
	int (*flush)(struct duties *duties);
	/* It is about to end, one way or another; maps and hooks are still there. */
	void (*ending)(struct duties *duties, struct monitor *monitor);
};

struct monitor {
	struct live_choice choice; /* keep_attached may change by a reload, and what the pointers lead to */
	struct sink *sink;
	struct duties *duties;   /* NULL: watch */
	struct object object;
	struct hooks hooks;
	struct pins pins;
	struct ring ring;
	struct dispatch dispatch;
	struct wakeups wakeups;
	struct netlink_watch links;
	struct seeding seeding;
	struct audit audit;
	struct opener_walk whose;
	bool adopted;            /* goes on with what a dead instance left */
	bool links_changed;
	bool more;               /* the ring was not emptied */
	unsigned int seconds;
};

/*
 * Runs until a signal, --count, --duration, or the reader of the output goes
 * away. track may be NULL: everything. 0 or a reported error; either way the
 * interfaces are left as they were found. With duties it goes on with what a
 * dead instance left pinned, waits for interfaces that are gone, and may leave
 * the programs attached (--keep-attached; or when it can't start, those it found).
 */
int monitor_run(const struct live_choice *choice, struct sink *sink, const struct filter *filter,
		const struct track *track, struct duties *duties);

#endif
