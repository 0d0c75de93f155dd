/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* A scenario as a capture, for other tools. */
#ifndef TCPSTATE_TESTS_CAPTURE_H
#define TCPSTATE_TESTS_CAPTURE_H

#include "variant.h"

/* Writes the first variant's frames; the clock starts at CLOCK_START. 0, or -1 with errno. */
int capture_write(const struct scenario *s, const char *path);

#endif
