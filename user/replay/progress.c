// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
#include "replay/progress.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "tcpstate/units.h"
#include "base/clock.h"

#define LARGE (50ULL << 20)
#define WIDTH 30
#define PACKETS_A_LOOK 8192      /* at the clock */
#define PERIOD_NS 100000000ULL

struct progress *progress_start(struct progress *p, __u64 size, bool prints)
{
	/* Output to the same terminal shows by itself that it goes on. */
	if (size < LARGE || !isatty(STDERR_FILENO) || (prints && isatty(STDOUT_FILENO)))
		return NULL;
	*p = (struct progress){ .size = size, .started = monotonic_ns() };
	return p;
}

void progress_show(struct progress *p, __u64 read, __u64 packets)
{
	char line[160], bar[WIDTH + 1] = "", left[DURATION_TEXT] = "?";
	__u64 now, elapsed, done;
	int n;

	if (packets - p->packets < PACKETS_A_LOOK)
		return;
	p->packets = packets;
	now = monotonic_ns();
	if (now - (p->shown ?: p->started) < PERIOD_NS)
		return;
	p->shown = now;
	elapsed = now - p->started;
	if (read > p->size)
		p->size = read; /* it grows */
	done = read * WIDTH / p->size;
	memset(bar, '.', WIDTH);
	memset(bar, '#', done);
	duration_text(left, (double)elapsed / read * (p->size - read));
	n = snprintf(line, sizeof(line), "\r[%s] %3llu %%  %llu packets, %llu a second, %s left\033[K", bar,
		     read * 100 / p->size, packets, packets * NS_PER_SECOND / elapsed, left);
	n = write(STDERR_FILENO, line, n); /* if it can't be shown, it is not missed */
}

void progress_end(struct progress *p)
{
	static const char clear[] = "\r\033[K";
	ssize_t n = p && p->shown ? write(STDERR_FILENO, clear, sizeof(clear) - 1) : 0;

	(void)n;
}
