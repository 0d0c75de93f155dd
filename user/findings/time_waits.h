/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* The TIME_WAITs of a flow table: who holds how many, and what they do to the ports of the clients. */
#ifndef TCPSTATE_USER_FINDINGS_TIME_WAITS_H
#define TCPSTATE_USER_FINDINGS_TIME_WAITS_H

#include "findings/port_pressure.h"

struct look;

/* Who waits: a responder by its address and port, an initiator by its address. */
struct wait_holder {
	struct group_key key; /* addr[0], port[0] (an initiator's: 0), role */
	bool local;
	__u64 waiting;
	__u64 restarts;       /* of these */
	__u64 oldest;         /* when the first of them began, ns */
	__u64 newest;
};

struct waits {
	struct groups holders; /* struct wait_holder; most first */
	__u64 waiting;         /* ends */
	struct port_pressure ports;
};

/* 0 or negative errno. */
int waits_collect(struct look *look, struct waits *waits);
void waits_free(struct waits *waits);

static inline const struct wait_holder *wait_holder_at(const struct waits *waits, size_t i)
{
	return group_at(&waits->holders, i);
}

#endif
