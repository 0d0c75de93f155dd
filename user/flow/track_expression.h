/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * What is tracked at all, chosen in the kernel (--track):
 *
 *   "all", or one or both of
 *   [ "not" ] ( "net" | "host" ) list   [ "not" ] "port" list     joined by "and"
 *
 * Either end may be the one that fits; with not, neither may.
 */
#ifndef TCPSTATE_USER_FLOW_TRACK_EXPRESSION_H
#define TCPSTATE_USER_FLOW_TRACK_EXPRESSION_H

#include "tcpstate/abi.h"

struct out;

/* Half of what the trie holds: the old and the new list fit in it together. */
#define TRACK_NETS_MAX 2048

struct track {
	__u32 bits; /* enum track_bit */
	__u32 net_count;
	struct track_net nets[TRACK_NETS_MAX];
	__u64 ports[TRACK_PORT_WORDS];
};

/* 0 or an error that has been reported. */
int track_parse(const char *text, struct track *track);

/* Writes the expression that track_parse would take for it. */
void track_text(struct out *out, const struct track *track);
/* "track":"EXPRESSION" */
void json_track(struct out *out, const struct track *track);

#endif
