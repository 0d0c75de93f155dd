/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* What the fuzzing targets and those who drive them share. */
#ifndef TESTS_FUZZ_FUZZ_H
#define TESTS_FUZZ_FUZZ_H

#include <linux/types.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

/* One input; called by libFuzzer, or by seeded.c. Returns 0, or ends the program. */
int LLVMFuzzerTestOneInput(const __u8 *data, size_t size);

/* what: what holds always, and did not now. Drivers keep the input when the program aborts. */
#define must(holds, what) ((holds) ? (void)0 : broken(what, __FILE__, __LINE__))

static inline void broken(const char *what, const char *file, int line)
{
	fprintf(stderr, "%s:%d: it does not hold that %s\n", file, line, what);
	abort();
}

#endif
