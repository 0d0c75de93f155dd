// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
#include "monitor.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/signalfd.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "attach.h"
#include "dispatch.h"
#include "error.h"
#include "kernel_support.h"
#include "object.h"
#include "options.h"
#include "out.h"
#include "pins.h"
#include "ring.h"
#include "sink.h"
#include "sweep.h"
#include "track.h"
#include "wall_clock.h"

#define DRAIN_MS 50          /* an event waits no longer than this for the terminal */
#define LAST_WORDS_MS 500    /* for a slow reader, once we are to stop */

struct monitor {
	const struct options *options;
	struct sink *sink;
	struct object object;
	struct hooks hooks;
	struct pins pins;
	struct ring ring;
	struct dispatch dispatch;
	int epoll_fd, signal_fd, timer_fd;
	__u64 deadline;      /* 0: none */
	bool stop;           /* asked to */
	bool tick;           /* a second has passed */
	bool more;           /* the ring was not emptied */
};

/* ---- waiting ------------------------------------------------------------- */

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

static int watch_fd(struct monitor *m, int fd)
{
	struct epoll_event event = { .events = EPOLLIN, .data.fd = fd };

	return epoll_ctl(m->epoll_fd, EPOLL_CTL_ADD, fd, &event) ? -errno : 0;
}

static void read_signals(struct monitor *m)
{
	struct signalfd_siginfo info;

	while (read(m->signal_fd, &info, sizeof(info)) == sizeof(info))
		m->stop = true;
}

static void read_timer(struct monitor *m)
{
	__u64 seconds;

	if (read(m->timer_fd, &seconds, sizeof(seconds)) == sizeof(seconds))
		m->tick = true;
}

static int open_waiting(struct monitor *m)
{
	int err;

	m->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
	m->timer_fd = open_timer();
	err = m->epoll_fd < 0 ? -errno : m->timer_fd < 0 ? m->timer_fd : 0;
	err = err ?: watch_fd(m, m->signal_fd);
	err = err ?: watch_fd(m, m->timer_fd);
	err = err ?: watch_fd(m, ring_fd(&m->ring));
	return err ? fail(err, "preparing to wait for events: %s", strerror(-err)) : 0;
}

static int wait_time(const struct monitor *m)
{
	__u64 now;

	if (m->more)
		return 0;
	if (!m->deadline)
		return DRAIN_MS;
	now = monotonic_ns();
	if (now >= m->deadline)
		return 0;
	return m->deadline - now < DRAIN_MS * 1000000ULL ? (m->deadline - now) / 1000000 + 1 : DRAIN_MS;
}

static void wait_for_events(struct monitor *m)
{
	struct epoll_event events[4];
	int n = epoll_wait(m->epoll_fd, events, 4, wait_time(m));

	for (int i = 0; i < n; i++) {
		if (events[i].data.fd == m->signal_fd)
			read_signals(m);
		else if (events[i].data.fd == m->timer_fd)
			read_timer(m);
	}
	if (m->deadline && monotonic_ns() >= m->deadline)
		m->stop = true;
}

/* ---- a second's duties --------------------------------------------------- */

static int sweep(struct monitor *m, bool drain)
{
	int more;

	do {
		more = sweep_step(m->object.programs.tcpstate_sweep);
		if (more < 0)
			return fail(more, "sweeping the flow table: %s", strerror(-more));
		if (drain) {
			int err = ring_drain(&m->ring);

			if (err < 0 || err == DISPATCH_DONE)
				return err;
		}
	} while (more);
	return 0;
}

/* An interface that is gone took its programs along. */
static int check_interfaces(struct monitor *m)
{
	char name[IF_NAMESIZE];
	int left = 0;

	for (int i = 0; i < m->hooks.count; i++) {
		struct hook *hook = &m->hooks.list[i];

		if (!hook->ifindex)
			continue;
		if (if_indextoname(hook->ifindex, name)) {
			left++;
			continue;
		}
		if (!i || m->hooks.list[i - 1].ifindex || strcmp(m->hooks.list[i - 1].ifname, hook->ifname))
			notice("%s: the interface is gone", hook->ifname);
		hook->ifindex = 0;
	}
	return left ? 0 : fail(-ENODEV, "no interface is left to watch");
}

static int on_second(struct monitor *m)
{
	int err = sweep(m, true);

	m->tick = false;
	wall_clock_refresh(m->sink->clock);
	err = err ?: dispatch_lost(&m->dispatch, m->object.maps.counters);
	return err ?: check_interfaces(m);
}

/*
 * For struct out: until the reader takes more. A reader that is stuck must not
 * keep us from a signal, nor flows from expiring; what the ring can't hold
 * meanwhile is counted as lost by the programs.
 */
static int wait_for_reader(void *arg, int fd)
{
	struct monitor *m = arg;

	for (;;) {
		struct pollfd fds[] = {
			{ .fd = fd, .events = POLLOUT },
			{ .fd = m->stop ? -1 : m->signal_fd, .events = POLLIN },
			{ .fd = m->stop ? -1 : m->timer_fd, .events = POLLIN },
		};
		int n = poll(fds, 3, m->stop ? LAST_WORDS_MS : -1);

		if (n < 0 && errno != EINTR)
			return -errno;
		if (fds[0].revents)
			return 0;
		if (n == 0)
			return -ETIMEDOUT;
		if (fds[1].revents)
			read_signals(m);
		if (fds[2].revents) {
			read_timer(m);
			sweep(m, false);
		}
	}
}

/* ---- start, run, end ------------------------------------------------------ */

static void report_ready(const struct monitor *m)
{
	char text[1024] = "watching ";

	for (int i = 0; i < m->hooks.count; i++) {
		const struct hook *hook = &m->hooks.list[i];
		bool same = i && hook->ifindex == m->hooks.list[i - 1].ifindex;
		size_t len = strlen(text);

		snprintf(text + len, sizeof(text) - len, "%s%s%s %s %s", same ? "," : i ? "; " : "",
			 same ? "" : hook->ifname, same ? "" : ":", hook->receive ? "receive" : "transmit",
			 hook_titles[hook->kind]);
	}
	notice("%s. Ctrl-C stops", text);
}

static int start(struct monitor *m, const struct filter *filter, const struct track *track)
{
	int err = check_permission();

	dispatch_init(&m->dispatch, m->sink, filter, m->options);
	if (!err && m->options->pin)
		err = pins_claim(&m->pins, m->options->pin_dir);
	err = err ?: object_load(&m->object, m->options);
	if (!err && track)
		err = track_apply(&m->object.maps, track);
	err = err ?: ring_open(&m->ring, m->object.events, dispatch_record, &m->dispatch);
	err = err ?: open_waiting(m);
	err = err ?: pins_add_object(&m->pins, &m->object);
	err = err ?: attach_all(&m->hooks, m->options, &m->object, &m->pins);
	if (err)
		return err;
	if (m->options->duration_ns)
		m->deadline = monotonic_ns() + m->options->duration_ns;
	report_ready(m);
	m->sink->start(m->sink);
	return out_flush(m->sink->out);
}

static int run(struct monitor *m)
{
	int err = 0;

	while (!m->stop) {
		wait_for_events(m);
		err = ring_drain(&m->ring);
		m->more = err == 1;
		if (err < 0 || err == DISPATCH_DONE)
			break;
		err = m->tick ? on_second(m) : 0;
		err = err ?: out_flush(m->sink->out);
		if (err)
			break;
	}
	return err;
}

/* The programs are off: what they have left in the ring is all there will be. */
static int finish(struct monitor *m)
{
	int err;

	do
		err = ring_drain(&m->ring);
	while (err == 1);
	if (!err)
		err = dispatch_lost(&m->dispatch, m->object.maps.counters);
	return err == DISPATCH_DONE ? 0 : err;
}

/* What ended the output is no failure of ours, unless it is. */
static int report_output(int err)
{
	switch (err) {
	case -EPIPE: /* head(1) has seen enough */
		return 0;
	case -ETIMEDOUT:
		notice("whoever reads the output did not take the rest of it; it is lost");
		return 0;
	default:
		return fail(err, "writing the output: %s", strerror(-err));
	}
}

int monitor_run(const struct options *options, struct sink *sink, const struct filter *filter,
		const struct track *track)
{
	struct monitor m = {
		.options = options, .sink = sink, .pins.dir_fd = -1, .epoll_fd = -1, .timer_fd = -1,
	};
	struct out *out = sink->out;
	int err;

	m.signal_fd = open_signals();
	if (m.signal_fd < 0)
		return fail(m.signal_fd, "preparing for signals: %s", strerror(-m.signal_fd));
	out->wait = wait_for_reader;
	out->wait_arg = &m;

	err = start(&m, filter, track);
	if (!err)
		err = run(&m);
	m.stop = true;
	detach_all(&m.hooks);
	if (!err)
		err = finish(&m);
	if (!out->error)
		out_flush(out);
	if (out->error)
		err = report_output(out->error);

	pins_release(&m.pins);
	ring_close(&m.ring);
	object_close(&m.object);
	out->wait = NULL;
	if (m.timer_fd >= 0)
		close(m.timer_fd);
	if (m.epoll_fd >= 0)
		close(m.epoll_fd);
	close(m.signal_fd);
	return err < 0 ? err : 0;
}
