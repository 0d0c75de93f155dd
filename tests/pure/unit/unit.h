/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* What the unit tests of the pure headers share. */
#ifndef TCPSTATE_TESTS_UNIT_H
#define TCPSTATE_TESTS_UNIT_H

/* cmocka.h wants these before it */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tcpstate/core/apply.h"
#include "tcpstate/core/succession.h"

#define SECOND 1000000000ull

/* Each file's tests. Return the number of failures. */
int test_seq(void);
int test_state(void);
int test_transition(void);
int test_judge(void);
int test_numbers(void);
int test_open(void);
int test_expiry(void);
int test_late(void);
int test_seed(void);
int test_walk(void);

/* A flow over which the handshake has passed: end 0 sent SYN 1000, end 1 SYN-ACK 5000; windows of 65535. */
struct flow established_flow(__u64 now);

/* One segment, as the tracker treats it once there is a flow. Returns the judgment. */
enum judgment pass(struct flow *f, __u32 x, struct segment s, __u64 now);

/* A segment with a window of 65535. */
struct segment segment(__u8 flags, __u32 seq, __u32 ack, __u32 len);

#endif
