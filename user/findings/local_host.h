/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* What findings need to know of the network namespace whose interfaces are watched: which ends and which ports are its own. */
#ifndef TCPSTATE_USER_FINDINGS_LOCAL_HOST_H
#define TCPSTATE_USER_FINDINGS_LOCAL_HOST_H

#include "host/own_addresses.h"
#include "host/port_range.h"

/* A struct of zeros: nothing is known of it but its loopback addresses. */
struct local_host {
	struct port_range ports;          /* that its clients take */
	struct own_addresses addresses;
};

/*
 * Of the network namespace that the caller is in, as it is now: both can be set
 * anew at any time. What the kernel does not tell stays unknown. 0, always: for look_in_netns.
 */
int local_host_read(void *host);
void local_host_free(struct local_host *host);

#endif
