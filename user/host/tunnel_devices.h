/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* Which tunnels somebody on this host listens for: the tunnel devices of the network namespace that are up. */
#ifndef TCPSTATE_USER_HOST_TUNNEL_DEVICES_H
#define TCPSTATE_USER_HOST_TUNNEL_DEVICES_H

#include <linux/types.h>

#include "tcpstate/abi/key.h"

/* What a device of that kind (rtnl_link_ops.kind) takes off a packet; TUNNEL_NONE: nothing. */
enum tunnel_kind tunnel_kind_of_device(const char *device);

/* A bit for each enum tunnel_kind. 0 or a reported error. */
int tunnel_devices(__u8 *kinds);

#endif
