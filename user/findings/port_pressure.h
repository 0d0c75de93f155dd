/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * How full the ports of clients are. For each pair of a client's address and a
 * server's endpoint there are only so many: connections keep them while the
 * client's end is open, and for 2MSL while it waits.
 */
#ifndef TCPSTATE_USER_FINDINGS_PORT_PRESSURE_H
#define TCPSTATE_USER_FINDINGS_PORT_PRESSURE_H

#include <stdbool.h>

#include "findings/flow_row.h"
#include "findings/groups.h"
#include "host/port_range.h"

#define NEVER_DRY (~0ULL)

struct port_pair {
	struct group_key key;  /* addr[0]: the client's; addr[1], port[1]: the server's */
	__u32 waiting;         /* ports that a TIME_WAIT at the client's end keeps */
	__u32 open;            /* ports of connections that the client's end has open */
	__u32 server_waiting;  /* waits at the server's end: the client may use these ports again */
	__u16 low, high;       /* the client's range of ports, both included */
	bool assumed;          /* that is what Linux has by default: the client is elsewhere, or can't be asked */
	bool local;            /* the client is on this machine */
	bool own;              /* there are waits of this host's own sockets among them (struct flow_row) */
	double rate;           /* of waits that begin at the client's end, per second */
	__u64 dry_in_ns;       /* until the range is used up at that rate, or NEVER_DRY */
};

struct wait_start;

struct port_pressure {
	struct groups pairs;   /* struct port_pair; once summed: where somebody waits, the fullest first */
	size_t pressed;        /* of these, the first so many: where a wait keeps a port */
	__u64 waiting;         /* such waits, of all pairs */
	struct wait_start *starts;
	size_t start_count, start_room;
};

/* A struct of zeros is empty. */
void port_pressure_clear(struct port_pressure *pressure);
void port_pressure_free(struct port_pressure *pressure);

/* 0 or -ENOMEM. */
int port_pressure_add(struct port_pressure *pressure, const struct flow_row *row);

/* All flows have been added, as of now. local: the ports that clients on this machine take. */
void port_pressure_sum(struct port_pressure *pressure, const struct port_range *local, __u64 now, __u64 two_msl_ns);

static inline const struct port_pair *port_pair_at(const struct port_pressure *pressure, size_t i)
{
	return group_at(&pressure->pairs, i);
}

static inline unsigned int port_pair_range(const struct port_pair *pair)
{
	return pair->high - pair->low + 1u;
}

/* The part of the range in use, in millionths: more than 1000000 where a client binds ports outside of it. */
__u64 port_pair_used_ppm(const struct port_pair *pair);

static inline double port_pair_used_percent(const struct port_pair *pair)
{
	return port_pair_used_ppm(pair) / 1e4;
}

#endif
