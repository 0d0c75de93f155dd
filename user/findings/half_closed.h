/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * Ends that linger half closed. CLOSE_WAIT: the peer has closed, and the
 * application does not. FIN_WAIT_2: it has closed, and the peer does not.
 */
#ifndef TCPSTATE_USER_FINDINGS_HALF_CLOSED_H
#define TCPSTATE_USER_FINDINGS_HALF_CLOSED_H

#include <stdbool.h>

#include "findings/flow_row.h"
#include "findings/groups.h"
#include "flow/whose.h"

/*
 * Ends of one state and one place: a responder's by its address and port
 * (addr[0], port[0]); an initiator's, whose port is of no meaning, by its address
 * and its peer's endpoint (addr[1], port[1]). Where processes are known, those
 * of each are a group.
 */
struct half_closed_group {
	struct group_key key;
	bool local;
	bool own;                 /* there are sockets of this host's among them (struct flow_row) */
	struct whose whose;       /* of key.pid, unless that is 0: then why it is not known */
	__u64 since;              /* of the oldest, ns, CLOCK_MONOTONIC */
	__u64 count;
	__u64 orphans;            /* sockets that no process has open any more */
	__u64 gone;               /* local ends for which the kernel has no socket at all */
};

struct half_closed {
	__u64 then;                      /* set by the caller: what has changed later does not linger */
	struct groups groups;            /* struct half_closed_group; once sorted, the oldest first */
	__u64 ends[STATE_SLOTS];         /* by state */
	__u64 local_ends[STATE_SLOTS];   /* of these */
};

/* What this machine's kernel knows of an end. */
struct end_owner {
	struct whose whose;
	bool orphan, gone;
};

/* Looks it up, for ends that linger only. */
typedef void half_closed_owner(void *arg, const struct flow_row *row, unsigned int end, struct end_owner *owner);

/* Such a one, that asks a struct whose_source; arg NULL: there is none. */
void half_closed_ask_whose(void *source, const struct flow_row *row, unsigned int end, struct end_owner *owner);

/* A struct of zeros is empty. then: see above. */
void half_closed_clear(struct half_closed *half, __u64 then);
void half_closed_free(struct half_closed *half);

/* The time before which it must have begun, to have lasted that long now. */
static inline __u64 half_closed_before(__u64 now, __u64 older_ns)
{
	return now > older_ns ? now - older_ns : 0;
}

bool half_closed_lingers(const struct half_closed *half, const struct flow_row *row, unsigned int end);

/* owner: NULL where owners are not asked for. 0 or -ENOMEM. */
int half_closed_add(struct half_closed *half, const struct flow_row *row, half_closed_owner *owner, void *arg);

/* All flows have been added. */
void half_closed_sort(struct half_closed *half);

static inline const struct half_closed_group *half_closed_at(const struct half_closed *half, size_t i)
{
	return group_at(&half->groups, i);
}

#endif
