// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/*
 * Where a key belongs, by the programs' own hash, built natively. Its constants are set as
 * libbpf sets those of the object: where they lie, before anybody reads them.
 */
#include <errno.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* The programs' compiler unrolls where this one need not. */
#pragma GCC diagnostic ignored "-Wunknown-pragmas"
#include "bpf/track/flow_table.h"

#include "lookup.h"

static int set_constant(const volatile void *constant, const void *value, size_t size)
{
	const uintptr_t page = sysconf(_SC_PAGESIZE), at = (uintptr_t)constant & ~(page - 1);

	if (mprotect((void *)at, (uintptr_t)constant + size - at, PROT_READ | PROT_WRITE))
		return -errno;
	memcpy((void *)(uintptr_t)constant, value, size);
	return 0;
}

int lookup_begin(const struct rig *rig)
{
	return set_constant(&table_sets, &rig->sets, sizeof(table_sets)) ?:
	       set_constant(&hash_seed, rig_seed(rig), sizeof(hash_seed));
}

__u32 lookup_set(const struct flow_key *key)
{
	return place_of(hash_key(key)).set;
}
