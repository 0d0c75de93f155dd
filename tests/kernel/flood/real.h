/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* Connections that are meant: both ends played, with the times of a path of 100 ms. */
#ifndef TCPSTATE_FLOOD_REAL_H
#define TCPSTATE_FLOOD_REAL_H

#include "rig.h"

#define REAL_A_SECOND 300
#define TALKERS 50

struct real_tally {
	unsigned long opened, ended, from_syn, from_syn_ack, lost, talkers_lost;
	char why[160]; /* of the first that was lost */
};

struct real; /* all connections of one run */

/* Opens those that talk all the time. now: ns. Returns NULL without memory. */
struct real *real_begin(struct rig *rig, unsigned long most, __u64 now);
/* Sends what is due. may_open: also connections that are to begin. */
void real_run(struct real *real, __u64 now, bool may_open);
/* Looks for those that talked all the time. Frees it all. */
struct real_tally real_end(struct real *real);

#endif
