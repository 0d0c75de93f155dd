/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* One segment on its way past the observer: which it is, and between which hosts. */
#ifndef TCPSTATE_USER_REPLAY_PASSAGE_H
#define TCPSTATE_USER_REPLAY_PASSAGE_H

#include <linux/types.h>
#include <stdbool.h>

struct link_frame;
struct parse_choice;

struct passage {
	__u64 path;      /* a hash of the two hosts, and of the interface; never 0 */
	__u64 segment;   /* a hash: of two equal ones the same segment has passed the same place */
	__u8 from;       /* which of the two hosts sent it */
	bool has_data;
	bool is_numbered; /* IPv4 gave it an identification: no two segments of a moment share it */
};

/* place and interface: those of its struct capture_packet. False: it is no segment. */
bool passage_look(const struct parse_choice *choice, const struct link_frame *frame, __u32 place, __u32 interface,
		  struct passage *passage);

#endif
