// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
#include "host/own_connections.h"

#include <errno.h>
#include <ifaddrs.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

#include "flow/address.h"

static bool address_of(const struct sockaddr *from, __u8 to[16])
{
	static const __u8 mapped[12] = { [10] = 0xff, [11] = 0xff };

	if (from && from->sa_family == AF_INET) {
		memcpy(to, mapped, sizeof(mapped));
		memcpy(to + sizeof(mapped), &((const struct sockaddr_in *)from)->sin_addr, 4);
		return true;
	}
	if (from && from->sa_family == AF_INET6) {
		memcpy(to, &((const struct sockaddr_in6 *)from)->sin6_addr, 16);
		return true;
	}
	return false;
}

static int read_addresses(struct own_connections *own)
{
	struct ifaddrs *all, *a;
	size_t count = 0;

	if (getifaddrs(&all))
		return -errno;
	for (a = all; a; a = a->ifa_next)
		count++;
	own->addresses = calloc(count + 1, sizeof(*own->addresses));
	for (a = all; own->addresses && a; a = a->ifa_next)
		own->address_count += address_of(a->ifa_addr, own->addresses[own->address_count]);
	freeifaddrs(all);
	return own->addresses ? 0 : -ENOMEM;
}

int own_connections_read(struct own_connections *own)
{
	int err;

	*own = (struct own_connections){};
	err = read_addresses(own);
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
	free(own->addresses);
	*own = (struct own_connections){};
}

static bool has_address(const struct own_connections *own, const __u8 addr[16])
{
	for (size_t i = 0; i < own->address_count; i++)
		if (!memcmp(own->addresses[i], addr, 16))
			return true;
	return address_is_loopback(addr);
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
	if (key->tunnel_kind != TUNNEL_NONE || !has_address(own, key->addr[end]))
		return false;
	return sockets_find(&own->sockets, key, end) || is_listened_at(own, key->addr[end], key->port[end]);
}
