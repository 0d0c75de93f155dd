/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* Wall-clock time from the kernel programs' CLOCK_MONOTONIC. */
#ifndef TCPSTATE_USER_BASE_CLOCK_H
#define TCPSTATE_USER_BASE_CLOCK_H

#include <stdbool.h>

#include <linux/types.h>

struct out;

struct wall_clock {
	__s64 offset;       /* CLOCK_REALTIME - CLOCK_MONOTONIC, ns */
	__u64 utc_second;   /* that utc[] is of */
	__u64 local_second; /* that local[] is of */
	char utc[20];       /* 2026-11-20T09:30:00 */
	char local[9];      /* 09:30:00 */
};

void wall_clock_init(struct wall_clock *clock);

/* A capture's times are the wall clock's already: nothing is added to them. */
void wall_clock_of_capture(struct wall_clock *clock);

/* Takes over a wall clock that was set since, and says so; call about once a second. */
bool wall_clock_refresh(struct wall_clock *clock);

/* Tells times with the offset that another has told them with, unless the wall clock was stepped since. */
void wall_clock_follow(struct wall_clock *clock, __s64 offset);

/* CLOCK_MONOTONIC, ns. */
__u64 monotonic_ns(void);

/* How far the kernel's coarse clock steps at once, which is a jiffy: ns; 0: it does not say. */
__u32 kernel_tick_ns(void);

/* RFC 3339, UTC, nanoseconds: 2026-11-20T09:30:00.123456789Z */
void out_timestamp(struct out *out, struct wall_clock *clock, __u64 monotonic);

/* Local time of day to the microsecond: 09:30:00.123456 (15 characters) */
void out_time_of_day(struct out *out, struct wall_clock *clock, __u64 monotonic);

/* Local date: 2026-11-20 */
void date_text(char text[11], const struct wall_clock *clock, __u64 monotonic);

/* A length of time in at most 6 characters: 0.4s 12s 3m05s 2h07m 3d04h */
#define DURATION_TEXT 24
int duration_text(char text[DURATION_TEXT], __u64 ns);

#endif
