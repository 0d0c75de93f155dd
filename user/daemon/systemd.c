// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
#include "daemon/systemd.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>

#include <systemd/sd-daemon.h>

#include "base/clock.h"
#include "tcpstate/units.h"

#define STATUS_MAX 512

/* A line break would begin a variable of its own. */
static void keep_to_one_line(char *text)
{
	for (; *text; text++)
		if (iscntrl((unsigned char)*text))
			*text = ' ';
}

void service_ready(const char *status)
{
	char line[STATUS_MAX];

	snprintf(line, sizeof(line), "%s", status);
	keep_to_one_line(line);
	sd_notifyf(0, "READY=1\nSTATUS=%s", line);
}

void service_status(const char *format, ...)
{
	char line[STATUS_MAX];
	va_list args;

	va_start(args, format);
	vsnprintf(line, sizeof(line), format, args);
	va_end(args);
	keep_to_one_line(line);
	sd_notifyf(0, "STATUS=%s", line);
}

/* The time tells systemd (Type=notify-reload) which of several reloads a READY ends. */
void service_reloading(void)
{
	sd_notifyf(0, "RELOADING=1\nMONOTONIC_USEC=%llu", monotonic_ns() / NS_PER_US);
}

void service_stopping(void)
{
	sd_notify(0, "STOPPING=1");
}

#define NEXT_CALL_US 1250000

void service_alive(void)
{
	static uint64_t told_us;
	uint64_t limit_us, now_us = monotonic_ns() / NS_PER_US;

	if (sd_watchdog_enabled(0, &limit_us) <= 0)
		return;
	/* Never more than half the limit apart from WatchdogSec=3 on: the next call comes in a second, or a little later. */
	if (told_us && now_us - told_us + NEXT_CALL_US <= limit_us / 2)
		return;
	told_us = now_us;
	sd_notify(0, "WATCHDOG=1");
}
