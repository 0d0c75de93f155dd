// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
#include "host/port_range.h"

#include <errno.h>
#include <stdio.h>

const struct port_range assumed_ports = { .known = false, .low = 32768, .high = 60999 };

int port_range_read(struct port_range *range)
{
	FILE *file = fopen("/proc/sys/net/ipv4/ip_local_port_range", "r");
	unsigned int low, high;

	if (!file)
		return -errno;
	if (fscanf(file, "%u %u", &low, &high) == 2 && low && low <= high && high < 65536)
		*range = (struct port_range){ .known = true, .low = low, .high = high };
	fclose(file);
	return 0;
}
