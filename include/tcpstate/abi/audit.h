/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* What the audit finds: flows are held against the kernel's sockets (user/live/audit.c). */
#ifndef TCPSTATE_ABI_AUDIT_H
#define TCPSTATE_ABI_AUDIT_H

#include <linux/types.h>

/* What there is to be done with a flow whose socket was looked for. */
struct audit_request {
	__u64 id;
	__u32 slot;
	__u8 gone;            /* it is surely gone: the flow ends. Else: */
	__u8 ends;            /* mask: these have one */
	__u8 pad[2];
};

#define AUDIT_REQUESTS 64 /* a power of two: at once */

/* How wire and socket differ. X(NAME, label, text) */
#define AUDIT_KINDS(X)                                                                                  \
	X(SOCKET_GONE, "socket_gone", "alive on the wire, and the kernel has its socket no more")       \
	X(NO_SOCKET, "no_socket", "alive on the wire with an own address, and never had a socket here") \
	X(CLOSED_ON_WIRE, "closed_on_wire", "closed on the wire, and the socket is still open")         \
	X(STATE, "state", "both alive, in different states")

enum audit_kind {
#define X(name, label, text) AUDIT_##name,
	AUDIT_KINDS(X)
#undef X
	AUDIT_KIND_COUNT
};

/* What audits have come to, since the table was made. */
struct audit_counts {
	__u64 rounds;
	__u64 agreements;    /* ends that were in the state that their socket is in */
	__u64 disagreements[AUDIT_KIND_COUNT];
};

#endif
