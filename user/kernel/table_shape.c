// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
#include "kernel/table_shape.h"

#include <errno.h>
#include <stdio.h>

#include "base/error.h"

/* A slot of the table and the history beside it. */
#define SLOT_BYTES (sizeof(struct flow) + sizeof(struct history))

/* Half full at max_flows, so that sets rarely fill while others have room. */
__u32 table_sets_of(__u32 max_flows)
{
	return (2ULL * max_flows + SET_WAYS - 1) / SET_WAYS;
}

/* A capture attacks nobody; and a flow ends at its very own time there, which embryos don't. */
__u32 embryo_sets_of(const struct kernel_choice *choice)
{
	return choice->replay ? 0 : (choice->max_embryos + EMBRYO_WAYS - 1) / EMBRYO_WAYS;
}

static __u64 table_bytes(__u32 sets)
{
	return (__u64)sets * (sizeof(struct tag_set) + SET_WAYS * SLOT_BYTES);
}

/* MemAvailable in bytes; all there is in the world if it can't be read. */
static __u64 memory_available(void)
{
	FILE *file = fopen("/proc/meminfo", "r");
	unsigned long long kib;
	__u64 available = ~0ULL;
	char line[128];

	while (file && fgets(line, sizeof(line), file))
		if (sscanf(line, "MemAvailable: %llu kB", &kib) == 1)
			available = kib << 10;
	if (file)
		fclose(file);
	return available;
}

int report_table_too_large(int err, __u32 max_flows)
{
	__u64 available = memory_available();
	__u32 fits = available / 4 / (2 * SLOT_BYTES); /* a quarter of it is no burden */

	return fail(err, "a table for %u flows takes %llu MiB of kernel memory, and this machine can give %llu MiB. Ask for fewer, such as --max-flows %u",
		    max_flows, table_bytes(table_sets_of(max_flows)) >> 20, available >> 20,
		    fits < max_flows ? fits : max_flows / 2);
}

/* The kernel would try, and push out all else before it gives up. */
int table_check_size(__u32 max_flows)
{
	return table_bytes(table_sets_of(max_flows)) > memory_available() ? report_table_too_large(-ENOMEM, max_flows) : 0;
}

__u32 zone_of(const struct kernel_choice *choice, enum direction direction)
{
	__u32 flags = choice->no_tunnel_id ? ZONE_NO_TUNNEL_ID : 0;

	if (choice->zone >= 0)
		return choice->zone | flags;
	return (direction == DIRECTION_BOTH ? ZONE_NONE : ZONE_VLAN) | flags;
}
