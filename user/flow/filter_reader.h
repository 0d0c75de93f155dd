/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* One test of a filter, from text: its words, the comparison, the values. */
#ifndef TCPSTATE_USER_FLOW_FILTER_READER_H
#define TCPSTATE_USER_FLOW_FILTER_READER_H

#include "base/error.h"
#include "base/words.h"
#include "flow/filter_words.h"

struct reading {
	struct words w;
	__u32 about; /* 1 << enum event_type: what the filter is asked about */
};

/* What is wrong with the current word. */
#define fail_word(r, ...) fail_at((r)->w.text, (r)->w.at, (r)->w.len ?: 1, __VA_ARGS__)

/* Can the current word begin a test? */
bool filter_test_begins(const struct reading *reading);

/* Read it, up to behind its values. 0 or a reported error; the values are the caller's to free in any case. */
int filter_test_read(struct reading *reading, struct filter_test *test);

#endif
