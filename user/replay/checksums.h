/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * --checksum auto: which wrong checksums of a capture are corruption. A file is
 * read twice for it, but only if it has any; what comes through a pipe is
 * judged by what has been read so far.
 */
#ifndef TCPSTATE_USER_REPLAY_CHECKSUMS_H
#define TCPSTATE_USER_REPLAY_CHECKSUMS_H

#include "replay/link_layer.h"
#include "replay/parse_choice.h"
#include "replay/senders.h"
#include "replay/sums.h"

struct capture;
struct capture_packet;

struct checksums {
	struct parse_choice parse; /* how the programs read a frame */
	struct senders senders;
	struct link_layer link;  /* of the second reading */
	bool surveyed;           /* all of the capture has been looked through */
};

/* 0 or -ENOMEM. */
int checksums_init(struct checksums *checksums, const struct parse_choice *parse);
void checksums_free(struct checksums *checksums);

/* Another capture begins. */
void checksums_clear(struct checksums *checksums);

/* One more packet of the capture. 1: its checksum is wrong, and *sum is set; 0; or a reported error. */
int checksums_look(struct checksums *checksums, const struct capture *capture, const struct capture_packet *packet,
		   const struct link_frame *frame, struct wrong_sum *sum);

/* May what comes next show whether it is corruption? */
bool checksums_wait(const struct checksums *checksums, const struct wrong_sum *sum);

#endif
