// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
#include "base/clock.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/out.h"
#include "tcpstate/units.h"

static __u64 clock_ns(clockid_t id)
{
	struct timespec t;

	clock_gettime(id, &t);
	return t.tv_sec * NS_PER_SECOND + t.tv_nsec;
}

__u64 monotonic_ns(void)
{
	return clock_ns(CLOCK_MONOTONIC);
}

__u32 kernel_tick_ns(void)
{
	struct timespec tick;

	return clock_getres(CLOCK_MONOTONIC_COARSE, &tick) ? 0 : tick.tv_nsec;
}

/* The two clocks can't be read at one instant: take the tightest of a few tries. */
static __s64 measure_offset(void)
{
	__u64 tightest = ~0ULL;
	__s64 offset = 0;

	for (int i = 0; i < 8; i++) {
		__u64 before = monotonic_ns();
		__u64 real = clock_ns(CLOCK_REALTIME);
		__u64 after = monotonic_ns();

		if (after - before < tightest) {
			tightest = after - before;
			offset = real - (before + (after - before) / 2);
		}
	}
	return offset;
}

void wall_clock_init(struct wall_clock *clock)
{
	*clock = (struct wall_clock){ .offset = measure_offset(), .utc_second = ~0ULL, .local_second = ~0ULL };
}

void wall_clock_of_capture(struct wall_clock *clock)
{
	*clock = (struct wall_clock){ .utc_second = ~0ULL, .local_second = ~0ULL };
}

/*
 * NTP slews both clocks alike, so the offset changes only when the wall clock
 * is stepped. What is smaller than this is noise of the measurement; following
 * it would let consecutive events go backwards.
 */
#define STEP_NS 100000

bool wall_clock_refresh(struct wall_clock *clock)
{
	__s64 offset = measure_offset();

	if (llabs(offset - clock->offset) <= STEP_NS)
		return false;
	clock->offset = offset;
	return true;
}

void wall_clock_follow(struct wall_clock *clock, __s64 offset)
{
	if (llabs(offset - clock->offset) <= STEP_NS)
		clock->offset = offset;
}

void out_timestamp(struct out *out, struct wall_clock *clock, __u64 monotonic)
{
	__u64 real = monotonic + clock->offset;
	__u64 second = real / NS_PER_SECOND;

	if (second != clock->utc_second) {
		time_t t = second;
		struct tm tm;

		gmtime_r(&t, &tm);
		strftime(clock->utc, sizeof(clock->utc), "%Y-%m-%dT%H:%M:%S", &tm);
		clock->utc_second = second;
	}
	out_bytes(out, clock->utc, 19);
	out_char(out, '.');
	out_digits(out, real % NS_PER_SECOND, 9);
	out_char(out, 'Z');
}

void out_time_of_day(struct out *out, struct wall_clock *clock, __u64 monotonic)
{
	__u64 real = monotonic + clock->offset;
	__u64 second = real / NS_PER_SECOND;

	if (second != clock->local_second) {
		time_t t = second;
		struct tm tm;

		localtime_r(&t, &tm);
		strftime(clock->local, sizeof(clock->local), "%H:%M:%S", &tm);
		clock->local_second = second;
	}
	out_bytes(out, clock->local, 8);
	out_char(out, '.');
	out_digits(out, real % NS_PER_SECOND / 1000, 6);
}

void date_text(char text[11], const struct wall_clock *clock, __u64 monotonic)
{
	time_t t = (monotonic + clock->offset) / NS_PER_SECOND;
	struct tm tm;

	localtime_r(&t, &tm);
	strftime(text, 11, "%Y-%m-%d", &tm);
}

int duration_text(char text[DURATION_TEXT], __u64 ns)
{
	__u64 s = ns / NS_PER_SECOND;

	if (s < 10)
		return snprintf(text, DURATION_TEXT, "%llu.%llus", s, ns % NS_PER_SECOND / 100000000);
	if (s < 60)
		return snprintf(text, DURATION_TEXT, "%llus", s);
	if (s < 3600)
		return snprintf(text, DURATION_TEXT, "%llum%02llus", s / 60, s % 60);
	if (s < 86400)
		return snprintf(text, DURATION_TEXT, "%lluh%02llum", s / 3600, s % 3600 / 60);
	return snprintf(text, DURATION_TEXT, "%llud%02lluh", s / 86400, s % 86400 / 3600);
}
