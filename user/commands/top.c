// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* top: a running instance live: states, rates, the busiest, the newest strays. */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <time.h>
#include <unistd.h>

#include "commands/command.h"
#include "base/error.h"
#include "flow/filter.h"
#include "options/parser.h"
#include "base/out.h"
#include "tcpstate/units.h"
#include "top/picture.h"
#include "top/keys.h"
#include "top/json.h"
#include "top/screen.h"
#include "top/ui.h"
#include "base/clock.h"

#define SHORTEST_NS (100 * NS_PER_MS)
/* Reading the table takes at most one part in so many of a CPU's time. */
#define AT_MOST_ONE_IN 10
/* The second look comes so soon after the first, as rates need two. */
#define FIRST_NS (500 * NS_PER_MS)
/* How often to see what became of an owner that died. */
#define OWNER_NS (200 * NS_PER_MS)

struct top {
	struct top_ui ui;
	int signal_fd;
	__u64 next;        /* when the next look is due */
	__u64 cpu_before;  /* CPU time of this process at the newest look */
	__u64 looks, count;
	bool json;
	size_t limit;
	struct out out;
	struct wall_clock clock;
};

/* ---- looking ---------------------------------------------------------------------------- */

/* A large table takes a while to read: then the next look comes later. */
static void schedule(struct top *t, __u64 interval)
{
	__u64 least = t->ui.cpu_ns * AT_MOST_ONE_IN;

	t->ui.every_ns = t->ui.interval_ns > least ? t->ui.interval_ns : least;
	t->next = t->ui.sample.time + (interval > least ? interval : least);
}

static __u64 cpu_ns(void)
{
	struct timespec spent;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &spent);
	return spent.tv_sec * NS_PER_SECOND + spent.tv_nsec;
}

static int look(struct top *t)
{
	int err = source_read(&t->ui.source, &t->ui.sample, &t->ui.view);
	__u64 cpu;

	err = err ?: view_make(&t->ui.view, &t->ui.sample);
	cpu = cpu_ns();
	t->ui.cpu_ns = cpu - t->cpu_before;
	t->cpu_before = cpu;
	schedule(t, t->ui.interval_ns);
	t->ui.look_now = false;
	t->looks++;
	return err;
}

/* The first look has no rates: objects start with the second. */
static int print(struct top *t)
{
	if (t->looks < 2)
		return 0;
	wall_clock_refresh(&t->clock);
	top_json(&t->ui, &t->out, &t->clock, t->limit);
	return out_flush(&t->out);
}

static int show(struct top *t)
{
	if (t->json)
		return print(t);
	top_draw(&t->ui);
	return 0;
}

/* ---- waiting ---------------------------------------------------------------------------- */

/* How long, in ms, until something is due without a key or a signal. */
static int patience(const struct top *t)
{
	__u64 now = monotonic_ns(), ns = t->next > now ? t->next - now : 0;

	if (t->ui.look_now)
		return 0;
	if (t->ui.source.fate != OWNER_LIVES && (t->ui.paused || ns > OWNER_NS))
		return OWNER_NS / NS_PER_MS;
	if (t->ui.paused)
		return -1;
	return ns > 3600 * NS_PER_SECOND ? 3600000 : (int)((ns + NS_PER_MS - 1) / NS_PER_MS);
}

/* Signals that end us; not the terminal's end (SIGHUP) if whoever started us had that ignored (nohup). */
static int take_signals(void)
{
	static const int signals[] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGWINCH };
	struct sigaction action;
	sigset_t set;
	int fd;

	sigemptyset(&set);
	for (unsigned int i = 0; i < sizeof(signals) / sizeof(signals[0]); i++)
		sigaddset(&set, signals[i]);
	if (!sigaction(SIGHUP, NULL, &action) && action.sa_handler == SIG_IGN)
		sigdelset(&set, SIGHUP);
	sigprocmask(SIG_BLOCK, &set, NULL);
	fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	return fd < 0 ? fail(-errno, "waiting for signals: %s", strerror(errno)) : fd;
}

/* Whether it was one to end on. */
static bool read_signals(struct top *t)
{
	struct signalfd_siginfo info;
	bool ends = false;

	while (read(t->signal_fd, &info, sizeof(info)) == sizeof(info))
		ends |= info.ssi_signo != SIGWINCH;
	return ends;
}

static int read_keys(struct top *t)
{
	int key, err = 0;

	while (!err && !t->ui.quit && (key = screen_key()) >= 0)
		err = top_key(&t->ui, key);
	return err;
}

enum { FROM_SIGNALS, FROM_KEYS, FROM_OWNER, SOURCES };

/* 0, or negative errno; quit is set where that is the end. */
static int wait_for_something(struct top *t)
{
	struct pollfd fds[SOURCES] = {
		[FROM_SIGNALS] = { t->signal_fd, POLLIN, 0 },
		[FROM_KEYS] = { t->json ? -1 : STDIN_FILENO, POLLIN, 0 },
		[FROM_OWNER] = { t->ui.source.owner_fd, POLLIN, 0 },
	};

	if (poll(fds, SOURCES, patience(t)) < 0 && errno != EINTR)
		return -errno;
	if (fds[FROM_SIGNALS].revents && read_signals(t))
		t->ui.quit = true;
	if (fds[FROM_KEYS].revents & (POLLHUP | POLLERR | POLLNVAL))
		t->ui.quit = true; /* the terminal has gone */
	/* Also after EINTR: the terminal may have been away (Ctrl-Z). */
	return t->json || t->ui.quit ? 0 : read_keys(t);
}

/* ---- the command ------------------------------------------------------------------------- */

static bool is_due(const struct top *t)
{
	return t->ui.look_now || (!t->ui.paused && monotonic_ns() >= t->next);
}

static bool is_done(const struct top *t)
{
	return t->ui.quit || (t->count && t->looks > t->count) || t->ui.source.fate == OWNER_ENDED;
}

static int watch(struct top *t)
{
	int err = look(t);

	if (!t->json)
		schedule(t, t->ui.interval_ns < FIRST_NS ? t->ui.interval_ns : FIRST_NS);
	err = err ?: show(t);
	while (!err && !is_done(t)) {
		bool due;

		err = wait_for_something(t);
		source_owner(&t->ui.source);
		if (err || is_done(t))
			break;
		due = is_due(t);
		if (due)
			err = look(t);
		if (!err && (due || !t->json))
			err = show(t);
	}
	return err;
}

/* What is to be said once the terminal is as it was. */
static int conclude(struct top *t, int err)
{
	const struct running *running = &t->ui.source.running;
	char owner[OWNER_TEXT];

	owner_text(owner, running->instance.pid);
	if (err == -EPIPE)
		return 0; /* head(1) has seen enough */
	if (err)
		return fail(err, t->out.error ? "writing the output: %s" : "reading what the instance knows: %s",
			    strerror(-err));
	if (t->ui.quit || t->ui.source.fate == OWNER_LIVES)
		return 0;
	if (t->ui.source.fate == OWNER_UNKNOWN) {
		notice("the xdp-tcpstate that filled this table (%s) is gone; \"xdp-tcpstate detach\" cleans up",
		       owner);
		return 0;
	}
	if (!faccessat(running->dir_fd, "maps/instance", F_OK, 0))
		return fail(-ESRCH, "the xdp-tcpstate that had its pins in %s (%s) has died, and none has taken them over; \"xdp-tcpstate detach --pin %s\" cleans up",
			    running->dir, owner, running->dir);
	return fail(-ESRCH, "the xdp-tcpstate that had its pins in %s (%s) has ended", running->dir, owner);
}

static int start(struct top *t, const struct options *options)
{
	struct top_ui *ui = &t->ui;
	int err = filter_parse(options->words, FILTER_FLOWS, &ui->filter);

	if (err)
		return err;
	if (strlen(options->words) >= sizeof(ui->filter_text))
		return fail_usage("the FILTER is longer than %zu characters", sizeof(ui->filter_text) - 1);
	strcpy(ui->filter_text, options->words);
	view_new_filter(&ui->view, ui->filter);
	ui->view.grouping = options->grouping;
	ui->view.column = options->sort_column;
	ui->view.leaks_older_ns = options->older_ns;
	ui->interval_ns = options->interval_ns < SHORTEST_NS ? SHORTEST_NS : options->interval_ns;
	t->json = options->json;
	t->count = options->events.count;
	t->limit = options->limit;
	if (out_init(&t->out, STDOUT_FILENO))
		return fail(-ENOMEM, "out of memory while starting");
	wall_clock_init(&t->clock);
	t->cpu_before = cpu_ns();
	t->signal_fd = take_signals();
	return t->signal_fd < 0 ? t->signal_fd : 0;
}

static int run_top(const struct options *options)
{
	struct top *t = calloc(1, sizeof(*t));
	int err;

	if (!t)
		return fail(-ENOMEM, "out of memory while starting");
	t->signal_fd = -1;
	err = start(t, options);
	if (err)
		goto out;
	err = source_open(&t->ui.source, options->pin_dir);
	if (err)
		goto out;
	if (!t->json)
		err = screen_open();
	if (!err) {
		err = watch(t);
		screen_close();
		err = conclude(t, err);
	}
	source_close(&t->ui.source);
	view_free(&t->ui.view);
	sample_free(&t->ui.sample);
out:
	if (t->signal_fd >= 0)
		close(t->signal_fd);
	out_free(&t->out);
	filter_free(t->ui.filter);
	free(t);
	return err;
}

static void top_defaults(struct options *o)
{
	o->interval_ns = NS_PER_SECOND;
	o->older_ns = 60 * NS_PER_SECOND;
	o->sort_column = SORT_SEGMENT_RATE;
	o->grouping = TOP_CONNECTIONS;
}

const struct command top_command = {
	.name = "top",
	.words = "[FILTER]",
	.summary = "a running watch or daemon live: states, rates, the busiest, newest strays",
	.help = "Shows on the terminal, again and again, what a running instance (run, or watch --pin)\n"
		"sees: the states of both ends, what goes by per second, the busiest connections, the\n"
		"newest strays, TIME_WAIT and the ports it keeps, ends left half closed. \"?\" shows the\n"
		"keys. The FILTER chooses among the connections. With --json, which needs no terminal,\n"
		"one object each interval.\n" FILTER_HELP,
	.groups = (const struct option_group *const[]){ &common_options, &top_options, &reader_options, NULL },
	.defaults = top_defaults,
	.run = run_top,
};
