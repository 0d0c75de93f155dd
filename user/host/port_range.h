/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* The ephemeral ports that clients take: of this machine as it is set, of others what Linux has by default. */
#ifndef TCPSTATE_USER_HOST_PORT_RANGE_H
#define TCPSTATE_USER_HOST_PORT_RANGE_H

#include <stdbool.h>

#include <linux/types.h>

struct port_range {
	bool known;
	__u16 low, high; /* both included; of no meaning where it is not known */
};

/* What Linux has by default, and RFC 6335 about; not known, but to be reckoned with. */
extern const struct port_range assumed_ports;

/* A client's. local: of those on this machine. */
static inline const struct port_range *client_ports(bool is_local, const struct port_range *local)
{
	return is_local && local->known ? local : &assumed_ports;
}

/*
 * net.ipv4.ip_local_port_range of the network namespace that the caller is in;
 * where it can't be made out, *range stays as it is. 0 or negative errno.
 */
int port_range_read(struct port_range *range);

static inline unsigned int ports_in(const struct port_range *range)
{
	return range->high - range->low + 1u;
}

#endif
