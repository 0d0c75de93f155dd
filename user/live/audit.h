/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * The tracker measures its own truth: every so often flows are held against the
 * kernel's sockets. What agrees and what does not is counted; a flow whose
 * socket is surely gone ends. A second's part of it is small, whatever the size of the table.
 */
#ifndef TCPSTATE_USER_LIVE_AUDIT_H
#define TCPSTATE_USER_LIVE_AUDIT_H

#include "host/own_addresses.h"
#include "host/socket_lookup.h"
#include "host/translations.h"
#include "tcpstate/abi.h"

struct hooks;
struct object;

struct audit {
	__u64 period_ns;             /* 0: none */
	const struct object *object;
	const struct hooks *hooks;
	__u32 sets;                  /* of the table */
	struct socket_lookup lookup;
	struct audit_counts counts;

	/* The round that is on. */
	__u64 next_ns;               /* when it began, or the next one does */
	__u32 set;                   /* where it is; sets: it is over */
	struct own_addresses own;
	struct translations nat;
	bool nat_is_read;
	unsigned int looked_up;      /* in this second */
	__u64 now;
	struct audit_request requests[AUDIT_REQUESTS];
	unsigned int request_count;
};

/* period_ns 0: there is none. Where sockets can't be asked for, that is told, and there is none. */
void audit_open(struct audit *audit, __u64 period_ns, const struct object *object, const struct hooks *hooks);
void audit_close(struct audit *audit);

/* A second's part of it. */
void audit_second(struct audit *audit);

#endif
