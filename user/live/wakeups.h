/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* What the monitor's loop waits for: signals, the second, and descriptors that become readable. */
#ifndef TCPSTATE_USER_LIVE_WAKEUPS_H
#define TCPSTATE_USER_LIVE_WAKEUPS_H

#include <stdbool.h>

#include <linux/types.h>

struct wakeups {
	int epoll_fd, signal_fd, timer_fd;
	__u64 deadline;      /* when to stop, CLOCK_MONOTONIC; 0: never */
	bool hangup_stops;   /* SIGHUP is a signal to end like others */
	/* What has come; who acts on it clears it. */
	bool stop;           /* asked to end */
	bool take_down;      /* and to leave nothing behind (SIGNAL_TAKE_DOWN) */
	bool hangup;         /* SIGHUP */
	bool tick;           /* a second has passed */
	bool news;           /* of another descriptor than the signals' and the timer's */
};

/* From here on signals wait for us. 0 or a reported error. */
int wakeups_open(struct wakeups *wakeups, bool hangup_stops);
void wakeups_close(struct wakeups *wakeups);

/* A descriptor to wake up for, too. 0 or a reported error. */
int wakeups_add(struct wakeups *wakeups, int fd);

/* Until something has come, at most that many ms. */
void wakeups_await(struct wakeups *wakeups, int ms);

/* Until fd can be written to. 0 or negative errno; -EAGAIN: a signal or the second has come first; see to it, and wait again. */
int wakeups_await_writer(struct wakeups *wakeups, int fd);

#endif
