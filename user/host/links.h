/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* The interfaces of this network namespace as they lie on one another, and its addresses (rtnetlink). */
#ifndef TCPSTATE_USER_HOST_LINKS_H
#define TCPSTATE_USER_HOST_LINKS_H

#include <stdbool.h>
#include <stddef.h>

#include <linux/types.h>

struct link {
	unsigned int ifindex;
	unsigned int lower;     /* what it lies on; 0: nothing, or something of another namespace */
	unsigned int master;    /* the bond or bridge whose part it is; 0: none */
	__u16 vlan;             /* its tag */
	char kind[16];          /* "vlan", "bond"...; "": hardware */
};

struct own_address {
	__u8 addr[16];          /* IPv4 mapped */
	unsigned int ifindex;
};

struct links {
	struct link *list;
	size_t count, room;
	struct own_address *addresses;
	size_t address_count, address_room;
};

/* 0 or negative errno: then there are none. */
int links_read(struct links *links);
void links_free(struct links *links);

const struct link *links_find(const struct links *links, unsigned int ifindex);

#endif
