/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * Connections that one end has given up: what passed on the wire against what
 * the kernel says of its sockets.
 */
#ifndef TCPSTATE_USER_FINDINGS_HALF_OPEN_H
#define TCPSTATE_USER_FINDINGS_HALF_OPEN_H

#include "findings/local_ends.h"

struct look;

/* X(NAME, label, what it means) */
#define HALF_OPENS(X)                                                                                  \
	X(SOCKET_GONE, "socket_gone", "live on the wire, but the local end has no such socket any more") \
	X(CLOSED_ON_WIRE, "closed_on_wire", "closed on the wire, but the local socket lives on")       \
	X(PEER_SILENT, "peer_silent", "the peer answers nothing, however often the local end repeats") \
	X(UNSEEN, "unseen", "the local socket has talked since the watch began, but nothing was seen")

enum half_open_kind {
#define X(name, label, text) HALF_OPEN_##name,
	HALF_OPENS(X)
#undef X
	HALF_OPEN_KINDS
};

struct half_open {
	enum half_open_kind kind;
	__u64 flow;                 /* id; 0: no flow is known */
	struct flow_key key;
	unsigned int end;           /* the local one */
	__u8 wire;                  /* its state as seen; 0: no flow is known */
	__u8 kernel;                /* its state as the kernel has it; 0: no socket */
	__u64 for_ns;               /* how long it has been so; ~0: unknown */
	unsigned int retransmits;   /* unanswered */
	struct whose whose;         /* of the local end */
};

struct half_open_list {
	struct half_open *list;     /* by kind, the oldest first */
	size_t count, room;
	size_t compared;            /* local ends that were looked at */
	size_t idle;                /* sockets silent since before the watch began, which nothing is known of */
	bool known;                 /* false: the sockets can't be read, so nothing could be compared */
};

/* Collects what has been half open for longer than older, ns. 0 or negative errno. */
int halfopen_collect(struct look *look, __u64 older, struct half_open_list *result);
void halfopen_free(struct half_open_list *result);

const char *half_open_name(enum half_open_kind kind);
const char *half_open_text(enum half_open_kind kind);

#endif
