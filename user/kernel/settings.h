/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* What the owner writes into the maps "settings" and "instance". */
#ifndef TCPSTATE_USER_KERNEL_SETTINGS_H
#define TCPSTATE_USER_KERNEL_SETTINGS_H

#include "tcpstate/abi.h"

struct maps;
struct kernel_choice;

/* Timeouts and events, also while programs run; what is tracked stays as it is. 0 or a reported error. */
int settings_write(const struct maps *maps, const struct kernel_choice *choice, __u32 events);

/*
 * A hook was gone until now: flows that have been silent since may be anywhere
 * (RULES 35), and one exchange of both ends is enough to take their numbers anew.
 */
int settings_note_blind(const struct maps *maps);

/* former: of the instance that is adopted, or NULL. 0 or a reported error. */
int instance_write(const struct maps *maps, const __u64 *hash_seed, const struct kernel_choice *choice, __u32 zone,
		   const struct instance *former);

/* What has been told of counters.lost and left_out, for the next owner. 0 or a reported error. */
int instance_note_untold(const struct maps *maps, const __u64 lost[LOST_COUNT][EVENT_TYPES],
			 const __u64 left_out[LEFT_OUT_COUNT][EVENT_TYPES]);

/* 0 or a reported error; so below. */
int instance_note_clock(const struct maps *maps, __s64 wall_offset);
int instance_note_audit(const struct maps *maps, const struct audit_counts *counts);
int instance_note_log(const struct maps *maps, const struct log_counts *counts);

#endif
