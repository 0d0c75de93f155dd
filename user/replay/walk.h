/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* A captured frame, as the programs' own parser walks through it. */
#ifndef TCPSTATE_USER_REPLAY_WALK_H
#define TCPSTATE_USER_REPLAY_WALK_H

#include "parse/parse.h"
#include "replay/link_layer.h"
#include "replay/parse_choice.h"

/* At the frame's beginning, told what the programs were told; checksums are not verified, unless the caller says so. */
static inline struct walk walk_of(const struct parse_choice *choice, const struct link_frame *frame)
{
	return (struct walk){
		.frame_len = frame->length,
		.zone_mode = choice->zone_mode & ZONE_MODE_MASK,
		.no_tunnel_id = choice->zone_mode & ZONE_NO_TUNNEL_ID,
		.decap = choice->decap ? 0xff : 0,
		.captured = true,
		.received = true,
	};
}

#endif
