/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * What user space has found out of flows by looking for their sockets (user/live/audit.c): it writes
 * it into audit_requests, and runs the sweep's program, which acts on it first. Nobody but that may touch a slot.
 */
#ifndef TCPSTATE_BPF_TRACK_AUDIT_H
#define TCPSTATE_BPF_TRACK_AUDIT_H

#include "track/ending.h"

struct audit_request audit_requests[AUDIT_REQUESTS];
__u32 audit_count;

/* Since nothing has ended it but time, that there was a socket is remembered for as long as the flow lives. */
static __always_inline void note_socket(const struct audit_request *request)
{
	__u32 slot = request->slot;
	struct history *h = history_at(slot);
	struct flow *f = flow_at(slot);

	if (!f || !h)
		return;
	bpf_spin_lock(&f->lock);
	if (f->id == request->id)
		h->sockets |= request->ends;
	bpf_spin_unlock(&f->lock);
}

static long audit_one(__u32 i, void *unused)
{
	const struct audit_request *request;

	if (i >= audit_count || i >= AUDIT_REQUESTS)
		return 1;
	request = &audit_requests[i & (AUDIT_REQUESTS - 1)];
	if (request->gone)
		end_flow(request->slot, clock_precise(), request->id, SCRATCH_SWEEP, CAUSE_SOCKET_GONE);
	else
		note_socket(request);
	return 0;
}

static __always_inline void act_on_audit(void)
{
	if (!audit_count)
		return;
	bpf_loop(AUDIT_REQUESTS, audit_one, NULL, 0);
	audit_count = 0;
}

#endif
