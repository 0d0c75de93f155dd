// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
#include "live/wakeups.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/signalfd.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "base/error.h"
#include "pins/owner.h"
#include "base/clock.h"
#include "tcpstate/units.h"

#define LAST_WORDS_MS 500    /* for a slow reader, once we are to stop */

/* Signals arrive through a descriptor: none can end us half attached. */
static int open_signals(void)
{
	sigset_t set;
	int fd;

	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGHUP);
	sigprocmask(SIG_BLOCK, &set, NULL);
	fd = signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
	return fd < 0 ? -errno : fd;
}

static int open_timer(void)
{
	const struct itimerspec second = { .it_interval = { .tv_sec = 1 }, .it_value = { .tv_sec = 1 } };
	int fd = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);

	if (fd < 0 || timerfd_settime(fd, 0, &second, NULL))
		return -errno;
	return fd;
}

int wakeups_open(struct wakeups *w, bool hangup_stops)
{
	int err = 0;

	*w = (struct wakeups){ .hangup_stops = hangup_stops, .timer_fd = -1, .epoll_fd = -1 };
	w->signal_fd = open_signals();
	if (w->signal_fd < 0)
		return fail(w->signal_fd, "preparing for signals: %s", strerror(-w->signal_fd));
	w->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
	if (w->epoll_fd < 0)
		err = fail(-errno, "preparing to wait for events: %s", strerror(errno));
	if (!err && (w->timer_fd = open_timer()) < 0)
		err = fail(w->timer_fd, "preparing a timer: %s", strerror(-w->timer_fd));
	err = err ?: wakeups_add(w, w->signal_fd);
	return err ?: wakeups_add(w, w->timer_fd);
}

void wakeups_close(struct wakeups *w)
{
	if (w->timer_fd >= 0)
		close(w->timer_fd);
	if (w->epoll_fd >= 0)
		close(w->epoll_fd);
	if (w->signal_fd >= 0)
		close(w->signal_fd);
}

int wakeups_add(struct wakeups *w, int fd)
{
	struct epoll_event event = { .events = EPOLLIN, .data.fd = fd };

	if (!epoll_ctl(w->epoll_fd, EPOLL_CTL_ADD, fd, &event))
		return 0;
	return fail(-errno, "preparing to wait for events: %s", strerror(errno));
}

static void read_signals(struct wakeups *w)
{
	struct signalfd_siginfo info;

	while (read(w->signal_fd, &info, sizeof(info)) == sizeof(info)) {
		if (info.ssi_signo == SIGHUP && !w->hangup_stops) {
			w->hangup = true;
			continue;
		}
		w->stop = true;
		if (info.ssi_code == SI_QUEUE && info.ssi_int == SIGNAL_TAKE_DOWN)
			w->take_down = true;
	}
}

static void read_timer(struct wakeups *w)
{
	__u64 seconds;

	if (read(w->timer_fd, &seconds, sizeof(seconds)) == sizeof(seconds))
		w->tick = true;
}

/* ms, or what is left until the deadline. */
static int until_deadline(const struct wakeups *w, int ms)
{
	__u64 now = monotonic_ns();

	if (!w->deadline)
		return ms;
	if (now >= w->deadline)
		return 0;
	return w->deadline - now < ms * NS_PER_MS ? (int)((w->deadline - now) / NS_PER_MS) + 1 : ms;
}

void wakeups_await(struct wakeups *w, int ms)
{
	struct epoll_event events[4];
	int n = epoll_wait(w->epoll_fd, events, 4, until_deadline(w, ms));

	for (int i = 0; i < n; i++) {
		if (events[i].data.fd == w->signal_fd)
			read_signals(w);
		else if (events[i].data.fd == w->timer_fd)
			read_timer(w);
		else
			w->news = true;
	}
	if (w->deadline && monotonic_ns() >= w->deadline)
		w->stop = true;
}

int wakeups_await_writer(struct wakeups *w, int fd)
{
	bool stop = w->stop;
	struct pollfd fds[] = {
		{ .fd = fd, .events = POLLOUT },
		{ .fd = stop ? -1 : w->signal_fd, .events = POLLIN },
		{ .fd = stop ? -1 : w->timer_fd, .events = POLLIN },
	};
	int n = poll(fds, 3, stop ? LAST_WORDS_MS : -1);

	if (n < 0)
		return errno == EINTR ? -EAGAIN : -errno;
	if (fds[0].revents)
		return 0;
	if (n == 0)
		return -ETIMEDOUT;
	if (fds[1].revents)
		read_signals(w);
	if (fds[2].revents)
		read_timer(w);
	return -EAGAIN;
}
