/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* One family of metrics after the other, in either format. */
#ifndef TCPSTATE_USER_SERVE_METRICS_WRITER_H
#define TCPSTATE_USER_SERVE_METRICS_WRITER_H

#include <linux/types.h>
#include <stdbool.h>

struct out;

#define METRICS_PREFIX "tcpstate_"

enum metric_type { GAUGE, COUNTER, HISTOGRAM, INFO };

struct metrics_writer {
	struct out *out;
	bool openmetrics;
	const char *name;        /* of the family: neither the prefix nor _total nor _info */
	enum metric_type type;
	const char *suffix;      /* of the family's samples */
};

struct label {
	const char *name;
	const char *value;       /* without newlines */
};

#define MAX_LABELS 4

/* HELP and TYPE; the samples that follow are of this family. */
void write_family(struct metrics_writer *w, const char *name, enum metric_type type, const char *help);

/* labels end with a NULL name; NULL: none. */
void write_sample(struct metrics_writer *w, const struct label *labels, __u64 value);
/* value / 10^places */
void write_fraction(struct metrics_writer *w, const struct label *labels, __u64 value, int places);

/*
 * count buckets, each of which counts only its own; the last has no upper
 * limit. limits: inclusive, as the number of the unit of which 10^places are a
 * second; sum likewise.
 */
struct buckets {
	const __u64 *count;
	const __u64 *limits;
	int number;
	__u64 sum;
	int places;
};
void write_histogram(struct metrics_writer *w, const struct label *label, const struct buckets *buckets);

#endif
