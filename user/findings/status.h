/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* How a running instance fares: gathered once, printed as text or JSON. */
#ifndef TCPSTATE_USER_FINDINGS_STATUS_H
#define TCPSTATE_USER_FINDINGS_STATUS_H

#include <net/if.h>

#include "pins/reader.h"
#include "kernel/table.h"
#include "tcpstate/abi.h"
#include "flow/track_expression.h"

struct out;

#define STATUS_HOOKS 128
#define STATUS_PROGRAMS 8

struct status_hook {
	struct pinned_hook pinned;
	char interface[IF_NAMESIZE + 16]; /* its name, or "ifindex N" where it can't be had */
	__u32 prog_id;
	bool attached;                    /* the link may have lost its interface */
};

struct status_program {
	char name[BPF_OBJ_NAME_LEN];
	__u32 id;
	__u64 run_ns;
	__u64 run_count;
};

struct status {
	const struct running *running;
	struct status_hook hooks[STATUS_HOOKS];
	int hook_count;
	struct status_program programs[STATUS_PROGRAMS];
	int program_count;
	bool timed;               /* kernel.bpf_stats_enabled */
	__u64 classes[TAG_CLASSES];
	struct counters counters;
	__u64 memory;             /* bytes, of all maps; 0: unknown */
	struct track track;
};

/* 0 or a reported error. */
int status_gather(struct status *status, const struct running *running);

#endif
