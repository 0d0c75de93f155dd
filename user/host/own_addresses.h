/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* The addresses that a network namespace owns. */
#ifndef TCPSTATE_USER_HOST_OWN_ADDRESSES_H
#define TCPSTATE_USER_HOST_OWN_ADDRESSES_H

#include <stdbool.h>
#include <stddef.h>

#include <linux/types.h>

struct sockaddr;

struct own_addresses {
	__u8 (*list)[16];  /* IPv4 mapped; sorted */
	size_t count;
};

/* Those of the network namespace that the caller is in. 0 or negative errno: then there are none. */
int own_addresses_read(struct own_addresses *own);
void own_addresses_free(struct own_addresses *own);

/* Is it one of these, or a loopback address, which every namespace has for itself? */
bool is_own_address(const struct own_addresses *own, const __u8 addr[16]);

/* IPv4 as a mapped address. False: from is NULL, or of another family. */
bool address_of_sockaddr(const struct sockaddr *from, __u8 to[16]);

#endif
