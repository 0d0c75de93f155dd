/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * What a dead instance left pinned, for a new owner to go on with. Its table
 * can be adopted if it is laid out as ours would be: the same ABI, size and
 * zone mode.
 */
#ifndef TCPSTATE_USER_LIVE_ADOPT_H
#define TCPSTATE_USER_LIVE_ADOPT_H

#include <stdbool.h>

#include "kernel/former.h"

struct live_choice;
struct pins;

/*
 * Open what is in the claimed directory. 1: it is to be adopted. 0: there was
 * nothing worth it, or --discard; the directory is empty now. Else a reported
 * error that says what differs, and what it would cost to start afresh.
 */
int adopt_open(struct adopted *adopted, const struct pins *pins, const struct live_choice *choice);
/*
 * The same for one that adopts nothing (watch): what another such one left is
 * taken down; what a daemon left is that of the next daemon. 0 or a reported error.
 */
int adopt_refuse(const struct pins *pins);
void adopt_close(struct adopted *adopted);

#endif
