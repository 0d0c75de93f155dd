/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* A look at a running instance from outside: its maps, the flows that a FILTER chooses, and the moment. */
#ifndef TCPSTATE_USER_FINDINGS_LOOK_H
#define TCPSTATE_USER_FINDINGS_LOOK_H

#include "findings/whose_look.h"
#include "flow/filter.h"
#include "kernel/table.h"
#include "pins/reader.h"

struct look {
	struct running running;
	struct whose_look whose;
	struct filter *filter;
	__u64 now;                /* CLOCK_MONOTONIC, when it was begun */
	__u64 two_msl_ns;
};

/* pin_dir: of the instance; words: the FILTER's. 0 or a reported error; after 0, look_close is due. */
int look_open(struct look *look, const char *pin_dir, const char *words);
void look_close(struct look *look);

/* Whose ends are, from now on: l->whose.source. A filter that asks for it has done so already. */
void look_whose(struct look *look);

/* Every live flow that the FILTER chooses. 0 or negative errno. */
int look_flows(struct look *look, table_visit *visit, void *arg);

/*
 * Run read in the network namespace of the instance's interfaces, where its
 * local ends have their sockets. Its result; -ENOENT: nobody at hand is there.
 */
int look_in_netns(struct look *look, int (*read)(void *arg), void *arg);

#endif
