/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * Scenarios that nobody wrote: two ends that talk more or less as TCP does,
 * and now and then not at all. They expect nothing; but what holds always
 * (play.c) must hold for them too, above all that both engines agree.
 */
#ifndef TCPSTATE_TESTS_RANDOM_H
#define TCPSTATE_TESTS_RANDOM_H

#include <stdio.h>

#include "scenario.h"

/* The same seed makes the same scenario. Free it as any other. */
void random_scenario(struct scenario *s, __u64 seed);

/* As a file that says the same: to be kept, and cut down by hand. */
void scenario_write(const struct scenario *s, FILE *file);

#endif
