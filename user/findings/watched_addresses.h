/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* Which of this machine's connections an instance can see: by the addresses of its interfaces. */
#ifndef TCPSTATE_USER_FINDINGS_WATCHED_ADDRESSES_H
#define TCPSTATE_USER_FINDINGS_WATCHED_ADDRESSES_H

#include <stdbool.h>
#include <stddef.h>

#include <linux/types.h>

struct look;

struct watched_address {
	__u8 addr[16];
	unsigned int ifindex;
	bool hooked;         /* of an interface that is watched */
};

struct watched_addresses {
	bool chosen;         /* --track: not all is followed */
	struct watched_address *list;
	size_t count;
};

/* 0 or negative errno. */
int watched_addresses_read(struct look *look, struct watched_addresses *watched);
void watched_addresses_free(struct watched_addresses *watched);

/* Would segments between these two go through a watched interface? */
bool is_path_watched(const struct watched_addresses *watched, const __u8 local[16], const __u8 peer[16]);

#endif
