// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
#include "tally.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

int tally_read(int counters_fd, struct counters *sum)
{
	int cpus = libbpf_num_possible_cpus(), err;
	__u64 *each, *total = (__u64 *)sum;
	__u32 zero = 0;

	_Static_assert(sizeof(struct counters) % sizeof(__u64) == 0, "nothing but u64");
	if (cpus < 0)
		return cpus;
	memset(sum, 0, sizeof(*sum));
	each = calloc(cpus, sizeof(*sum));
	if (!each)
		return -ENOMEM;
	err = bpf_map_lookup_elem(counters_fd, &zero, each);
	for (int cpu = 0; !err && cpu < cpus; cpu++)
		for (size_t i = 0; i < sizeof(*sum) / sizeof(__u64); i++)
			total[i] += each[cpu * (sizeof(*sum) / sizeof(__u64)) + i];
	free(each);
	return err;
}
