/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* Plays one variant of a scenario on all engines at once. */
#ifndef TCPSTATE_TESTS_PLAY_H
#define TCPSTATE_TESTS_PLAY_H

#include <stdio.h>

#include "engine.h"
#include "variant.h"

#define MAX_ENGINES 3

struct cast {
	const struct engine *engine[MAX_ENGINES];
	int engines;
	FILE *trace; /* every step with what comes of it; or NULL */
};

/* False: *error says "FILE:LINE: what [variant]". */
bool play(const struct cast *cast, const struct scenario *s, const struct variant *v, char error[ERROR_TEXT]);

#endif
