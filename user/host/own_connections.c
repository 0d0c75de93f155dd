// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
#include "host/own_connections.h"

#include <string.h>

int own_connections_read(struct own_connections *own)
{
	int err;

	*own = (struct own_connections){};
	err = own_addresses_read(&own->addresses);
	err = err ?: listeners_read(&own->listeners);
	err = err ?: sockets_read_keys(&own->sockets);
	if (err)
		own_connections_free(own);
	return err;
}

void own_connections_free(struct own_connections *own)
{
	sockets_free(&own->sockets);
	sockets_free(&own->listeners);
	own_addresses_free(&own->addresses);
	*own = (struct own_connections){};
}

/* 0.0.0.0 or ::, which mostly is for IPv4 too. */
static bool is_any(const __u8 addr[16])
{
	static const __u8 any[16], any_ipv4[16] = { [10] = 0xff, [11] = 0xff };

	return !memcmp(addr, any, 16) || !memcmp(addr, any_ipv4, 16);
}

static bool is_listened_at(const struct own_connections *own, const __u8 addr[16], __be16 port)
{
	for (size_t i = 0; i < own->listeners.count; i++) {
		const struct local_socket *listener = &own->listeners.list[i];

		if (listener->port[0] == port && (is_any(listener->addr[0]) || !memcmp(listener->addr[0], addr, 16)))
			return true;
	}
	return false;
}

bool is_own_end(const struct own_connections *own, const struct flow_key *key, unsigned int end)
{
	if (key->tunnel_kind != TUNNEL_NONE || !is_own_address(&own->addresses, key->addr[end]))
		return false;
	return sockets_find(&own->sockets, key, end) || is_listened_at(own, key->addr[end], key->port[end]);
}
