// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
#include "host/own_addresses.h"

#include <errno.h>
#include <ifaddrs.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

#include "flow/address.h"

bool address_of_sockaddr(const struct sockaddr *from, __u8 to[16])
{
	if (from && from->sa_family == AF_INET) {
		address_from_v4(to, &((const struct sockaddr_in *)from)->sin_addr);
		return true;
	}
	if (from && from->sa_family == AF_INET6) {
		memcpy(to, &((const struct sockaddr_in6 *)from)->sin6_addr, 16);
		return true;
	}
	return false;
}

static int by_address(const void *one, const void *other)
{
	return memcmp(one, other, 16);
}

int own_addresses_read(struct own_addresses *own)
{
	struct ifaddrs *all, *a;
	size_t count = 0;

	*own = (struct own_addresses){};
	if (getifaddrs(&all))
		return -errno;
	for (a = all; a; a = a->ifa_next)
		count++;
	own->list = calloc(count + 1, sizeof(*own->list));
	for (a = all; own->list && a; a = a->ifa_next)
		own->count += address_of_sockaddr(a->ifa_addr, own->list[own->count]);
	freeifaddrs(all);
	if (!own->list)
		return -ENOMEM;
	qsort(own->list, own->count, sizeof(*own->list), by_address);
	return 0;
}

void own_addresses_free(struct own_addresses *own)
{
	free(own->list);
	*own = (struct own_addresses){};
}

bool is_own_address(const struct own_addresses *own, const __u8 addr[16])
{
	return address_is_loopback(addr) ||
	       (own->count && bsearch(addr, own->list, own->count, sizeof(*own->list), by_address));
}
