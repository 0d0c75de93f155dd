// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
#include "kernel/counter_sums.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

_Static_assert(sizeof(struct counters) % sizeof(__u64) == 0, "nothing but u64");

void tally_add(struct counters *sum, const struct counters *more)
{
	for (size_t i = 0; i < sizeof(*sum) / sizeof(__u64); i++)
		((__u64 *)sum)[i] += ((const __u64 *)more)[i];
}

int tally_read(int counters_fd, struct counters *sum)
{
	int cpus = libbpf_num_possible_cpus(), err;
	struct counters *each;
	__u32 zero = 0;

	if (cpus < 0)
		return cpus;
	memset(sum, 0, sizeof(*sum));
	each = calloc(cpus, sizeof(*sum));
	if (!each)
		return -ENOMEM;
	err = bpf_map_lookup_elem(counters_fd, &zero, each);
	for (int cpu = 0; !err && cpu < cpus; cpu++)
		tally_add(sum, &each[cpu]);
	free(each);
	return err;
}
