/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * Where a packet was captured, as far as the capture tells: the interface of a
 * pcapng, the stations of the link it came over, its VLANs. One packet at two
 * places was sent once (rule 38); at one place twice, it was sent twice, unless its path doubles (doubles.h).
 */
#ifndef TCPSTATE_USER_REPLAY_PLACE_H
#define TCPSTATE_USER_REPLAY_PLACE_H

#include <linux/types.h>

struct capture_packet;

/* A hash of it, never 0. place itself need not be set in packet. */
__u32 place_of(const struct capture_packet *packet);

/* Where the copies pass of what passes place, on a path that doubles (replay/doubles.h). Never place itself, nor 0. */
__u32 second_place(__u32 place);

/* The sender's station: its MAC address, 0 where the link has none. */
void station_of(const struct capture_packet *packet, __u8 station[6]);

#endif
