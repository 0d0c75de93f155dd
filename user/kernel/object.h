/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* The BPF object: opened, configured, loaded, with its first settings written. */
#ifndef TCPSTATE_USER_KERNEL_OBJECT_H
#define TCPSTATE_USER_KERNEL_OBJECT_H

#include <stdbool.h>

#include <linux/types.h>

#include "hooks/choice.h"
#include "kernel/choice.h"
#include "kernel/maps.h"

struct adopted;
struct xdp_tcpstate;

/* X(name): as in bpf/xdp_tcpstate.bpf.c */
#define PROGRAMS(X)            \
	X(tcpstate_xdp)        \
	X(tcpstate_tc_ingress) \
	X(tcpstate_tc_egress)  \
	X(tcpstate_sweep)      \
	X(tcpstate_replay)

struct object {
	struct xdp_tcpstate *skeleton;
	struct maps maps;
	int events;              /* the ring buffer's fd */
	struct {
#define X(name) int name; /* fd; -1: not loaded, since no option needs it */
		PROGRAMS(X)
#undef X
	} programs;
};

/*
 * events: 1 << enum event_type. from: what a dead instance left, whose maps it goes on with; or NULL.
 * 0 or a reported error.
 */
int object_load(struct object *object, const struct kernel_choice *choice, const struct hook_choice *hooks, __u32 events,
		const struct adopted *from);
void object_close(struct object *object);

/* Does it depend on the host's devices which tunnels are looked into? Then a bit each (enum tunnel_kind). */
bool object_asks_for_tunnels(const struct object *object);
void object_open_tunnels(struct object *object, __u8 open);

/* What the next run of the sweep's program does first: at most AUDIT_REQUESTS. */
void object_tell_audit(const struct object *object, const struct audit_request *requests, __u32 count);

/* The key of the table's hash, as in struct instance. */
const __u64 *object_seed(const struct object *object);

/* What libbpf and the verifier say is shown (--verbose) or thrown away. */
void object_messages(bool show);

/* Try each program alone; for "verify". log has the verifier's words; err is what the load returned. */
int object_verify(int (*visit)(void *arg, const char *program, int err, const char *log), void *arg);

#endif
