/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* What the daemon gives up, for good, once its programs are attached. */
#ifndef TCPSTATE_USER_DAEMON_PRIVILEGES_H
#define TCPSTATE_USER_DAEMON_PRIVILEGES_H

#include <stdbool.h>
#include <stddef.h>

/* What the daemon goes on needing after it has given up the rest. */
struct needs {
	bool tc_filters;         /* rtnetlink asks for CAP_NET_ADMIN to attach a clsact filter or take it off */
	const char *pin_dir;     /* pins are made and removed in it, and in the end it is; NULL: there are none */
	const char *events_file; /* opened anew on SIGHUP; NULL: there is none */
};

/*
 * Keep only that, and no other capability: a map, a program or a link that is
 * open already answers whoever has its descriptor (Linux 6.1 and 6.18, with
 * any setting of kernel.unprivileged_bpf_disabled). The bounding and the
 * ambient set are emptied, being root gives nothing back (securebits), files
 * elsewhere can't be changed (landlock.h), and seccomp refuses what
 * refused_calls.h lists.
 *
 * Capabilities are of a thread: call this while there is only one, after all
 * that needs more (listening at a port below 1024, --bpf-stats, opening files
 * of others), and before the HTTP server's thread. kept gets what the kernel
 * says is left afterwards: "CAP_NET_ADMIN", or "no capability". What can't be
 * given up here, such as the bounding set without CAP_SETPCAP, is told.
 *
 * 0 or a reported error.
 */
int privileges_drop(const struct needs *needs, char *kept, size_t size);

#endif
