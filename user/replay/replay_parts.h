/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* A replay's own: the programs, which replay.c feeds in the order of time. Each returns 0 or a reported error. */
#ifndef TCPSTATE_USER_REPLAY_REPLAY_PARTS_H
#define TCPSTATE_USER_REPLAY_REPLAY_PARTS_H

#include <linux/types.h>

struct queued;
struct replay;

int programs_open(struct replay *replay);

/* What is in the ring goes to the dispatcher; replay->full: it wants no more. */
int programs_drain(struct replay *replay);

/* A frame, now. */
int programs_track(struct replay *replay, const struct queued *queued);

/* All whose time runs out before now, one after the other. */
int programs_expire_until(struct replay *replay, __u64 now);

/* --drain: until nothing is left that could run out. */
int programs_expire_all(struct replay *replay);

/* The capture is over: what is in doubt, and would close a connection, is settled, as nobody denies it any more. */
int programs_settle_all(struct replay *replay);

#endif
