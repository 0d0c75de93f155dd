/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* A filter as a tree: for the sources of flow/filter.h. */
#ifndef TCPSTATE_USER_FLOW_FILTER_PARTS_H
#define TCPSTATE_USER_FLOW_FILTER_PARTS_H

#include "flow/address.h"
#include "flow/filter.h"

enum node_kind {
	NODE_AND, NODE_OR, NODE_NOT, NODE_NET, NODE_PORT, NODE_STATE,
	NODE_PROCESS, NODE_PID, NODE_CGROUP, NODE_CONTAINER, NODE_POD, /* whose it is */
};
enum side { SIDE_EITHER, SIDE_INITIATOR, SIDE_RESPONDER };

struct filter {
	enum node_kind kind;
	enum side side;
	union {
		struct track_net net;
		struct {
			__u16 low, high;
		} port;
		__u32 states;             /* a bit a state */
		__u32 pid;
		char *text;               /* of a process, cgroup, container, pod */
		struct filter *child[2];  /* NOT has one */
	};
};

#endif
