/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* How far a large capture has been read, on a terminal. */
#ifndef TCPSTATE_USER_REPLAY_PROGRESS_H
#define TCPSTATE_USER_REPLAY_PROGRESS_H

#include <linux/types.h>
#include <stdbool.h>

struct progress {
	__u64 size;       /* bytes there are to be read */
	__u64 started;    /* monotonic, ns */
	__u64 shown;      /* when it was shown last; 0: not yet */
	__u64 packets;    /* when the clock was last looked at */
};

/*
 * Returns it if it is worth showing: the standard error is a terminal to which
 * nothing else goes meanwhile, and the file is large; else NULL. prints: the
 * output begins before the end of the file.
 */
struct progress *progress_start(struct progress *progress, __u64 size, bool prints);

/* May be called for every packet. */
void progress_show(struct progress *progress, __u64 read, __u64 packets);

/* Takes it off the terminal. progress may be NULL. */
void progress_end(struct progress *progress);

#endif
