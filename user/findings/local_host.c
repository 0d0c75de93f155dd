// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
#include "findings/local_host.h"

int local_host_read(void *arg)
{
	struct local_host *host = arg;

	*host = (struct local_host){};
	port_range_read(&host->ports);
	own_addresses_read(&host->addresses);
	return 0;
}

void local_host_free(struct local_host *host)
{
	own_addresses_free(&host->addresses);
}
