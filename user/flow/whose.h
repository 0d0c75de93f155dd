/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* Whose an end of a connection is: process, cgroup, container, pod. Plain data; who fills it need not be known. */
#ifndef TCPSTATE_USER_FLOW_WHOSE_H
#define TCPSTATE_USER_FLOW_WHOSE_H

#include <stdbool.h>

#include <linux/types.h>

#include "flow/cgroup_path.h"
#include "tcpstate/abi.h"

struct out;

/* X(NAME, why it is not known) */
#define WHOSE_UNKNOWNS(X)                                                                              \
	X(ASKED, "nobody asked")                                                                       \
	X(REMOTE, "no process of this host has such a socket")                                         \
	X(NO_WALK, "this kernel, or this instance, does not tell which process has a socket open")     \
	X(UNSEEN, "no process had it open when sockets were read: it is gone, or was too short")       \
	X(SEVERAL, "several network namespaces have a socket of these addresses and ports")

enum whose_unknown {
	WHOSE_KNOWN,
#define X(name, text) WHOSE_NOT_##name,
	WHOSE_UNKNOWNS(X)
#undef X
};

#define WHOSE_COMM 16
#define WHOSE_PATH 400

struct whose {
	__u8 unknown;            /* enum whose_unknown */
	bool past;               /* it had the socket open, and has no more */
	bool listens;            /* it is known of the listener alone, which this connection came to */
	__u32 pid;
	__u32 others;            /* processes beside it that have the socket open */
	char comm[WHOSE_COMM];
	__u32 netns;             /* inode of the network namespace */
	char path[WHOSE_PATH];   /* of the cgroup; "": unknown */
	struct cgroup_words in;  /* what the path says */
};

/* The connection that is asked about: whoever had its addresses and ports before or after it does not count. */
struct whose_life {
	const struct flow_key *key;
	const __u8 *state;       /* by end */
	__u8 initiator, local;   /* index of the end; enum locality */
	__u64 start, changed;    /* CLOCK_MONOTONIC, ns: its beginning (0: not known), and its newest change of a state */
};

static inline struct whose_life whose_life_of(const struct flow *f)
{
	return (struct whose_life){
		.key = &f->key, .state = f->state, .initiator = f->initiator & 1, .local = f->local & LOCAL_BOTH,
		.start = f->start, .changed = f->changed,
	};
}

/* Where it is looked up, by who does not know how. whose[]: by end; what is not known says so. */
struct whose_source {
	void (*find)(void *arg, const struct whose_life *life, struct whose whose[2]);
	void *arg;
};

const char *whose_unknown_text(unsigned int unknown);

/* As a report has it in its column: "nginx (812)", with the container or unit; or "-". */
#define WHOSE_TEXT 128
const char *whose_text(char text[WHOSE_TEXT], const struct whose *whose);

/*
 * ,"process":{"pid":...,"comm":...},"netns":...,"cgroup":...,"unit":...,"container":{...},"pod":{...}: as far as it is known;
 * else ,"process":null,"process_unknown":WHY
 */
void whose_json(struct out *out, const struct whose *whose);

/* Is there anything to tell of it? Not of an end elsewhere. */
static inline bool whose_tells(const struct whose *whose)
{
	return whose->unknown != WHOSE_NOT_REMOTE && whose->unknown != WHOSE_NOT_ASKED;
}

#endif
